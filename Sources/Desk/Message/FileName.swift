// SPDX-License-Identifier: Apache-2.0

/// Names of files as strangers give them.
package enum FileName {
    /// Bytes of the longest name; its ending counts, and is kept where a name is cut.
    static let longest = 200
    private static let longestEnding = 16

    /// The last part of whatever a sender calls a file, fit to be shown and offered: no path, no control characters, nothing that is not seen
    /// or turns the reading direction around (`exe.\u{202e}gpj` looks like a picture), at most 200 bytes.
    /// - Returns: nil if nothing remains.
    package static func safe(_ given: String) -> String? {
        let base = given.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? ""
        let name = cut(String(String.UnicodeScalarView(base.unicodeScalars.filter(isShown))))
        return name.isEmpty || name.allSatisfy({ $0 == "." }) ? nil : name
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f...0x9f: false
        case 0x061c, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff, 0xe0000...0xe007f: false
        default: true
        }
    }

    private static func cut(_ given: String) -> String {
        let name = trimmed(given)
        guard name.utf8.count > longest else { return name }
        var ending = ""
        if let dot = name.lastIndex(of: "."), name[dot...].utf8.count <= longestEnding { ending = String(name[dot...]) }
        var stem = ""
        var count = ending.utf8.count
        for character in name {
            count += character.utf8.count
            if count > longest { break }
            stem.append(character)
        }
        return trimmed(stem) + ending
    }

    private static func trimmed(_ text: String) -> String {
        var rest = Substring(text)
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
