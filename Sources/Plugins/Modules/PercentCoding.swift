// SPDX-License-Identifier: Apache-2.0
import Desk

/// Percent-encoding (RFC 3986) and form queries (WHATWG URL: `+` is a blank).
enum PercentCoding {
    static func encode(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        for byte in bytes {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: out.append(byte)
            default: out += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// A `%` without two digits stays as it is.
    static func decode(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            if byte == 0x25, index + 1 < bytes.endIndex, let high = hex(bytes[index]), let low = hex(bytes[index + 1]) {
                out.append(high << 4 | low)
                index += 2
            } else {
                out.append(byte == 0x2b ? 0x20 : byte)
            }
        }
        return out
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
    }

    /// The parameters by name; a name that is given more than once has an array.
    static func query(_ text: String) -> Value {
        var fields = Value.Fields()
        for part in Array(text.utf8).split(separator: 0x26).prefix(256) {
            let sides = part.split(separator: 0x3d, maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(decoding: decode(sides[0]), as: UTF8.self)
            let value = Value(lua: sides.count > 1 ? decode(sides[1]) : [])
            if let old = fields[name] {
                fields[name] = .array((old.array ?? [old]) + [value])
            } else {
                fields[name] = value
            }
        }
        return .object(fields)
    }
}
