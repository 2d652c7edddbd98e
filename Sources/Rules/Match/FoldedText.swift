// SPDX-License-Identifier: Apache-2.0

/// A text as keyword lists look at it: lower case, full-width forms as ordinary ones, runs of white space as one blank.
struct FoldedText: Sendable, Hashable {
    let bytes: [UInt8]

    init(_ text: String) {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count)
        var isAfterBlank = true
        for scalar in text.unicodeScalars {
            var code = scalar.value
            if (0xff01...0xff5e).contains(code) { code -= 0xfee0 } else if code == 0x3000 { code = 0x20 }
            if code == 0x20 || (0x09...0x0d).contains(code) || code == 0xa0 {
                if !isAfterBlank { out.append(0x20) }
                isAfterBlank = true
                continue
            }
            isAfterBlank = false
            if code < 0x80 {
                out.append((0x41...0x5a).contains(code) ? UInt8(code + 32) : UInt8(code))
            } else if code < 0x2e80 {
                // Beyond, no script has two cases (but a few of the newest; they are compared as they stand).
                out.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
            } else {
                out.append(contentsOf: UTF8.encode(Unicode.Scalar(code) ?? scalar).map(Array.init) ?? [])
            }
        }
        if out.last == 0x20 { out.removeLast() }
        bytes = out
    }

    func contains(_ part: FoldedText) -> Bool { firstIndex(of: part.bytes, from: 0) != nil }

    func hasPrefix(_ part: FoldedText) -> Bool { bytes.starts(with: part.bytes) }

    func firstIndex(of part: [UInt8], from start: Int) -> Int? {
        guard let first = part.first, bytes.count >= part.count else { return part.isEmpty ? start : nil }
        return bytes.withUnsafeBufferPointer { bytes in
            part.withUnsafeBufferPointer { part in
                var at = start
                let last = bytes.count - part.count
                search: while at <= last {
                    guard bytes[at] == first else { at += 1; continue }
                    for offset in 1..<max(1, part.count) where bytes[at + offset] != part[offset] {
                        at += 1
                        continue search
                    }
                    return at
                }
                return nil
            }
        }
    }
}

/// A word that a text is searched for. Latin words are whole words, so that `hi` is not found in `this`; a `*` at the end takes any
/// ending. Chinese has no blanks between words: there any occurrence counts.
struct Keyword: Sendable, Hashable {
    let text: String
    private let folded: [UInt8]
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
            let beginsWord = at == 0 || !Self.isWord(folded[0]) || !Self.isWord(text.bytes[at - 1])
            let endsWord = end == text.bytes.count || isOpenEnded || !Self.isWord(folded[folded.count - 1])
                || !Self.isWord(text.bytes[end])
            if beginsWord && endsWord { return true }
            start = at + 1
        }
        return false
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x5f
    }
}
