// SPDX-License-Identifier: Apache-2.0

/// Base64 of RFC 4648 section 4, with padding.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [Int8] = {
        var table = [Int8](repeating: -1, count: 256)
        for (value, letter) in alphabet.enumerated() { table[Int(letter)] = Int8(value) }
        return table
    }()

    package static func encode(_ bytes: some Collection<UInt8>) -> String {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        var word = 0
        var count = 0
        for byte in bytes {
            word = word << 8 | Int(byte)
            count += 1
            guard count == 3 else { continue }
            for shift in [18, 12, 6, 0] { out.append(alphabet[word >> shift & 63]) }
            word = 0
            count = 0
        }
        if count == 1 {
            out += [alphabet[word >> 2 & 63], alphabet[word << 4 & 63], UInt8(ascii: "="), UInt8(ascii: "=")]
        } else if count == 2 {
            out += [alphabet[word >> 10 & 63], alphabet[word >> 4 & 63], alphabet[word << 2 & 63], UInt8(ascii: "=")]
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// - Parameter lenient: also take text without padding and with unused bits that are not zero, as in the keys of
    ///   some platforms (43 characters of WeChat's EncodingAESKey).
    /// - Returns: nil if a character is foreign or the length impossible.
    package static func decode(_ text: some StringProtocol, lenient: Bool = false) -> [UInt8]? {
        var letters = Array(text.utf8)
        let padding = letters.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        letters.removeLast(padding)
        if !lenient, padding > 2 || (letters.count + padding) % 4 != 0 { return nil }
        guard letters.count % 4 != 1 else { return nil }
        var out: [UInt8] = []
        out.reserveCapacity(letters.count * 3 / 4)
        var word = 0
        var bits = 0
        for letter in letters {
            let value = values[Int(letter)]
            guard value >= 0 else { return nil }
            word = word << 6 | Int(value)
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            out.append(UInt8(truncatingIfNeeded: word >> bits))
            word &= (1 << bits) - 1
        }
        if !lenient, word != 0 { return nil }
        return out
    }
}
