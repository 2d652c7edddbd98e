// SPDX-License-Identifier: Apache-2.0
import Desk

/// The form of values on disk: a byte of kind, then lengths as varints; known field names as numbers.
///
/// Not JSON, because it must bring back exactly what went in (bytes, infinities, 1 against 1.0), and because it is smaller and
/// faster on the commit path.
enum Packed {
    /// First byte of every packed value's kind. On disk: never change one.
    enum Tag: UInt8 {
        case null = 0, no, yes, int, double, string, bytes, array, object
    }
    /// Deeper values are refused: reading them back recurses.
    static let maximumDepth = 200
}

extension Value {
    /// - Throws: `StoreError.invalid` if it is nested too deeply.
    func packed() throws -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(512)
        try pack(into: &out, depth: 0)
        return out
    }

    private func pack(into out: inout [UInt8], depth: Int) throws {
        guard depth <= Packed.maximumDepth else {
            throw StoreError(code: .invalid, message: "A value is nested deeper than \(Packed.maximumDepth) levels.")
        }
        func put(_ tag: Packed.Tag) { out.append(tag.rawValue) }
        switch self {
        case .null: put(.null)
        case .bool(let flag): put(flag ? .yes : .no)
        case .int(let number):
            put(.int)
            out.append(varint: UInt64(bitPattern: number << 1 ^ number >> 63))
        case .double(let number):
            put(.double)
            out.append(little: number.bitPattern)
        case .string(let text):
            put(.string)
            out.append(counted: text)
        case .bytes(let bytes):
            put(.bytes)
            out.append(varint: UInt64(bytes.count))
            out.append(contentsOf: bytes)
        case .array(let items):
            put(.array)
            out.append(varint: UInt64(items.count))
            for item in items { try item.pack(into: &out, depth: depth + 1) }
        case .object(let fields):
            put(.object)
            out.append(varint: UInt64(fields.count))
            for pair in fields.pairs {
                if let position = FieldNames.positions[pair.name] {
                    out.append(varint: UInt64(position) << 1 | 1)
                } else {
                    out.append(varint: UInt64(pair.name.utf8.count) << 1)
                    out.append(contentsOf: pair.name.utf8)
                }
                try pair.value.pack(into: &out, depth: depth + 1)
            }
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(varint number: UInt64) {
        var number = number
        while number >= 0x80 {
            append(UInt8(truncatingIfNeeded: number) | 0x80)
            number >>= 7
        }
        append(UInt8(number))
    }

    fileprivate mutating func append(little number: UInt64) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func append(counted text: String) {
        append(varint: UInt64(text.utf8.count))
        append(contentsOf: text.utf8)
    }
}
