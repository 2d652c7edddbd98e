// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// A programmer's error in the call of a host function: raised in Lua at the caller's line.
struct ArgumentError: Error {
    let message: String
    init(_ message: String) { self.message = message }
}

/// The arguments of one call of a host function.
struct Arguments {
    let values: [Value]

    /// Absent and nil are the same.
    subscript(index: Int) -> Value? {
        guard values.indices.contains(index), !values[index].isNull else { return nil }
        return values[index]
    }

    func text(_ index: Int, _ what: String) throws(ArgumentError) -> String {
        guard let value = self[index] else { throw ArgumentError("\(what) is missing") }
        switch value {
        case .string(let text): return text
        case .int(let number): return String(number)
        case .bytes: throw ArgumentError("\(what) is no valid UTF-8")
        default: throw ArgumentError("\(what) must be a text")
        }
    }

    func bytes(_ index: Int, _ what: String) throws(ArgumentError) -> [UInt8] {
        guard let value = self[index] else { throw ArgumentError("\(what) is missing") }
        guard let bytes = value.utf8 else { throw ArgumentError("\(what) must be a string") }
        return bytes
    }

    func whole(_ index: Int, _ what: String) throws(ArgumentError) -> Int {
        guard let value = self[index] else { throw ArgumentError("\(what) is missing") }
        guard let number = value.int.flatMap(Int.init(exactly:)) else { throw ArgumentError("\(what) must be a whole number") }
        return number
    }

    func table(_ index: Int, _ what: String, fields: [String]) throws(ArgumentError) -> Fields {
        guard let value = self[index] else { throw ArgumentError("\(what) is missing") }
        guard let object = value.object else { throw ArgumentError("\(what) must be a table") }
        for pair in object.pairs where !fields.contains(pair.name) {
            throw ArgumentError("unknown field '\(pair.name)'\(Spelling.hint(pair.name, among: fields))")
        }
        return Fields(value: value)
    }

    /// A table of named arguments.
    struct Fields {
        let value: Value

        subscript(name: String) -> Value? { value[name] }

        func bytes(_ name: String) throws(ArgumentError) -> [UInt8] {
            guard let found = value[name] else { throw ArgumentError("\(name) is missing") }
            guard let bytes = found.utf8 else { throw ArgumentError("\(name) must be a string") }
            return bytes
        }
        func text(_ name: String) throws(ArgumentError) -> String {
            guard let found = value[name] else { throw ArgumentError("\(name) is missing") }
            guard let text = found.string else { throw ArgumentError("\(name) must be a text") }
            return text
        }
        func flag(_ name: String, default usual: Bool) throws(ArgumentError) -> Bool {
            guard let found = value[name] else { return usual }
            guard let flag = found.bool else { throw ArgumentError("\(name) must be true or false") }
            return flag
        }
        /// Seconds as a number, or `"5s"`, `"10m"`.
        func duration(_ name: String) throws(ArgumentError) -> Duration? {
            guard let found = value[name] else { return nil }
            if let seconds = found.double, seconds >= 0, seconds < 1e9 { return .seconds(seconds) }
            if let duration = found.string.flatMap({ Duration(text: $0) }) { return duration }
            throw ArgumentError("\(name) must be seconds or a text such as \"5s\"")
        }
    }
}

extension Value {
    /// Bytes as Lua has them: a text where they are UTF-8.
    init(lua bytes: [UInt8]) {
        if let text = String(validating: bytes, as: UTF8.self) { self = .string(text) } else { self = .bytes(bytes) }
    }
}

/// What a host function answers.
enum Answer {
    case values([Value])
    /// An expected failure: `nil, message, code`.
    case nothing(String, code: String)
    /// Needs the world outside of Lua: performed by `Outside`, after which the plugin goes on.
    case outside
    /// The same, as a call of another function.
    case asks(String, [Value])

    static func value(_ value: Value) -> Answer { .values([value]) }
    static func bytes(_ bytes: [UInt8]) -> Answer { .values([Value(lua: bytes)]) }
}

/// A function that plugins can call.
struct ModuleFunction {
    let name: String
    let body: (Arguments) throws(ArgumentError) -> Answer

    init(_ name: String, _ body: @escaping (Arguments) throws(ArgumentError) -> Answer) {
        self.name = name
        self.body = body
    }
}
