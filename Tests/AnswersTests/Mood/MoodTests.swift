// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Answers

@Suite("Mood") struct MoodTests {
    private func mood(_ text: String) -> Double { IntentIndex(examples: [:]).understand(text).mood }

    @Test(
        "anger is below -0.6, where rules call a lead",
        arguments: [
            "太差了！！", "气死我了", "你们就是骗子！退钱！", "什么垃圾客服，半天不回话", "太恶心了，以后再也不买", "非常生气", "你們太過分了", "worst service ever!!!",
            "This is ridiculous", "you people are useless", "THIS IS TERRIBLE", "😡😡", "再不处理我就去投诉你们！！", "我要去12315投诉你们",
        ])
    func angry(text: String) { #expect(mood(text) < -0.6) }

    @Test(
        "discontent is negative",
        arguments: [
            "有点失望", "不太满意", "质量不好", "不喜欢", "等了好久还没到", "not good", "a bit disappointed", "I'm not happy with it",
            "it broke after a week", "人呢？？？",
            "不是很满意", "没那么好用",
        ])
    func discontent(text: String) { #expect(mood(text) < -0.1) }

    @Test(
        "praise and thanks are positive",
        arguments: [
            "不错", "谢谢", "非常满意！", "东西很棒，下次还来", "太感谢了", "not bad", "great, thanks!", "love it", "no problem", "👍", "一点也不差", "没问题",
        ])
    func positive(text: String) { #expect(mood(text) > 0.1) }

    @Test(
        "business is no mood",
        arguments: [
            "我要退货", "今天天气怎么样", "你好", "好的", "请问几点下班", "有没有差价", "麻烦帮我查一下订单", "好吗", "多少钱", "what are your hours",
            "my order number is 88213",
            "I would like to check my order", "is this the best price", "", "12345", "差不多多久到",
        ])
    func neutral(text: String) { #expect(abs(mood(text)) <= 0.15, "\(mood(text))") }

    @Test(
        "stronger words, marks and capitals say more, weaker ones less",
        arguments: [
            ("太差了", "差"), ("太差了！！", "太差了"), ("有点差", "太差"), ("VERY BAD", "very bad"), ("really bad", "bad"), ("bad!!", "bad"),
        ])
    func degrees(a: String, b: String) {
        let (strong, weak) = a.hasPrefix("有点") ? (mood(b), mood(a)) : (mood(a), mood(b))
        #expect(strong < weak)
        #expect(weak < 0)
    }

    @Test("always within -1 and 1") func bounds() {
        #expect(mood(String(repeating: "垃圾骗子！", count: 100)) >= -1)
        #expect(mood(String(repeating: "great 完美 ", count: 100)) <= 1)
    }
}
