// SPDX-License-Identifier: Apache-2.0
import Desk

/// A text taken apart: what a person could be known by, and the rest.
///
/// Found are addresses of web pages and mailboxes, names that are known, names after `我叫`, `my name is` and the like, ids of the desk, numbers of
/// five digits and more (also with blanks and dashes, in full-width or Chinese digits), and codes of letters and digits. A place or a stranger's name
/// in a sentence is not found.
struct PersonalText {
    /// A part of the text; the parts together are the whole.
    enum Part: Hashable {
        case plain(String)
        /// - Parameter value: in one spelling, so that the same thing written in two ways is the same.
        case personal(Pseudonyms.Kind, value: String)
    }

    private(set) var parts: [Part]

    /// - Parameter names: who may be mentioned; longer ones first.
    init(_ text: String, names: [KnownName] = []) {
        parts = text.isEmpty ? [] : [.plain(text)]
        take(Self.address)
        for name in names { take { name.find(in: $0) } }
        take(Self.introduction)
        take(Self.code)
        take(Self.number)
    }

    /// The text with each personal part replaced.
    func replacing(_ word: (Pseudonyms.Kind, String) -> String) -> String {
        parts.map { part in
            switch part {
            case .plain(let text): text
            case .personal(let kind, let value): word(kind, value)
            }
        }.joined()
    }

    /// What the whole text is, if it is one personal thing and nothing else.
    var only: (kind: Pseudonyms.Kind, value: String)? {
        var found: (Pseudonyms.Kind, String)?
        for part in parts {
            switch part {
            case .plain(let text): guard text.allSatisfy(\.isWhitespace) else { return nil }
            case .personal(let kind, let value):
                guard found == nil else { return nil }
                found = (kind, value)
            }
        }
        return found
    }

    // MARK: - Taking apart

    private typealias Characters = ArraySlice<Character>
    private typealias Find = (range: Range<Int>, kind: Pseudonyms.Kind, value: String)

    /// Takes out, again and again, the first that `find` sees in a plain part.
    private mutating func take(_ find: (ArraySlice<Character>) -> (range: Range<Int>, kind: Pseudonyms.Kind, value: String)?) {
        parts = parts.flatMap { part -> [Part] in
            guard case .plain(let text) = part else { return [part] }
            var rest = Array(text)[...]
            var taken: [Part] = []
            while !rest.isEmpty, let found = find(rest) {
                if found.range.lowerBound > rest.startIndex { taken.append(.plain(String(rest[..<found.range.lowerBound]))) }
                taken.append(.personal(found.kind, value: found.value))
                rest = rest[found.range.upperBound...]
            }
            if !rest.isEmpty { taken.append(.plain(String(rest))) }
            return taken
        }
    }

    // MARK: - Addresses

    /// A mailbox, or what stands behind the host of a web address.
    private static func address(_ text: Characters) -> Find? {
        for place in text.indices {
            if text[place] == "@" || text[place] == "＠", let found = mailbox(text, around: place) { return found }
            if text[place] == ":", let found = page(text, from: place) { return found }
        }
        return nil
    }

    private static func mailbox(_ text: Characters, around place: Int) -> Find? {
        func isPart(_ character: Character) -> Bool {
            character.isASCII && (character.isLetter || character.isNumber || "._+-%".contains(character))
        }
        var (start, end) = (place, place + 1)
        while start > text.startIndex, isPart(text[start - 1]) { start -= 1 }
        while end < text.endIndex, isPart(text[end]) { end += 1 }
        while end > place + 1, ".-".contains(text[end - 1]) { end -= 1 }
        guard start < place, end > place + 1, text[(place + 1)..<end].contains(".") else { return nil }
        let value = (String(text[start..<place]) + "@" + String(text[(place + 1)..<end])).lowercased()
        return (start..<end, .email, value)
    }

    private static func page(_ text: Characters, from colon: Int) -> Find? {
        guard text[colon...].starts(with: "://"), colon > text.startIndex, text[colon - 1].isLetter else { return nil }
        func isPart(_ character: Character) -> Bool {
            character.isASCII && !character.isWhitespace && !"\"'<>()".contains(character)
        }
        let host = colon + 3
        let end = text[host...].firstIndex { !isPart($0) } ?? text.endIndex
        let path = text[host..<end].firstIndex { "/?#".contains($0) } ?? end
        let start = text[host..<path].contains("@") ? host : path
        // A host alone is nobody's.
        guard end - start > 1 else { return nil }
        return (start..<end, .address, String(text[host..<end]))
    }

    // MARK: - Names

    /// Words after which people say a name, and whether a colon or the like must follow: `联系人工` is no introduction.
    private static let introductions: [(words: [Character], needsBreak: Bool)] = [
        ("我叫", false), ("名叫", false), ("名字是", false), ("名字叫", false), ("姓名", true), ("联系人", true), ("收件人", true), ("收货人", true),
        ("my name is", true), ("i am called", true), ("name:", false),
    ].map { (Array($0.0), $0.1) }

