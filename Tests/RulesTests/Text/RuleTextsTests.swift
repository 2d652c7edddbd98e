// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Rules

@Suite("Texts") struct RuleTextsTests {
    private let texts = RuleTexts(
        texts: [
            "zh-CN": ["hi": "你好 {name}", "only_zh": "只有中文"],
            "en": ["hi": "hello {name}, {order.no} {missing} {n}", "only_en": "english"], "ja": ["only_ja": "日本語"],
        ], fallback: "zh-CN")

    @Test(
        "the customer's language, a variant of it, the set's own, English, any, the key",
        arguments: [
            ("hi", "en", "hello L, A1 {missing} 2"), ("hi", "en-GB", "hello L, A1 {missing} 2"), ("hi", "zh-TW", "你好 L"),
            ("hi", "fr", "你好 L"), ("only_en", "zh-CN", "english"),
            ("only_zh", "en", "只有中文"), ("only_ja", "en", "日本語"), ("nothing", "en", "nothing"),
        ])
    func chain(key: String, language: String, said: String) {
        #expect(texts.text(key, in: language, arguments: ["name": "L", "order": ["no": "A1"], "n": 2]) == said)
    }

    @Test("braces that are no names stay") func braces() {
        #expect(RuleTexts.fill("a { b } {x", ["x": 1]) == "a { b } {x")
        #expect(RuleTexts.fill("{x}{x}", ["x": "{x}"]) == "{x}{x}")
    }
}

@Suite("Folded texts") struct FoldedTextTests {
    @Test(
        "letters, widths and blanks do not matter",
        arguments: [
            ("ＡＢＣ１２３！", "abc123!"), ("  a \t\n b  ", "a b"), ("ÄÖ Straße", "äö strasse"), ("全　角", "全 角"), ("", ""),
        ])
    func fold(text: String, folded: String) { #expect(String(decoding: FoldedText(text).bytes, as: UTF8.self) == folded) }

    @Test("a search finds every place, and only those") func search() {
        let text = FoldedText("abababc")
        #expect(text.firstIndex(of: Array("abc".utf8), from: 0) == 4)
        #expect(text.firstIndex(of: Array("ab".utf8), from: 1) == 2)
        #expect(text.firstIndex(of: Array("abd".utf8), from: 0) == nil)
        #expect(text.firstIndex(of: Array("abababcd".utf8), from: 0) == nil)
    }
}
