// SPDX-License-Identifier: Apache-2.0

/// Where a long text is cut for platforms that take so many bytes.
extension TextModule {
    /// Parts of at most `limit` bytes that join to the text: cut after a paragraph or sentence where one ends in the last fifth of a
    /// part, else between words where that fifth has a blank, else between characters as people see them. An address is not cut where
    /// it fits into a part by itself.
    static func split(_ text: String, limit: Int) -> [String] {
        var parts: [String] = []
        var rest = text[...]
        while rest.utf8.count > limit {
            let piece = prefix(String(rest), limit)
            let end = rest.utf8.index(rest.startIndex, offsetBy: piece.utf8.count)
            var cut = goodPlace(in: rest, before: end, limit)
            if let address = address(in: rest, around: cut), address.lowerBound > rest.startIndex,
                rest[address].utf8.count <= limit
            {
                cut = address.lowerBound
            }
            parts.append(String(rest[..<cut]))
            rest = rest[cut...]
        }
        if !rest.isEmpty || parts.isEmpty { parts.append(String(rest)) }
        return parts
    }

    /// A sentence's end, or a blank, in the last fifth of a part; the end of the part where there is none.
    private static func goodPlace(in rest: Substring, before end: Substring.Index, _ limit: Int) -> Substring.Index {
        func isLate(_ index: Substring.Index) -> Bool { rest[..<index].utf8.count * 5 >= limit * 4 }
        if let sentence = lastSentenceEnd(in: rest, before: end), isLate(sentence),
            partCount(rest, after: sentence, limit) <= partCount(rest, after: end, limit)
        {
            return sentence
        }
        guard let before = rest[..<end].last, let after = rest[end...].first, isSpaced(before), isSpaced(after),
            let blank = rest[..<end].lastIndex(where: \.isWhitespace)
        else { return end }
        let next = rest[..<end].index(after: blank)
        return isLate(next) ? next : end
    }

    /// At least so many parts are needed for what follows.
    private static func partCount(_ rest: Substring, after cut: Substring.Index, _ limit: Int) -> Int {
        (rest[cut...].utf8.count + limit - 1) / limit
    }

    /// Behind the last mark that ends a sentence. A point within a number or an address ends none: a blank has to follow.
    private static func lastSentenceEnd(in rest: Substring, before end: Substring.Index) -> Substring.Index? {
        let marks: Set<Character> = ["\n", "\r\n", "。", "！", "？", "；"]
        let marksBeforeBlanks: Set<Character> = [".", "!", "?"]
        var index = end
        while index > rest.startIndex {
            let before = rest[..<index].index(before: index)
            if marks.contains(rest[before]) { return index }
            if marksBeforeBlanks.contains(rest[before]), let next = rest[index...].first, next.isWhitespace { return index }
            index = before
        }
        return nil
    }

    /// Whether a character belongs to a word of a script with blanks between words, as far as its length in UTF-8 tells: Latin, Greek,
    /// Cyrillic, Arabic; not Chinese, Japanese, Thai.
    private static func isSpaced(_ character: Character) -> Bool { !character.isWhitespace && character.utf8.count <= 2 }

    /// The address (`https://…`) that a cut would fall into.
    private static func address(in rest: Substring, around cut: Substring.Index) -> Range<Substring.Index>? {
        func isPart(_ character: Character) -> Bool {
            guard let byte = character.asciiValue else { return false }
            return byte > 0x20 && byte < 0x7F && !"<>\"".contains(character)
        }
        guard cut > rest.startIndex, cut < rest.endIndex else { return nil }
        let start = rest[..<cut].lastIndex { !isPart($0) }.map { rest[..<cut].index(after: $0) } ?? rest.startIndex
        let end = rest[cut...].firstIndex { !isPart($0) } ?? rest.endIndex
        guard start < cut, cut < end else { return nil }
        var found: Range<Substring.Index>?
        var index = start
        while index < end, let colon = rest[index..<end].firstIndex(of: ":") {
            index = rest.index(after: colon)
            guard rest[index..<end].hasPrefix("//") else { continue }
            let scheme = rest[start..<colon].lastIndex { !$0.isLetter }.map { rest.index(after: $0) } ?? start
            if scheme < colon, scheme < cut { found = scheme..<end }
        }
        return found
    }
}
