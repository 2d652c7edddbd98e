// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Answers

@Suite("Language and folding") struct LanguageTests {
    @Test(
        "the script tells the language",
        arguments: [
            ("多久发货", "zh-CN"), ("when will it ship", "en"), ("iPhone 15 什么时候有货", "zh-CN"),
            ("please check 订单 status for me", "en"),
            ("我要return", "zh-CN"), ("多久發貨", "zh-CN"), ("いつ届きますか", "ja"), ("언제 도착해요", "ko"), ("12345", nil), ("😡！！", nil),
            ("", nil),
            ("ｈｅｌｌｏ", "en"),
        ] as [(String, String?)])
    func language(text: String, expected: String?) { #expect(Language.of(FoldedText.scalars(text)) == expected) }

    @Test(
        "texts that mean the same fold to the same",
        arguments: [
            ("多久發貨？", "多久发货"), ("ＡＢＣ１２", "abc 34"), ("Don't", "dont"), ("退貨,謝謝", "退货 谢谢"), ("ÉCLAIR", "éclair"),
            ("a\u{200b}b", "ab"),
        ])
    func folding(a: String, b: String) { #expect(FoldedText(a) == FoldedText(b)) }

    @Test("the table of traditional characters is pairs, none leading back to itself by another") func table() {
        #expect(TraditionalCharacters.simplified.count > 300)
        for (from, to) in TraditionalCharacters.simplified where from != to {
            #expect(TraditionalCharacters.simplified[to] == nil || TraditionalCharacters.simplified[to] == to, "\(from)\(to)")
        }
    }
}
