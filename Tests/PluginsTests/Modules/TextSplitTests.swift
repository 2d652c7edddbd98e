// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Plugins

/// Where `text.split` cuts, which decides what customers see as one message.
@Suite struct TextSplitTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let limit: Int
        let parts: [String]
    }

    @Test(
        "a text is cut where people would cut it",
        arguments: [
            Case(
                testDescription: "before an address that fits into a part, though points stand in it", limit: 48,
                parts: ["Your parcel: ", "https://post.example.com/t/88?n=4711&l=fr - ", "thanks for waiting"]),
            Case(
                testDescription: "an address right behind Chinese", limit: 40,
                parts: ["请点这里", "https://shop.example.cn/o/20260401查看", "物流，谢谢您的耐心等待"]),
            Case(
                testDescription: "within an address that is longer than a part", limit: 20,
                parts: ["https://example.com/", "a/very/long/path/of/", "mine"]),
            Case(
                testDescription: "behind the first of two addresses", limit: 40,
                parts: ["https://a.example/1,", "https://b.example/22222222222222"]),
            Case(testDescription: "between words", limit: 22, parts: ["wherever you may go ", "there we are already"]),
            Case(testDescription: "not within an amount", limit: 20, parts: ["That is together ", "1.299 in all for you"]),
            Case(testDescription: "after a sentence", limit: 20, parts: ["Sent it yesterday. ", "Anything else today?"]),
            Case(testDescription: "after a Chinese sentence", limit: 18, parts: ["一二三四。", "五六七八"]),
            Case(testDescription: "between Chinese characters", limit: 18, parts: ["一二三四五六", "七八九十"]),
            Case(testDescription: "not within an emoji", limit: 30, parts: ["👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"]),
            Case(testDescription: "a word longer than a part", limit: 8, parts: ["aaaaaaaa", "aaaa"]),
        ])
    func place(_ item: Case) {
        let text = item.parts.joined()
        #expect(TextModule.split(text, limit: item.limit) == item.parts)
    }

    @Test("parts join to the text and keep to the limit, wherever addresses stand")
    func properties() {
        let pieces = ["https://e.example/abcdefgh", " ", "你好", ".", "word", "👩‍👩‍👧", "\r\n", "a://", "3.5", "é", "://"]
        var generator = SeededRandom(seed: 7)
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 0...12, using: &generator)).map { _ in pieces.randomElement(using: &generator)! }
                .joined()
            let limit = Int.random(in: 4...40, using: &generator)
            let parts = TextModule.split(text, limit: limit)
            #expect(parts.joined() == text)
            #expect(parts.allSatisfy { $0.utf8.count <= limit && (!$0.isEmpty || text.isEmpty) }, "\(text) by \(limit): \(parts)")
        }
    }
}