    /// What follows on such words: up to four Chinese characters, or two words with a capital.
    private static func introduction(_ text: Characters) -> Find? {
        for place in text.indices {
            for (words, needsBreak) in introductions where isBeginning(of: text[place...], words) {
                var start = place + words.count
                while start < text.endIndex, " :：是为叫".contains(text[start]) { start += 1 }
                if needsBreak, start == place + words.count { continue }
                var end = start
                if start < text.endIndex, text[start].isASCII {
                    var count = 0
                    while count < 2, end < text.endIndex, text[end].isUppercase {
                        count += 1
                        end = text[end...].firstIndex { !$0.isLetter && $0 != "-" } ?? text.endIndex
                        if count < 2, end + 1 < text.endIndex, text[end] == " ", text[end + 1].isUppercase { end += 1 }
                    }
                } else {
                    while end < text.endIndex, end - start < 4, text[end].isChinese || text[end] == "·" { end += 1 }
                }
                if end > start { return (start..<end, .name, String(text[start..<end])) }
            }
        }
        return nil
    }

    private static func isBeginning(of text: Characters, _ words: [Character]) -> Bool {
        text.count >= words.count && zip(text, words).allSatisfy { $0 == $1 || $0.lowercased() == String($1) }
    }

    // MARK: - Numbers and codes

    /// Ids of the desk, and words of letters and digits such as order numbers, number plates and what platforms call a person.
    private static func code(_ text: Characters) -> Find? {
        func isPart(_ character: Character) -> Bool {
            character.isASCII && (character.isLetter || character.isNumber || character == "-" || character == "_")
        }
        var place = text.startIndex
        while let start = text[place...].firstIndex(where: isPart) {
            let end = text[start...].firstIndex { !isPart($0) } ?? text.endIndex
            let word = String(text[start..<end])
            if let kind = kind(ofID: word) { return (start..<end, kind, word) }
            let digits = word.count(where: \.isNumber)
            let hasLetters = word.contains { $0.isLetter }
            // Seventeen digits and an X are an identity card.
            let isCard = digits == 17 && word.filter(\.isLetter).uppercased() == "X"
            if hasLetters, !isCard, digits >= 4 || (word.count >= 20 && digits > 0) {
                return (start..<end, .code, word)
            }
            place = end
        }
        return nil
    }

    private static func kind(ofID word: String) -> Pseudonyms.Kind? {
        if ID<Customer>(text: word) != nil { return .customer }
        if ID<Conversation>(text: word) != nil { return .conversation }
        if ID<Message>(text: word) != nil { return .message }
        if ID<Agent>(text: word) != nil { return .agent }
        if ID<Ticket>(text: word) != nil { return .ticket }
        return nil
    }

    private static let longNumber = 5
    /// Fewer are words of a sentence: 一二三.
    private static let longChineseNumber = 7

    /// Digits that follow on each other.
    private struct Digits {
        let range: Range<Int>
        let text: String
        let isChinese: Bool

        /// Nil where none begin.
        init?(_ characters: Characters, at start: Int) {
            var (end, text) = (start, "")
            while end < characters.endIndex, let digit = characters[end].digit,
                characters[end].isChineseDigit == characters[start].isChineseDigit
            {
                text.append(digit)
                end += 1
            }
            guard end > start else { return nil }
            range = start..<end
            self.text = text
            isChinese = characters[start].isChineseDigit
        }
    }

    /// Telephone numbers, identity cards, bank cards, and other numbers.
    private static func number(_ text: Characters) -> Find? {
        var place = text.startIndex
        while let start = text[place...].firstIndex(where: { $0.digit != nil }) {
            guard let first = Digits(text, at: start) else { return nil }
            let hasPlus = start > text.startIndex && "+＋".contains(text[start - 1])
            var groups = [first]
            while let last = groups.last, let next = following(last, in: text),
                next.isChinese == last.isChinese, belongs(next, to: groups, hasPlus: hasPlus)
            {
                groups.append(next)
            }
            var end = groups.last?.range.upperBound ?? first.range.upperBound
            place = end
            var digits = groups.map(\.text).joined()
            let isPrice =
                groups.count == 2 && text[first.range.upperBound] == "." && first.text.count < longNumber
                && groups[1].text.count <= 2
            guard digits.count >= (first.isChinese ? longChineseNumber : longNumber), !isPrice else { continue }
            if digits.count == 17, end < text.endIndex, "xXｘＸ".contains(text[end]) {
                digits += "X"
                end += 1
            }
            let (kind, value) = sorted(digits, hasPlus: hasPlus)
            return ((hasPlus ? start - 1 : start)..<end, kind, value)
        }
        return nil
    }

    /// Digits after one or two signs such as stand within a number.
    private static func following(_ digits: Digits, in text: Characters) -> Digits? {
        for place in digits.range.upperBound..<(digits.range.upperBound + 2) where place < text.endIndex {
            guard " -–()（）.　－".contains(text[place]) else { return nil }
            if let next = Digits(text, at: place + 1) { return next }
        }
        return nil
    }

