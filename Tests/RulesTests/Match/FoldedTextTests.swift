// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Rules

@Suite("Folded texts") struct FoldedTextTests {
    private func fold(_ text: String) -> String { String(decoding: FoldedText(text).bytes, as: UTF8.self) }

    static let same: [(String, String)] = [
        ("ＶＩＰ客服", "vip客服"), ("ｶﾀﾛｸﾞ", "カタログ"), ("ﾊﾟｽﾎﾟｰﾄ", "パスポート"), ("ｳﾞ", "ヴ"), ("ﾂﾞｯ", "ヅッ"), ("｢ｱ｣", "「ア」"), ("￥１００", "¥100"),
        ("ΟΔΟΣ", "οδοσ"), ("οδος", "ΟΔΟΣ"), ("Straße", "STRASSE"), ("МИР", "мир"), ("a　b\u{a0} c", "A B C"), ("ｱﾞ", "ア゛"),
    ]

    @Test("case, full and half width are the same", arguments: same) func widths(_ pair: (String, String)) {
        #expect(fold(pair.0) == fold(pair.1))
    }

    static let words: [(word: String, text: String, occurs: Bool)] = [
        ("été", "ÉTÉ!", true), ("été", "répété", false), ("мир", "кумир", false), ("мир", "Мир,", true), ("мир*", "мирный", true),
        ("hi", "hié", false), ("hi", "hi吗", true), ("c++", "i like C++ much", true), ("100%", "100%!", true), ("x", "3×x", true),
    ]

    @Test("words of alphabets are found whole", arguments: words) func wholeWords(
        _ row: (word: String, text: String, occurs: Bool)
    ) {
        #expect(Keyword(row.word).occurs(in: FoldedText(row.text)) == row.occurs)
    }
}
