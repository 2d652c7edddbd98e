// SPDX-License-Identifier: Apache-2.0

/// A word of a Lua source, with its line.
struct LuaToken: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case name(String)
        case keyword(String)
        case string(String)
        case number(String)
        case symbol(String)
        case end
    }
    let kind: Kind
    let line: Int

    private static let keywords: Set<String> = [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not",
        "or",
        "repeat", "return", "then", "true", "until", "while",
    ]
    private static let symbols: [UInt16: String] = Dictionary(
        uniqueKeysWithValues: ["==", "~=", "<=", ">=", "//", "::", "<<", ">>"].map { symbol in
            let bytes = Array(symbol.utf8)
            return (UInt16(bytes[0]) << 8 | UInt16(bytes[1]), symbol)
        })

    /// Cuts a source into tokens; nil where it cannot (Lua itself says then what is wrong).
    static func all(of source: [UInt8]) -> [LuaToken]? {
        var tokens: [LuaToken] = []
        var at = 0
        var line = 1
        func byte(_ ahead: Int = 0) -> UInt8 { at + ahead < source.count ? source[at + ahead] : 0 }
        func isName(_ byte: UInt8) -> Bool {
            (0x61...0x7a).contains(byte) || (0x41...0x5a).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5f
        }
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        /// `[[…]]`, `[==[…]==]`; nil if none begins here.
        func longBracket() -> [UInt8]?? {
            guard byte() == UInt8(ascii: "[") else { return .some(nil) }
            var level = 0
            while byte(1 + level) == UInt8(ascii: "=") { level += 1 }
            guard byte(1 + level) == UInt8(ascii: "[") else { return .some(nil) }
            at += level + 2
            let closing = [UInt8(ascii: "]")] + [UInt8](repeating: UInt8(ascii: "="), count: level) + [UInt8(ascii: "]")]
            let start = at
            while at < source.count {
                if source[at] == UInt8(ascii: "]"), source[at...].starts(with: closing) {
                    let text = Array(source[start..<at])
                    at += closing.count
                    return text
                }
                if source[at] == 0x0a { line += 1 }
                at += 1
            }
            return nil
        }

        if byte() == UInt8(ascii: "#") { while at < source.count, byte() != 0x0a { at += 1 } }
        while at < source.count {
            let character = byte()
            if character == 0x0a { line += 1; at += 1; continue }
            if character == 0x20 || (0x09...0x0d).contains(character) { at += 1; continue }
            if character == UInt8(ascii: "-"), byte(1) == UInt8(ascii: "-") {
                at += 2
                guard let comment = longBracket() else { return nil }
                if comment == nil { while at < source.count, byte() != 0x0a { at += 1 } }
                continue
            }
            let first = line
            if character == UInt8(ascii: "[") {
                guard let text = longBracket() else { return nil }
                if let text { tokens.append(.init(kind: .string(String(decoding: text, as: UTF8.self)), line: first)); continue }
            }
            if character == UInt8(ascii: "\"") || character == UInt8(ascii: "'") {
                at += 1
                var text: [UInt8] = []
                while byte() != character {
                    guard at < source.count, byte() != 0x0a else { return nil }
                    if byte() == UInt8(ascii: "\\") {
                        at += 1
                        switch byte() {
                        case UInt8(ascii: "n"): text.append(0x0a)
                        case UInt8(ascii: "t"): text.append(0x09)
                        case 0x0a: line += 1; text.append(0x0a)
                        default: text.append(byte())
                        }
                        at += 1
                    } else {
                        text.append(byte())
                        at += 1
                    }
                }
                at += 1
                tokens.append(.init(kind: .string(String(decoding: text, as: UTF8.self)), line: first))
                continue
            }
            if isDigit(character) || (character == UInt8(ascii: ".") && isDigit(byte(1))) {
                let start = at
                while isName(byte()) || byte() == UInt8(ascii: ".")
                    || ((byte() == UInt8(ascii: "+") || byte() == UInt8(ascii: "-"))
                        && [0x65, 0x45, 0x70, 0x50].contains(source[at - 1]))
                { at += 1 }
                tokens.append(.init(kind: .number(String(decoding: source[start..<at], as: UTF8.self)), line: line))
                continue
            }
            if isName(character) {
                let start = at
                while isName(byte()) { at += 1 }
                let word = String(decoding: source[start..<at], as: UTF8.self)
                tokens.append(.init(kind: keywords.contains(word) ? .keyword(word) : .name(word), line: line))
                continue
            }
            let symbol =
                if character == UInt8(ascii: "."), byte(1) == character {
                    byte(2) == character ? "..." : ".."
                } else {
                    symbols[UInt16(character) << 8 | UInt16(byte(1))] ?? String(UnicodeScalar(character))
                }
            at += symbol.utf8.count
            tokens.append(.init(kind: .symbol(symbol), line: line))
        }
        tokens.append(.init(kind: .end, line: line))
        return tokens
    }
}
