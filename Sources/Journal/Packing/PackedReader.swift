// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation

extension Value {
    /// Reads what `packed()` wrote.
    /// - Throws: `StoreError.unreadable`.
    init(packed bytes: some ContiguousBytes) throws {
        let value: Value? = bytes.withUnsafeBytes { bytes in
            var reader = PackedReader(bytes: bytes)
            guard let value = reader.value(depth: 0), reader.index == bytes.count else { return nil }
            return value
        }
        guard let value else {
            throw StoreError(code: .unreadable, message: "A stored value has a form that this program does not know.")
        }
        self = value
    }
}

/// Walks over packed bytes; every step says nil at the first byte that is wrong.
private struct PackedReader {
    let bytes: UnsafeRawBufferPointer
    let names = FieldNames.all
    var index = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func value(depth: Int) -> Value? {
        guard depth <= Packed.maximumDepth, index < bytes.count, let tag = Packed.Tag(rawValue: bytes[index]) else { return nil }
        index += 1
        switch tag {
        case .null: return .null
        case .no: return .bool(false)
        case .yes: return .bool(true)
        case .int:
            guard let number = varint() else { return nil }
            return .int(Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1))
        case .double:
            guard let slice = take(8) else { return nil }
            return .double(Double(bitPattern: UInt64(littleEndian: slice.loadUnaligned(as: UInt64.self))))
        case .string: return text().map(Value.string)
        case .bytes: return count().flatMap { take($0) }.map { .bytes(Array($0)) }
        case .array:
            guard let count = count() else { return nil }
            var items: [Value] = []
            items.reserveCapacity(count)
            for _ in 0..<count {
                guard let item = value(depth: depth + 1) else { return nil }
                items.append(item)
            }
            return .array(items)
        case .object:
            guard let count = count() else { return nil }
            var pairs: [Value.Fields.Pair] = []
            pairs.reserveCapacity(count)
            for _ in 0..<count {
                guard let name = name(), let value = value(depth: depth + 1) else { return nil }
                pairs.append(.init(name, value))
            }
            return .object(.init(unchecked: pairs))
        }
    }

    private mutating func name() -> String? {
        guard let number = varint() else { return nil }
        if number & 1 == 1 {
            let position = Int(truncatingIfNeeded: number >> 1)
            return names.indices.contains(position) ? names[position] : nil
        }
        guard number >> 1 <= UInt64(bytes.count) else { return nil }
        return take(Int(number >> 1)).map { String(decoding: $0, as: UTF8.self) }
    }

    private mutating func text() -> String? {
        guard let count = count(), let slice = take(count) else { return nil }
        return String(decoding: slice, as: UTF8.self)
    }

    /// A length: never more than there are bytes, so that a damaged one allocates nothing.
    private mutating func count() -> Int? {
        guard let number = varint(), number <= UInt64(bytes.count - index) else { return nil }
        return Int(number)
    }

    private mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count <= bytes.count - index else { return nil }
        defer { index += count }
        return UnsafeRawBufferPointer(rebasing: bytes[index..<index + count])
    }

    private mutating func varint() -> UInt64? {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while index < bytes.count, shift < 64 {
            let byte = bytes[index]
            index += 1
            number |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
        return nil
    }
}
