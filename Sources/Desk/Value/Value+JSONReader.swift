// SPDX-License-Identifier: Apache-2.0

/// Why a text is no JSON we accept, and where.
package struct JSONError: Error, Hashable, CustomStringConvertible {
    package let message: String
    /// Offset in the UTF-8 bytes, from 0.
    package let offset: Int
    package var description: String { "\(message) at byte \(offset)" }
}

extension Value {
    /// Parses one JSON text (RFC 8259).
    ///
    /// Refused: more than `depth` levels, invalid UTF-8, anything after the value. A lone surrogate in an escape becomes
    /// U+FFFD. Whole numbers beyond Int64 are kept as strings of their digits, because ids of platforms are such numbers.
    /// A field that occurs twice: the last one wins.
    /// - Parameter depth: levels of arrays and objects allowed.
    package init(json bytes: some Sequence<UInt8>, depth: Int = 64) throws(JSONError) {
        var reader = JSONReader(Array(bytes), depth: depth)
        self = try reader.document()
    }

    package init(json text: String, depth: Int = 64) throws(JSONError) { try self.init(json: text.utf8, depth: depth) }
}

/// A recursive-descent reader over bytes; recursion is bounded by `depth`.
private struct JSONReader {
    let bytes: [UInt8]
    let depth: Int
    var index = 0

    init(_ bytes: [UInt8], depth: Int) {
        self.bytes = bytes
        self.depth = depth
    }

    func fail(_ message: String) -> JSONError { JSONError(message: message, offset: index) }
    var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func document() throws(JSONError) -> Value {
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { index = 3 }
        let value = try value(level: 0)
        skipSpace()
        guard index == bytes.count else { throw fail("something follows the JSON value") }
        return value
    }

    mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { index += 1 }
    }

    mutating func value(level: Int) throws(JSONError) -> Value {
        skipSpace()
        guard let byte = current else { throw fail("the JSON ends too early") }
        switch byte {
        case UInt8(ascii: "{"): return try object(level: level + 1)
        case UInt8(ascii: "["): return try array(level: level + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    mutating func word(_ text: StaticString, _ value: Value) throws(JSONError) -> Value {
        let count = text.utf8CodeUnitCount
        guard index + count <= bytes.count,
            bytes[index..<index + count].elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: count))
        else { throw fail("unexpected character") }
        index += count
        return value
    }

    mutating func object(level: Int) throws(JSONError) -> Value {
        guard level <= depth else { throw fail("nested deeper than \(depth)") }
        index += 1
        var pairs: [Value.Fields.Pair] = []
        var seen: Set<String> = []
        skipSpace()
        if current == UInt8(ascii: "}") { index += 1; return .object(.init()) }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw fail("a field name in quotes was expected") }
            let name = try string()
            skipSpace()
            guard current == UInt8(ascii: ":") else { throw fail("':' was expected") }
            index += 1
            let pair = Value.Fields.Pair(name, try value(level: level))
            if isKnown(name, in: pairs, &seen), let old = pairs.firstIndex(where: { $0.name == name }) {
                pairs[old] = pair
            } else {
                pairs.append(pair)
            }
            skipSpace()
            switch current {
            case UInt8(ascii: ","): index += 1
            case UInt8(ascii: "}"): index += 1; return .object(.init(unchecked: pairs))
            default: throw fail("',' or '}' was expected")
            }
        }
    }

    /// Small objects are searched, large ones hashed: 100 000 fields must not cost a square.
    private func isKnown(_ name: String, in pairs: [Value.Fields.Pair], _ seen: inout Set<String>) -> Bool {
        if pairs.count < 16 { return pairs.contains { $0.name == name } }
        if seen.isEmpty { seen = Set(pairs.map(\.name)) }
        return !seen.insert(name).inserted
    }

    mutating func array(level: Int) throws(JSONError) -> Value {
        guard level <= depth else { throw fail("nested deeper than \(depth)") }
        index += 1
        var items: [Value] = []
        skipSpace()
        if current == UInt8(ascii: "]") { index += 1; return .array([]) }
        while true {
            items.append(try value(level: level))
            skipSpace()
            switch current {
            case UInt8(ascii: ","): index += 1
            case UInt8(ascii: "]"): index += 1; return .array(items)
            default: throw fail("',' or ']' was expected")
            }
        }
    }

    mutating func string() throws(JSONError) -> String {
        index += 1
        let start = index
        while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { index += 1 }
        if current == UInt8(ascii: "\"") {
            defer { index += 1 }
            return try text(bytes[start..<index])
        }
        var out = Array(bytes[start..<index])
        while true {
            guard let byte = current else { throw fail("a string is not closed") }
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return try text(out[...])
            case UInt8(ascii: "\\"): try escape(into: &out)
            case 0..<0x20: throw fail("a control character in a string")
            default: out.append(byte)
            }
        }
    }

    func text(_ bytes: ArraySlice<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw fail("a string is no valid UTF-8") }
        return text
    }

    mutating func escape(into out: inout [UInt8]) throws(JSONError) {
        guard let byte = current else { throw fail("a string is not closed") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "n"): out.append(0x0a)
        case UInt8(ascii: "r"): out.append(0x0d)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0c)
        case UInt8(ascii: "u"):
            var scalar = try hex4()
            if (0xd800..<0xdc00).contains(scalar), index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
                bytes[index + 1] == UInt8(ascii: "u")
            {
                let back = index
                index += 2
                let low = try hex4()
                if (0xdc00..<0xe000).contains(low) {
                    scalar = 0x10000 + (scalar - 0xd800) << 10 + (low - 0xdc00)
                } else {
                    index = back
                }
            }
            out.append(contentsOf: String(Unicode.Scalar(scalar) ?? "\u{fffd}").utf8)
        default: throw fail("an unknown escape")
        }
    }

    mutating func hex4() throws(JSONError) -> UInt32 {
        guard index + 4 <= bytes.count else { throw fail("a short \\u escape") }
        var value: UInt32 = 0
        for byte in bytes[index..<index + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw fail("a bad \\u escape") }
            value = value << 4 | UInt32(digit)
        }
        index += 4
        return value
    }

    mutating func number() throws(JSONError) -> Value {
        let start = index
        var isWhole = true
        if current == UInt8(ascii: "-") { index += 1 }
        let digits = index
        skipDigits()
        guard index > digits, index == digits + 1 || bytes[digits] != UInt8(ascii: "0") else {
            throw fail("unexpected character")
        }
        if current == UInt8(ascii: ".") {
            isWhole = false
            index += 1
            let fraction = index
            skipDigits()
            guard index > fraction else { throw fail("a number without digits after the point") }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isWhole = false
            index += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { index += 1 }
            let exponent = index
            skipDigits()
            guard index > exponent else { throw fail("a number without exponent") }
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isWhole { return Int64(text).map(Value.int) ?? .string(text) }
        guard let number = Double(text), number.isFinite else { throw fail("a number out of range") }
        return .double(number)
    }

    private mutating func skipDigits() {
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
    }
}
