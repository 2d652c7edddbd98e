// SPDX-License-Identifier: Apache-2.0

/// Somebody in a header. The address is who they are; the name is decoration, also where it looks like an address.
package struct MailAddress: Sendable, Hashable {
    /// Empty if there is none.
    package var name: String
    /// Lower case.
    package var address: String

    package init(name: String = "", address: String) {
        self.name = name
        self.address = address.lowercased()
    }

    package var localPart: Substring { address[..<(address.lastIndex(of: "@") ?? address.endIndex)] }
    package var domain: Substring { address.lastIndex(of: "@").map { address[address.index(after: $0)...] } ?? "" }

    /// `"Name" <address>` as a header carries it. The name has no line ends left.
    package var headerText: String {
        let plain = name.filter { !$0.isNewline && $0 != "\0" }
        guard !plain.isEmpty else { return address }
        let isPlain = plain.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f }
        let shown =
            isPlain
            ? "\"" + plain.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"" : EncodedWords.encode(plain)
        return "\(shown) <\(address)>"
    }

    /// The addresses of a header field, at most 500, in their order. Groups give their members; what is no address is left out.
    /// - Source: RFC 5322 section 3.4.
    package static func list(_ bytes: [UInt8]) -> [MailAddress] {
        pieces(of: bytes).prefix(500).compactMap { one($0) }
    }

    /// Cuts at commas, and at `;` and `:` of groups, outside of quotes, comments and angles.
    private static func pieces(of bytes: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var piece: [UInt8] = []
        var isQuoted = false
        var comments = 0
        var isAngle = false
        var isEscaped = false
        for byte in bytes {
            if isEscaped {
                isEscaped = false
                piece.append(byte)
                continue
            }
            switch byte {
            case 0x5c where isQuoted || comments > 0: isEscaped = true
            case 0x22 where comments == 0: isQuoted.toggle()
            case 0x28 where !isQuoted: comments += 1
            case 0x29 where !isQuoted && comments > 0: comments -= 1
            case 0x3c where !isQuoted && comments == 0: isAngle = true
            case 0x3e where !isQuoted && comments == 0: isAngle = false
            case 0x2c where !isQuoted && comments == 0 && !isAngle, 0x3b where !isQuoted && comments == 0 && !isAngle:
                pieces.append(piece)
                piece = []
                continue
            case 0x3a where !isQuoted && comments == 0 && !isAngle:
                // The name of a group.
                piece = []
                continue
            default: break
            }
            piece.append(byte)
        }
        pieces.append(piece)
        return pieces
    }

    private static func one(_ bytes: [UInt8]) -> MailAddress? {
        if let open = bytes.lastIndex(of: 0x3c), let close = bytes[open...].firstIndex(of: 0x3e) {
            let address = String(decoding: bytes[(open + 1)..<close], as: UTF8.self).filter { !$0.isWhitespace }
            guard isAddress(address) else { return nil }
            return MailAddress(name: unquoted(EncodedWords.decode(Array(bytes[..<open]))), address: address)
        }
        var text = EncodedWords.decode(bytes)
        var name = ""
        if let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"), open < close {
            name = String(text[text.index(after: open)..<close])
            text.removeSubrange(open...close)
        }
        let address = text.filter { !$0.isWhitespace }
        return isAddress(address) ? MailAddress(name: name, address: address) : nil
    }

    private static func isAddress(_ text: String) -> Bool {
        guard let at = text.lastIndex(of: "@"), at != text.startIndex, text.index(after: at) != text.endIndex else {
            return false
        }
        return text.utf8.count <= 320 && !text.contains { $0.isWhitespace || $0 == "<" || $0 == ">" || $0 == "\0" }
    }

    private static func unquoted(_ text: String) -> String {
        var text = text.trimmed
        guard text.count >= 2, text.first == "\"", text.last == "\"" else { return text }
        text.removeFirst()
        text.removeLast()
        var out = ""
        var isEscaped = false
        for character in text {
            if character == "\\", !isEscaped {
                isEscaped = true
                continue
            }
            isEscaped = false
            out.append(character)
        }
        return out.trimmed
    }
}
