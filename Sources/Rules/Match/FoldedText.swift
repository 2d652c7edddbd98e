// SPDX-License-Identifier: Apache-2.0

/// A text as keyword lists look at it: lower case, full-width and half-width forms as ordinary ones, runs of white space as one blank.
struct FoldedText: Sendable, Hashable {
    private(set) var bytes: [UInt8] = []

    /// Of the empty text.
    init() {}

    init(_ text: String) { fold(text) }

    /// Becomes that of another text, in the room that there is.
    mutating func fold(_ text: String) {
        var text = text
        bytes.removeAll(keepingCapacity: true)
        text.withUTF8 { Self.fold($0, into: &bytes) }
    }

    /// Works on the bytes: Chinese, most of what comes in, is copied as it stands.
    private static func fold(_ text: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]) {
        out.reserveCapacity(text.count + 8)
        var isAfterBlank = true
        // The kana before, while a sound mark may follow, and where it stands.
        var kana: (scalar: UInt32, at: Int)?
        func blank() {
            if !isAfterBlank { out.append(0x20) }
            isAfterBlank = true
        }
        var at = 0
        while at < text.count {
            let byte = text[at]
            if byte < 0x80 {
                at += 1
                if byte == 0x20 || (0x09...0x0d).contains(byte) { blank(); continue }
                out.append((0x41...0x5a).contains(byte) ? byte + 32 : byte)
            } else {
                let count = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
                let end = min(at + count, text.count)
                let scalar = text[at..<end].dropFirst().reduce(UInt32(byte) & (0x7f >> UInt32(count))) {
                    $0 << 6 | UInt32($1 & 0x3f)
                }
                if (0xff01...0xff5e).contains(scalar) {
                    let plain = UInt8(scalar - 0xfee0)
                    out.append((0x41...0x5a).contains(plain) ? plain + 32 : plain)
                } else if scalar == 0x3000 || scalar == 0xa0 {
                    at = end
                    blank()
                    continue
                } else if let kana, kana.at + 3 == out.count, let voiced = Self.voiced(kana.scalar, by: scalar) {
                    out.removeLast(3)
                    Self.append(voiced, to: &out)
                } else if let ordinary = Self.ordinary(scalar) {
                    kana = (ordinary, out.count)
                    Self.append(ordinary, to: &out)
                } else if scalar == 0x3c2 {
                    // The sigma at a word's end is the same letter.
                    Self.append(0x3c3, to: &out)
                } else if scalar == 0xdf || scalar == 0x1e9e {
                    out += [0x73, 0x73]
                } else if scalar < 0x2e80, let letter = Unicode.Scalar(scalar) {
                    // Beyond, no script has two cases (but a few of the newest, compared as they stand).
                    out.append(contentsOf: letter.properties.lowercaseMapping.utf8)
                } else {
                    out.append(contentsOf: text[at..<end])
                }
                at = end
            }
            isAfterBlank = false
        }
        if out.last == 0x20 { out.removeLast() }
    }

    private static func append(_ scalar: UInt32, to out: inout [UInt8]) {
        if let scalar = Unicode.Scalar(scalar) { out.append(contentsOf: UTF8.encode(scalar) ?? .init()) }
    }

    func contains(_ part: FoldedText) -> Bool { firstIndex(of: part.bytes, from: 0) != nil }

    func hasPrefix(_ part: FoldedText) -> Bool { bytes.starts(with: part.bytes) }

    /// A plain search: what is searched is a message, what is looked for a word.
    func firstIndex(of part: [UInt8], from start: Int) -> Int? {
        guard let first = part.first, let last = part.last else { return start <= bytes.count ? start : nil }
        let count = part.count
        guard start + count <= bytes.count else { return nil }
        return bytes.withUnsafeBufferPointer { text in
            part.withUnsafeBufferPointer { part in
                var at = start
                let end = text.count - count
                while at <= end {
                    // Chinese characters begin alike; their last bytes tell them apart sooner.
                    if text[at + count - 1] == last, text[at] == first {
                        var same = 1
                        while same < count, text[at + same] == part[same] { same += 1 }
                        if same >= count { return at }
                    }
                    at += 1
                }
                return nil
            }
        }
    }
}

/// A word that a text is searched for. Latin, Greek and Cyrillic words are whole words, so that `hi` is not found in `this`; a `*` at the
/// end takes any ending. Chinese has no blanks between words: there any occurrence counts.
struct Keyword: Sendable, Hashable {
    let text: String
    let folded: [UInt8]
    private let isOpenEnded: Bool

    init(_ text: String) {
        self.text = text
        isOpenEnded = text.hasSuffix("*")
        folded = FoldedText(isOpenEnded ? String(text.dropLast()) : text).bytes
    }

    var isEmpty: Bool { folded.isEmpty }

    func occurs(in text: FoldedText) -> Bool {
        var start = 0
        while let at = text.firstIndex(of: folded, from: start) {
            let end = at + folded.count
            let beginsWord =
                at == 0 || !FoldedText.isWord(folded, at: 0) || !FoldedText.isWord(text.bytes, before: at)
            let endsWord =
                end == text.bytes.count || isOpenEnded || !FoldedText.isWord(folded, before: folded.count)
                || !FoldedText.isWord(text.bytes, at: end)
            if beginsWord && endsWord { return true }
            start = at + 1
        }
        return false
    }
}
