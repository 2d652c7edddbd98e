// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Answers

@Suite("IntentIndex") struct IntentIndexTests {
    private static let index = IntentIndex(examples: SampleShop.examples)

    private func best(_ text: String) -> Understanding.Guess? { Self.index.understand(text).intents.first }

    @Test(
        "what was never said in these words is understood, surely enough to act on",
        arguments: [
            ("请问大概多久能发货呀", "shipping_time"), ("我的货什么时候发", "shipping_time"), ("how long until my order ships?", "shipping_time"),
            ("这件衣服多少钱啊", "price"), ("what's the price of this one", "price"), ("收到了不喜欢,我想退货", "return_goods"),
            ("Can I return the shoes?", "return_goods"), ("蓝色还有现货吗", "stock"), ("is the blue one still in stock", "stock"),
            ("麻烦转一下人工", "human"), ("let me talk to a real person", "human"),
        ])
    func paraphrases(text: String, intent: String) {
        #expect(best(text)?.intent == intent)
        #expect((best(text)?.confidence ?? 0) >= 0.6, "\(String(describing: best(text)))")
    }

    @Test(
        "an example itself is as good as certain, whatever its case, width, script or punctuation",
        arguments: [
            ("多久发货", "shipping_time"), ("多久發貨？？", "shipping_time"), ("轉人工!", "human"), ("ＨＯＷ ＭＵＣＨ ＩＳ ＩＴ", "price"),
            ("Is It In Stock?!", "stock"), ("  i want to return this. ", "return_goods"),
        ])
    func examples(text: String, intent: String) {
        #expect(best(text)?.intent == intent)
        #expect((best(text)?.confidence ?? 0) >= 0.95)
    }

    @Test(
        "what the shop has no answer for stays under 0.5",
        arguments: [
            "今天天气怎么样", "给我讲个笑话", "帮我写一首诗", "你喜欢吃什么", "世界杯冠军是谁", "1加1等于几", "孩子发烧怎么办", "怎么做红烧肉",
            "what is the capital of france", "tell me a joke", "who won the game last night", "set an alarm for 7",
            "how tall is mount everest",
            "😂😂😂", "", "   ", "??", "嗯", "asdfgh qwerty", "12345678",
        ])
    func outOfScope(text: String) { #expect((best(text)?.confidence ?? 0) < 0.5, "\(String(describing: best(text)))") }

    @Test(
        "typing errors are forgiven",
        arguments: [
            ("when wil my ordr arive", "shipping_time"), ("retrun adress please", "return_goods"),
            ("how much dose it cost", "price"),
        ])
    func typos(text: String, intent: String) { #expect(best(text)?.intent == intent) }

    @Test("guesses come best first, at most five, each between 0 and 1, together no more than certain in the first two")
    func order() {
        for text in ["退货要多久能到", "how much is shipping", "有没有货,多少钱", "human price stock return"] {
            let guesses = Self.index.understand(text).intents
            #expect(!guesses.isEmpty && guesses.count <= 5)
            #expect(guesses.map(\.confidence) == guesses.map(\.confidence).sorted(by: >))
            #expect(guesses.allSatisfy { (0...1).contains($0.confidence) })
            #expect(guesses.prefix(2).reduce(0) { $0 + $1.confidence } <= 1.000001)
            #expect(Set(guesses.map(\.intent)).count == guesses.count)
        }
    }

    @Test("the same examples in another order of fields make the same index") func deterministic() {
        let turned = Value.object(.init(unchecked: (SampleShop.examples.object?.pairs ?? []).reversed()))
        let other = IntentIndex(examples: turned)
        for text in ["什么时候发货呢", "cheaper please", "在吗", "退钱"] {
            #expect(other.understand(text) == Self.index.understand(text))
        }
    }

    @Test(
        "examples of another shape, none, or one intent are no accident",
        arguments: [
            [:], nil, 5, ["a": nil], ["a": ["zh-CN": "多久"]], ["a": ["zh-CN": [1, nil]]], ["a": ["zh-CN": ["？？"]]],
        ] as [Value])
    func shapes(examples: Value) {
        let understanding = IntentIndex(examples: examples).understand("多久发货，气死我了")
        #expect(understanding.intents.isEmpty)
        #expect(understanding.mood < -0.5)
        #expect(understanding.language == "zh-CN")
    }

    @Test("one intent, or two examples, give guesses that can be trusted no more than they deserve") func fewExamples() {
        let one = IntentIndex(examples: ["refund": ["退款", "什么时候退款", "refund please"]])
        #expect(one.understand("退款").intents.first?.intent == "refund")
        #expect((one.understand("今天天气怎么样").intents.first?.confidence ?? 0) < 0.5)
        let two = IntentIndex(examples: ["a": ["退款"], "b": ["发货"]])
        #expect(two.understand("我要退款").intents.first?.intent == "a")
    }

    @Test("the same sentence as an example of two intents is certain of neither") func ambiguous() {
        let index = IntentIndex(examples: ["a": ["在吗", "退款多久"], "b": ["在吗", "发货多久"]])
        #expect((index.understand("在吗").intents.first?.confidence ?? 0) < 0.9)
    }

    @Test("a text of a megabyte costs no more than its beginning") func long() {
        let text = "多久发货" + String(repeating: "啊", count: 300_000)
        #expect(Self.index.understand(text).language == "zh-CN")
    }
}
