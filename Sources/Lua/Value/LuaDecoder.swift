// SPDX-License-Identifier: Apache-2.0

import Desk

/// Reads the values that came out of Lua.
///
/// The bytes are our own C side's, so their form is a promise; a broken one reads as null and ends the reading.
package struct LuaDecoder {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    /// - Parameter bytes: good until the next call on the state they came from.
    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// All values of a result.
    package static func values(_ bytes: UnsafeRawBufferPointer) -> [Value] {
        guard bytes.count >= 4 else { return [] }
        var decoder = LuaDecoder(bytes)
        let count = Int(decoder.number(UInt32.self))
        var values: [Value] = []
        values.reserveCapacity(min(count, 64))
        for _ in 0..<count { values.append(decoder.value()) }
        return values
    }

    /// Whether a result is the value `true`, without decoding it.
    package static func isTrue(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.count >= 5 && bytes[4] == UInt8(ascii: "t") }

    /// The next value.
    package mutating func value() -> Value {
        switch tag() {
        case UInt8(ascii: "f"): return .bool(false)
        case UInt8(ascii: "t"): return .bool(true)
        case UInt8(ascii: "i"): return .int(number(Int64.self))
        case UInt8(ascii: "d"): return .double(Double(bitPattern: number(UInt64.self)))
        case UInt8(ascii: "s"): return .string(text())
        case UInt8(ascii: "b"): return .bytes(Array(take(Int(number(UInt32.self)))))
        case UInt8(ascii: "h"): return LuaFunction(packed: number(Int64.self)).value
        case UInt8(ascii: "a"):
            let count = Int(number(UInt32.self))
            var items: [Value] = []
            items.reserveCapacity(min(count, bytes.count - offset))
            for _ in 0..<count { items.append(value()) }
            return .array(items)
        case UInt8(ascii: "o"):
            let count = Int(number(UInt32.self))
            var pairs: [Value.Fields.Pair] = []
            pairs.reserveCapacity(min(count, bytes.count - offset))
            for _ in 0..<count {
                let name = text()
                pairs.append(.init(name, value()))
            }
            return .object(.init(unchecked: pairs))
        default: return .null
        }
    }

    private mutating func tag() -> UInt8 {
        guard offset < bytes.count else { return 0 }
        defer { offset += 1 }
        return bytes[offset]
    }

    private mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) -> Number {
        let size = MemoryLayout<Number>.size
        guard bytes.count - offset >= size else {
            offset = bytes.count
            return 0
        }
        defer { offset += size }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }

    private mutating func take(_ count: Int) -> UnsafeRawBufferPointer {
        let end = min(offset + count, bytes.count)
        defer { offset = end }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<end])
    }

    private mutating func text() -> String { String(decoding: take(Int(number(UInt32.self))), as: UTF8.self) }
}
