// SPDX-License-Identifier: Apache-2.0
import Desk

/// `=?charset?B?…?=` in headers, and the other direction.
///
/// - Source: RFC 2047. Beyond it: the bytes of adjacent words of one character set are joined before they are decoded, because senders
///   split inside of characters.
package enum EncodedWords {
    package static func decode(_ bytes: [UInt8]) -> String {
        var out = ""
        var plain: [UInt8] = []
        var pending: (charset: String, bytes: [UInt8])?
        func flushWord() {
            if let word = pending { out += Charset.text(word.bytes, declared: word.charset) }
            pending = nil
        }
        func flushPlain() {
            // White space between two words separates nothing.
            out += Charset.text(plain, declared: nil)
            plain = []
        }
        var index = 0
        while index < bytes.count {
            guard bytes[index] == 0x3d, let word = word(in: bytes, at: index) else {
                plain.append(bytes[index])
                index += 1
                continue
            }
            let isJoined = pending != nil && plain.allSatisfy { $0 == 0x20 || $0 == 0x09 }
            if isJoined {
                plain = []
            } else {
                flushWord()
                flushPlain()
            }
            if let open = pending, open.charset == word.charset {
                pending = (open.charset, open.bytes + word.bytes)
            } else {
                flushWord()
                pending = (word.charset, word.bytes)
            }
            index = word.end
        }
        flushWord()
        flushPlain()
        return String(String.UnicodeScalarView(out.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }))
    }

    private static func word(in bytes: [UInt8], at start: Int) -> (charset: String, bytes: [UInt8], end: Int)? {
        guard start + 6 < bytes.count, bytes[start + 1] == 0x3f else { return nil }
        func next(_ from: Int) -> Int? { bytes[from..<min(bytes.count, from + 4096)].firstIndex(of: 0x3f) }
        guard let first = next(start + 2), let second = next(first + 1), second == first + 2, let third = next(second + 1),
            third + 1 < bytes.count, bytes[third + 1] == 0x3d
        else { return nil }
        // A language may stand behind the set: =?utf-8*en?…
        let charset = String(decoding: bytes[(start + 2)..<first], as: UTF8.self).lowercased()
        let name = String(charset.prefix { $0 != "*" })
        let text = bytes[(second + 1)..<third]
        switch bytes[first + 1] {
        case 0x42, 0x62:
            guard let decoded = base64(text) else { return nil }
            return (name, decoded, third + 2)
        case 0x51, 0x71: return (name, quoted(text), third + 2)
        default: return nil
        }
    }

    private static func base64(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var clean = text.filter { $0 != 0x20 && $0 != 0x3d }
        while clean.count % 4 != 0 { clean.append(0x3d) }
        return Base64.decode(String(decoding: clean, as: UTF8.self))
    }

    private static func quoted(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            if byte == 0x3d, index + 2 < text.endIndex,
                let value = UInt8(String(decoding: text[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
            {
                out.append(value)
                index += 3
                continue
            }
            out.append(byte == 0x5f ? 0x20 : byte)
            index += 1
        }
        return out
    }

    /// A text as a header may carry it: as it is if it is plain ASCII, else in words of at most 75 characters, split between characters.
    package static func encode(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f } && !text.contains("=?")
        if isPlain { return text }
        var words: [String] = []
        var part = ""
        for character in text {
            // 45 bytes are 60 characters of base64; with the frame of 12 the word stays below 75.
            if part.utf8.count + character.utf8.count > 45, !part.isEmpty {
                words.append(part)
                part = ""
            }
            part.append(character)
        }
        words.append(part)
        return words.map { "=?UTF-8?B?\(Base64.encode(Array($0.utf8)))?=" }.joined(separator: "\r\n ")
    }
}
