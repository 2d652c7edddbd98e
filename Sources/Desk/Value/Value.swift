// SPDX-License-Identifier: Apache-2.0

/// A plain tree of data: what crosses between the floors, Lua and the wire.
///
/// The same tree is read from and written to JSON (`Value+JSON…`), Lua tables (floor `Lua`) and event payloads. Objects
/// keep the order of their fields, so that what we write is reproducible.
package enum Value: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    /// Bytes that are no valid UTF-8: Lua strings may be any bytes. Written to JSON as base64.
    case bytes([UInt8])
    case array([Value])
    case object(Fields)

    /// The fields of an object, in order; a name occurs once.
    package struct Fields: Sendable, Hashable {
        package private(set) var pairs: [Pair]

        package struct Pair: Sendable, Hashable {
            package let name: String
            package var value: Value
            package init(_ name: String, _ value: Value) { self.name = name; self.value = value }
        }

        package init() { pairs = [] }
        /// - Parameter pairs: names must be unique; the caller's promise.
        package init(unchecked pairs: [Pair]) { self.pairs = pairs }

        package var isEmpty: Bool { pairs.isEmpty }
        package var count: Int { pairs.count }
        package var names: [String] { pairs.map(\.name) }

        /// Linear: objects here have a few dozen fields at most. Setting nil removes.
        package subscript(name: String) -> Value? {
            get { place(of: name).map { pairs[$0].value } }
            set {
                let index = place(of: name)
                switch (index, newValue) {
                case let (index?, value?): pairs[index].value = value
                case let (index?, nil): pairs.remove(at: index)
                case let (nil, value?): pairs.append(Pair(name, value))
                case (nil, nil): break
                }
            }
        }

        /// Lengths are compared first: they tell most names apart without a look at the bytes.
        private func place(of name: String) -> Int? {
            let count = name.utf8.count
            return pairs.withUnsafeBufferPointer { pairs in
                for index in pairs.indices where pairs[index].name.utf8.count == count && pairs[index].name == name {
                    return index
                }
                return nil
            }
        }

        /// Equal whatever the order of the fields.
        package static func == (a: Fields, b: Fields) -> Bool {
            a.pairs.count == b.pairs.count && a.pairs.allSatisfy { b[$0.name] == $0.value }
        }
        package func hash(into hasher: inout Hasher) { hasher.combine(pairs.count) }
    }
}

// MARK: - Reading

extension Value {
    package var string: String? { if case .string(let text) = self { text } else { nil } }
    package var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    package var array: [Value]? { if case .array(let items) = self { items } else { nil } }
    package var object: Fields? { if case .object(let fields) = self { fields } else { nil } }
    package var isNull: Bool { if case .null = self { true } else { false } }

    /// A whole number; a double without fraction counts.
    package var int: Int64? {
        switch self {
        case .int(let number): number
        case .double(let number): Int64(exactly: number)
        default: nil
        }
    }

    package var double: Double? {
        switch self {
        case .int(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }

    /// The bytes of a string or of `bytes`.
    package var utf8: [UInt8]? {
        switch self {
        case .string(let text): Array(text.utf8)
        case .bytes(let bytes): bytes
        default: nil
        }
    }

    /// A field of an object; nil if this is no object or the field is absent or null.
    package subscript(name: String) -> Value? {
        get {
            guard case .object(let fields) = self, let value = fields[name], !value.isNull else { return nil }
            return value
        }
        set {
            var fields = object ?? Fields()
            fields[name] = newValue
            self = .object(fields)
        }
    }

    package subscript(index: Int) -> Value? {
        guard case .array(let items) = self, items.indices.contains(index) else { return nil }
        return items[index]
    }

    /// The value at a dotted path, `customer.vip_level`.
    package func at(_ path: some StringProtocol) -> Value? {
        var value = self
        for name in path.split(separator: ".") {
            guard let next = value[String(name)] else { return nil }
            value = next
        }
        return value
    }
}

// MARK: - Building

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral text: String) { self = .string(text) }
    package init(integerLiteral number: Int64) { self = .int(number) }
    package init(floatLiteral number: Double) { self = .double(number) }
    package init(booleanLiteral flag: Bool) { self = .bool(flag) }
    package init(nilLiteral: ()) { self = .null }
    package init(arrayLiteral items: Value...) { self = .array(items) }

    /// Later fields of the same name win, null is kept.
    package init(dictionaryLiteral pairs: (String, Value)...) {
        var fields = Fields()
        for (name, value) in pairs { fields[name] = value }
        self = .object(fields)
    }

    package init(_ text: String?) { self = text.map(Value.string) ?? .null }
    package init(_ number: Int?) { self = number.map { .int(Int64($0)) } ?? .null }

    /// This object without its null fields: how resources are written where "absent" and "null" mean the same.
    package func compact() -> Value {
        guard case .object(let fields) = self else { return self }
        return .object(Fields(unchecked: fields.pairs.filter { !$0.value.isNull }))
    }

    /// This object with the fields of another laid over it.
    package func merging(_ other: Value) -> Value {
        guard var fields = object, let over = other.object else { return other }
        for pair in over.pairs { fields[pair.name] = pair.value }
        return .object(fields)
    }
}
