// SPDX-License-Identifier: Apache-2.0

/// Tells a text's language by its script.
enum Language {
    /// `zh-CN`, `en`, `ja` or `ko`; nil where there are no letters to tell by.
    ///
    /// A product's Latin name does not make a Chinese question English: a Han character weighs as much as a Latin word.
    /// - Parameter scalars: folded.
    static func of(_ scalars: [Unicode.Scalar]) -> String? {
        var (han, kana, hangul, words) = (0, 0, 0, 0)
        var isInWord = false
        for scalar in scalars {
            let isLetter = (0x61...0x7a).contains(scalar.value)
            if isLetter, !isInWord { words += 1 }
            isInWord = isLetter || (isInWord && scalar == "'")
            switch scalar.value {
            case 0x3400...0x9fff, 0xf900...0xfaff, 0x20000...0x323af: han += 1
            case 0x3040...0x30ff: kana += 1
            case 0xac00...0xd7a3, 0x1100...0x11ff: hangul += 1
            default: break
            }
        }
        if hangul > 0, hangul >= han { return "ko" }
        if kana > 0, kana * 4 >= han { return "ja" }
        if han > 0, han >= words { return "zh-CN" }
        return words > 0 ? "en" : nil
    }
}