    /// Long numbers beside each other are two; `+86 13800138000`, `138 0013 8000` and an identity card as `110105 19491231 002X` are one.
    private static func belongs(_ next: Digits, to groups: [Digits], hasPlus: Bool) -> Bool {
        let count = groups.reduce(0) { $0 + $1.text.count }
        if count == 6, next.text.count == 8 { return true }
        if groups.map(\.text.count) == [6, 8], (3...4).contains(next.text.count) { return true }
        if next.text.count >= 8 {
            // After the code of a country or a city.
            let code = groups.map(\.text).joined()
            return code.count < longNumber && (hasPlus || code == "86" || code.hasPrefix("0"))
        }
        return (groups.last?.text.count ?? 0) < 8
    }

    /// What a number is, in one spelling.
    private static func sorted(_ digits: String, hasPlus: Bool) -> (Pseudonyms.Kind, String) {
        let number = Array(digits)
        if number.count == 18, isDate(number[6..<14]) { return (.idCard, digits) }
        if number.count == 15, !hasPlus, isDate(Array("19")[...] + number[6..<12]) { return (.idCard, digits) }
        for prefix in ["", "86", "0086"] where digits.hasPrefix(prefix) {
            let own = digits.dropFirst(prefix.count)
            if own.count == 11, own.first == "1", let second = own.dropFirst().first, ("3"..."9").contains(second) {
                return (.phone, String(own))
            }
        }
        if hasPlus, (7...15).contains(number.count) { return (.phone, digits) }
        if digits.hasPrefix("0"), (10...13).contains(number.count) { return (.phone, digits) }
        return ((13...19).contains(number.count) ? .bankCard : .number, digits)
    }

    /// - Parameter digits: yyyyMMdd.
    private static func isDate(_ digits: Characters) -> Bool {
        guard let number = Int(String(digits)), digits.count == 8 else { return false }
        return (1800...2199).contains(number / 10_000) && (1...12).contains(number / 100 % 100) && (1...31).contains(number % 100)
    }
}

/// A name that may stand in a text, and whose it is.
struct KnownName: Sendable, Hashable {
    let kind: Pseudonyms.Kind
    /// What the word is made of: the same for all spellings.
    let value: String
    private let spelling: [Character]
    private let needsBorders: Bool

    /// Nil for what is too short to be looked for in a sentence.
    init?(_ text: String, kind: Pseudonyms.Kind, value: String) {
        let spelling = Array(text.lowercased())
        needsBorders = spelling.allSatisfy { !$0.isChinese }
        guard spelling.count >= 2 else { return nil }
        self.spelling = spelling
        self.kind = kind
        self.value = value
    }

    /// A whole name, and its words by themselves: who is called Anna Schmidt is Anna, too.
    static func all(of name: String, kind: Pseudonyms.Kind, value: String) -> [KnownName] {
        let words = name.split { $0 == " " || $0 == "·" }.map(String.init)
        return ([name] + (words.count > 1 ? words : [])).compactMap { KnownName($0, kind: kind, value: $0 == name ? value : $0) }
    }

    /// Those with more characters first: a part must not be taken out of a whole.
    static func sorted(_ names: [KnownName]) -> [KnownName] {
        var seen: Set<[Character]> = []
        return names.filter { seen.insert($0.spelling).inserted }.sorted { $0.spelling.count > $1.spelling.count }
    }

    func find(in text: ArraySlice<Character>) -> (range: Range<Int>, kind: Pseudonyms.Kind, value: String)? {
        guard let first = spelling.first, text.count >= spelling.count else { return nil }
        for start in text.startIndex...(text.endIndex - spelling.count) where text[start].isSame(as: first) {
            let end = start + spelling.count
            guard zip(text[start..<end], spelling).allSatisfy({ $0.isSame(as: $1) }) else { continue }
            if needsBorders {
                func isWord(_ place: Int) -> Bool {
                    text.indices.contains(place) && !text[place].isChinese && (text[place].isLetter || text[place].isNumber)
                }
                if isWord(start - 1) || isWord(end) { continue }
            }
            return (start..<end, kind, value)
        }
        return nil
    }
}

extension Character {
    /// - Parameter lower: in small letters.
    fileprivate func isSame(as lower: Character) -> Bool { self == lower || (isUppercase && lowercased() == String(lower)) }

    fileprivate var isChinese: Bool {
        unicodeScalars.first.map { (0x3400...0x9fff).contains($0.value) || (0x20000...0x323af).contains($0.value) } ?? false
    }

    /// As an ASCII digit, whatever digit it is.
    fileprivate var digit: Character? {
        if isASCII { return isNumber ? self : nil }
        if let place = Self.chineseDigits.firstIndex(of: self) { return Character(String(place % 10)) }
        guard let number = wholeNumberValue, (0...9).contains(number), !isChinese else { return nil }
        return Character(String(number))
    }

    fileprivate var isChineseDigit: Bool { Self.chineseDigits.contains(self) }

    private static let chineseDigits = Array("零一二三四五六七八九〇壹贰叁肆伍陆柒捌玖〇幺两")
}
