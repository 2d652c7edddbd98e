// SPDX-License-Identifier: Apache-2.0

extension FoldedText {
    /// Half-width katakana and signs from U+FF61 on, as their ordinary forms.
    private static let katakana: [UInt32] = Array(
        "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜".unicodeScalars
    ).map(\.value)

    /// Full-width signs from U+FFE0 on: ¢ £ ¬ ¯ ¦ ¥ ₩.
    private static let signs: [UInt32] = [0xa2, 0xa3, 0xac, 0xaf, 0xa6, 0xa5, 0x20a9]

    /// - Returns: the ordinary form of a half-width kana or a full-width sign; nil if it is none.
    static func ordinary(_ scalar: UInt32) -> UInt32? {
        switch scalar {
        case 0xff61...0xff9f: katakana[Int(scalar - 0xff61)]
        case 0xffe0...0xffe6: signs[Int(scalar - 0xffe0)]
        default: nil
        }
    }

    /// Half-width texts write a kana's sound marks as signs of their own: カ and ﾞ are ガ.
    static func voiced(_ kana: UInt32, by mark: UInt32) -> UInt32? {
        switch (kana, mark) {
        case (0x30ab...0x30c2, 0xff9e) where kana % 2 == 1: kana + 1
        case (0x30c4...0x30c8, 0xff9e) where kana % 2 == 0: kana + 1
        case (0x30cf...0x30db, 0xff9e) where kana % 3 == 0x30cf % 3: kana + 1
        case (0x30cf...0x30db, 0xff9f) where kana % 3 == 0x30cf % 3: kana + 2
        case (0x30a6, 0xff9e): 0x30f4
        default: nil
        }
    }

    /// Whether a letter of a script that writes words apart ends right before `index`: Latin, Greek, Cyrillic, and digits.
    static func isWord(_ bytes: [UInt8], before index: Int) -> Bool {
        var start = index - 1
        while start > 0, bytes[start] & 0xc0 == 0x80 { start -= 1 }
        return isWord(bytes, at: start)
    }

    /// The same for the one that begins at `index`.
    static func isWord(_ bytes: [UInt8], at index: Int) -> Bool {
        let byte = bytes[index]
        switch byte {
        case 0x30...0x39, 0x61...0x7a, 0x5f: return true
        // U+00C0 to U+052F without × and ÷.
        case 0xc3: return index + 1 < bytes.count && bytes[index + 1] != 0x97 && bytes[index + 1] != 0xb7
        case 0xc4...0xd4: return true
        // U+1E00 to U+1FFF.
        case 0xe1: return index + 1 < bytes.count && bytes[index + 1] >= 0xb8
        default: return false
        }
    }
}
