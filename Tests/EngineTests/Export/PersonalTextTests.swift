// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Engine

@Suite("What a person could be known by is found in a text")
struct PersonalTextTests {
    /// A text, and what becomes of it: kinds stand in for what was found.
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let masked: String
        var testDescription: String { text }

        init(_ text: String, _ masked: String) {
            self.text = text
            self.masked = masked
        }
    }

    static let cases = [
        // Telephones, in all the ways in which people write them.
        Case("我的电话是13800138000", "我的电话是<phone 13800138000>"),
        Case("call 138 0013 8000 please", "call <phone 13800138000> please"),
        Case("打138-0013-8000，谢谢", "打<phone 13800138000>，谢谢"),
        Case("(+86) 138 0013 8000", "(<phone 13800138000>"),
        Case("+86 13800138000", "<phone 13800138000>"),
        Case("0086-13800138000", "<phone 13800138000>"),
        Case("１３８００１３８０００", "<phone 13800138000>"),
        Case("一三八零零一三八零零零", "<phone 13800138000>"),
        Case("幺三八〇〇幺三八〇〇〇", "<phone 13800138000>"),
        Case("座机 010-62345678", "座机 <phone 01062345678>"),
        Case("+44 20 7946 0958", "<phone 442079460958>"),
        // Two numbers beside each other.
        Case("订单88001234 13800138000", "订单<number 88001234> <phone 13800138000>"),
        Case("13800138000 13900139000", "<phone 13800138000> <phone 13900139000>"),
        Case("7 13800138000", "7 <phone 13800138000>"),
        Case("86 13800138000", "<phone 13800138000>"),
        Case("一共3个 12345", "一共3个 <number 12345>"),
        Case("共一 12345", "共一 <number 12345>"),
        // Identity cards: 18 digits, 17 and X, the old 15.
        Case("身份证110105199003077715", "身份证<idCard 110105199003077715>"),
        Case("身份证 11010519491231002X 对吗", "身份证 <idCard 11010519491231002X> 对吗"),
        Case("11010519491231002x", "<idCard 11010519491231002X>"),
        Case("110105 19491231 002X", "<idCard 11010519491231002X>"),
        Case("号码110105491231002", "号码<idCard 110105491231002>"),
        // Cards.
        Case("卡号 6222 0212 3456 7890", "卡号 <bankCard 6222021234567890>"),
        Case("6222021234567890123", "<bankCard 6222021234567890123>"),
        // Mailboxes and addresses.
        Case("邮箱lin.wang+shop@example.com。", "邮箱<email lin.wang+shop@example.com>。"),
        Case("Mail LIN@Example.COM.", "Mail <email lin@example.com>."),
        Case("lin＠example.com", "<email lin@example.com>"),
        Case("13800138000@qq.com", "<email 13800138000@qq.com>"),
        Case("见 https://shop.example/u/lin?token=abc 谢谢", "见 https://shop.example<address shop.example/u/lin?token=abc> 谢谢"),
        Case("https://shop.example", "https://shop.example"),
        Case("https://lin:pw@shop.example", "https://<address lin:pw@shop.example>"),
        // Codes.
        Case("订单号 SO-20260101 呢", "订单号 <code SO-20260101> 呢"),
        Case("护照E12345678", "护照<code E12345678>"),
        Case("openid oGZUI0egBJY1zhBYw2KhdUfwVJJE", "openid <code oGZUI0egBJY1zhBYw2KhdUfwVJJE>"),
        Case("see c1m8fkbaj3029p", "see <customer c1m8fkbaj3029p>"),
        Case("m1m8fkbaj3029p", "<message m1m8fkbaj3029p>"),
        // Introductions.
        Case("我叫王小明，要退货", "我叫<name 王小明>，要退货"),
        Case("收货人：欧阳娜娜", "收货人：<name 欧阳娜娜>"),
        Case("My name is Anna Schmidt and I wait", "My name is <name Anna Schmidt> and I wait"),
        // What nobody can be known by.
        Case("请联系人工客服", "请联系人工客服"),
        Case("2件 199.00元，满1299.5减30", "2件 199.00元，满1299.5减30"),
        Case("尺码 180/96A，iPhone 15 Pro Max", "尺码 180/96A，iPhone 15 Pro Max"),
        Case("一二三四五，上山打老虎", "一二三四五，上山打老虎"),
        Case("2026年11月", "2026年11月"), Case("", ""), Case("+", "+"), Case("@", "@"), Case("a@b", "a@b"), Case("://", "://"),
    ]

    @Test("and taken out, in one spelling; the rest stays", arguments: cases)
    func found(_ item: Case) {
        #expect(PersonalText(item.text).replacing { "<\($0) \($1)>" } == item.masked)
    }

    @Test("names that are known are found with borders, in any case, the longer one first")
    func names() {
        let names = KnownName.sorted(
            KnownName.all(of: "Anna Li", kind: .name, value: "Anna Li") + KnownName.all(of: "王小明", kind: .name, value: "王小明")
                + KnownName.all(of: "小林", kind: .agent, value: "a7") + KnownName.all(of: "李", kind: .name, value: "李"))
        func masked(_ text: String) -> String { PersonalText(text, names: names).replacing { "<\($0) \($1)>" } }
        #expect(masked("Dear ANNA LI, dear Anna") == "Dear <name Anna Li>, dear <name Anna>")
        #expect(masked("Susanna lists limits") == "Susanna lists limits")
        #expect(masked("王小明您好，小林为您服务") == "<name 王小明>您好，<agent a7>为您服务")
        #expect(masked("您好Anna") == "您好<name Anna>")
        // One sign is in too many words.
        #expect(masked("行李") == "行李")
        // A mailbox is one thing.
        #expect(masked("anna@example.com") == "<email anna@example.com>")
    }

    @Test("all parts together are the text, whatever it is made of")
    func whole() {
        var random = SplitMix(state: 7)
        let pieces = [
            "1", "38", " ", "-", "+", "@", ".", "a", "X", "王", "我叫", "://", "一", "x.cn", "１", "(", "\n", "🙂", "12345", "姓名:",
        ]
        for _ in 0..<3000 {
            let text = (0..<random.next(below: 14)).map { _ in pieces[random.next(below: pieces.count)] }.joined()
            let masked = PersonalText(text).replacing { kind, _ in "" }
            // What is left stands in the text in this order.
            var rest = Array(text)[...]
            for character in masked {
                guard let place = rest.firstIndex(of: character) else {
                    Issue.record("\(text) → \(masked)")
                    break
                }
                rest = rest[(place + 1)...]
            }
            #expect(!PersonalText(text).parts.contains(.plain("")))
        }
    }
}
