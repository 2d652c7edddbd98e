// SPDX-License-Identifier: Apache-2.0

import Desk

/// Writes values in the form in which they cross into Lua; the format stands in `CLua/cross.c`.
///
/// Make the arguments of many calls once, or reuse one encoder: `reset()` keeps its memory.
package struct LuaEncoder: Sendable {
    package private(set) var bytes: [UInt8]
    private var count: UInt32 = 0

    package init() {
        bytes = []
        bytes.reserveCapacity(256)
        bytes.append(contentsOf: [0, 0, 0, 0])
    }

    package init(_ values: [Value]) {
        self.init()
        for value in values { append(value) }
    }

    /// Bytes that are encoded already.
    init(raw bytes: [UInt8]) { self.bytes = bytes }

    /// Forgets all values, keeps the memory.
    package mutating func reset() {
        bytes.removeLast(bytes.count - 4)
        count = 0
        setCount()
    }

    /// Appends one more argument.
    package mutating func append(_ value: Value) {
        Self.write(value, to: &bytes)
        count += 1
        setCount()
    }

    /// Appends a function as an argument.
    package mutating func append(_ function: LuaFunction) {
        bytes.append(UInt8(ascii: "h"))
        Self.write(UInt64(bitPattern: function.packed), to: &bytes)
        count += 1
        setCount()
    }

    private mutating func setCount() {
        for index in 0..<4 { bytes[index] = UInt8(truncatingIfNeeded: count >> (8 * index)) }
    }

    // MARK: - Piece by piece

    /// Begins an object as an argument or as a field's value; its fields follow, each with `name` and one value.
    /// - Parameter isArgument: false inside an object.
    /// - Returns: what `closeObject` wants.
    package mutating func openObject(isArgument: Bool) -> Int {
        if isArgument {
            count += 1
            setCount()
        }
        bytes.append(UInt8(ascii: "o"))
        Self.write(UInt32(0), to: &bytes)
        return bytes.count - 4
    }

    package mutating func closeObject(_ place: Int, fields: Int) {
        for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: fields >> (8 * index)) }
    }

    package mutating func name(_ name: StaticString) {
        Self.write(UInt32(name.utf8CodeUnitCount), to: &bytes)
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    package mutating func name(_ name: String) { Self.write(name, to: &bytes) }

    package mutating func put(_ value: Value) { Self.write(value, to: &bytes) }

    package mutating func put(_ text: String) {
        bytes.append(UInt8(ascii: "s"))
        Self.write(text, to: &bytes)
    }

    package mutating func put(_ number: Int64) {
        bytes.append(UInt8(ascii: "i"))
        Self.write(UInt64(bitPattern: number), to: &bytes)
    }

    package mutating func put(_ number: Double) {
        bytes.append(UInt8(ascii: "d"))
        Self.write(number.bitPattern, to: &bytes)
    }

    package mutating func put(_ flag: Bool) { bytes.append(flag ? UInt8(ascii: "t") : UInt8(ascii: "f")) }

    package mutating func put(_ texts: [String]) {
        bytes.append(UInt8(ascii: "a"))
        Self.write(UInt32(texts.count), to: &bytes)
        for text in texts { put(text) }
    }

    /// In RFC 3339.
    package mutating func put(_ instant: Instant) {
        bytes.append(UInt8(ascii: "s"))
        Self.write(UInt32(24), to: &bytes)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { out in
            let count = instant.write(rfc3339: out)
            bytes.append(contentsOf: out[..<count])
        }
    }

    /// One value, without a count before it.
    static func single(_ value: Value) -> [UInt8] {
        var bytes: [UInt8] = []
        write(value, to: &bytes)
        return bytes
    }

    private static func write(_ value: Value, to out: inout [UInt8]) {
        switch value {
        case .null: out.append(UInt8(ascii: "z"))
        case .bool(let flag): out.append(flag ? UInt8(ascii: "t") : UInt8(ascii: "f"))
        case .int(let number):
            out.append(UInt8(ascii: "i"))
            write(UInt64(bitPattern: number), to: &out)
        case .double(let number):
            out.append(UInt8(ascii: "d"))
            write(number.bitPattern, to: &out)
        case .string(let text):
            out.append(UInt8(ascii: "s"))
            write(text, to: &out)
        case .bytes(let bytes):
            out.append(UInt8(ascii: "b"))
            write(UInt32(bytes.count), to: &out)
            out.append(contentsOf: bytes)
        case .array(let items):
            out.append(UInt8(ascii: "a"))
            write(UInt32(items.count), to: &out)
            for item in items { write(item, to: &out) }
        case .object(let fields):
            if let packed = LuaFunction.packed(in: fields) {
                out.append(UInt8(ascii: "h"))
                write(UInt64(bitPattern: packed), to: &out)
                return
            }
            out.append(UInt8(ascii: "o"))
            write(UInt32(fields.count), to: &out)
            for pair in fields.pairs {
                write(pair.name, to: &out)
                write(pair.value, to: &out)
            }
        }
    }

    private static func write(_ number: some FixedWidthInteger, to out: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { out.append(contentsOf: $0) }
    }

    private static func write(_ text: String, to out: inout [UInt8]) {
        var text = text
        text.withUTF8 { utf8 in
            write(UInt32(utf8.count), to: &out)
            out.append(contentsOf: utf8)
        }
    }
}
