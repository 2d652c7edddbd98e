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

    private mutating func setCount() {
        for index in 0..<4 { bytes[index] = UInt8(truncatingIfNeeded: count >> (8 * index)) }
    }

    /// One value, without a count before it.
    static func single(_ value: Value) -> [UInt8] {
        var bytes: [UInt8] = []
        write(value, to: &bytes)
        return bytes
    }

    static func write(_ value: Value, to out: inout some LuaSink) {
        switch value {
        case .null: out.add(UInt8(ascii: "z"))
        case .bool(let flag): out.add(flag ? UInt8(ascii: "t") : UInt8(ascii: "f"))
        case .int(let number):
            out.add(UInt8(ascii: "i"))
            write(UInt64(bitPattern: number), to: &out)
        case .double(let number):
            out.add(UInt8(ascii: "d"))
            write(number.bitPattern, to: &out)
        case .string(let text):
            out.add(UInt8(ascii: "s"))
            write(text, to: &out)
        case .bytes(let bytes):
            out.add(UInt8(ascii: "b"))
            write(UInt32(bytes.count), to: &out)
            bytes.withUnsafeBytes { out.add($0) }
        case .array(let items):
            out.add(UInt8(ascii: "a"))
            write(UInt32(items.count), to: &out)
            for item in items { write(item, to: &out) }
        case .object(let fields):
            if let packed = LuaFunction.packed(in: fields) {
                out.add(UInt8(ascii: "h"))
                write(UInt64(bitPattern: packed), to: &out)
                return
            }
            out.add(UInt8(ascii: "o"))
            write(UInt32(fields.count), to: &out)
            for pair in fields.pairs {
                write(pair.name, to: &out)
                write(pair.value, to: &out)
            }
        }
    }

    static func write(_ number: some FixedWidthInteger, to out: inout some LuaSink) {
        withUnsafeBytes(of: number.littleEndian) { out.add($0) }
    }

    static func write(_ text: String, to out: inout some LuaSink) {
        var text = text
        text.withUTF8 { utf8 in
            write(UInt32(utf8.count), to: &out)
            out.add(UnsafeRawBufferPointer(utf8))
        }
    }
}

/// Where encoded bytes go.
protocol LuaSink {
    mutating func add(_ byte: UInt8)
    mutating func add(_ bytes: UnsafeRawBufferPointer)
}

extension [UInt8]: LuaSink {
    mutating func add(_ byte: UInt8) { append(byte) }
    mutating func add(_ bytes: UnsafeRawBufferPointer) { append(contentsOf: bytes) }
}
