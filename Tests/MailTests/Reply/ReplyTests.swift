// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Mail

@Suite struct ReplyTests {
    @Test("machines get no automatic answer", arguments: MailCase.of("mail.autoreply")) func automatic(_ item: MailCase) {
        let headers = MailHeaders(
            (item.input["headers"]?.array ?? []).map { ($0.array?[0].string ?? "", $0.array?[1].string ?? "") })
        let own = Set((item.input["our_addresses"]?.array ?? []).compactMap(\.string))
        let refusal = AutomaticReply.refusal(headers, envelopeSender: item.input["envelope_from"]?.string, own: own)
        #expect((refusal == nil) == item.expected["may_auto_reply"]?.bool, "\(refusal ?? "")")
    }

    @Test("what was written is told from what was quoted", arguments: MailCase.of("mail.visible_reply"))
    func visible(_ item: MailCase) {
        #expect(VisibleReply.of(item.input["text"]?.string ?? "") == item.expected["visible"]?.string)
    }

    @Test(
        "what Chinese and other programs put before a quote is no part of the reply",
        arguments: [
            "张三 <zhang@x.example> 于2026年11月29日周日 13:00写道：\n\n> 旧的",
            "张三 <a.very.long.address.of.zhang@x.example>\n于2026年11月29日周日 13:00写道：\n> 旧的",
            "張三 <zhang@x.example> 於 2026年11月29日 週日 下午1:00寫道：\n\n> 舊的",
            "在 2026-11-29 13:00:00，\"张三\" <zhang@x.example> 写道：\n> 旧的",
            "在 2026-11-29 13:00:00，\"张三\"\n<a.very.long.address.of.zhang@x.example>\n写道：\n旧的",
            "At 2026-11-29 13:00:00, \"Zhang\" <zhang@x.example> wrote:\n>old",
            "On Sun, 29 Nov 2026 at 13:00, Zhang\n<a.very.long.address.of.zhang@x.example>\nwrote:\n> old",
            "------------------&nbsp;原始邮件&nbsp;------------------\n发件人: \"张三\"<zhang@x.example>;\n旧的",
            "------------------\u{a0}原始邮件\u{a0}------------------\n发件人: \"张三\"<zhang@x.example>;\n旧的",
            "---Original---\nFrom: \"Zhang\"<zhang@x.example>\nDate: Sun, Nov 29, 2026 13:00 PM\n\nold",
            "原始邮件\n\n发件人：张三<zhang@x.example>\n发件时间：2026年11月29日\n收件人：shop\n旧的",
            "---- 回复的原邮件 ----\n| 发件人 | 张三<zhang@x.example> |\n| 发送日期 | 2026年11月29日 13:00 |\n旧的",
            "| 发件人 | 张三<zhang@x.example> |\n| 发送日期 | 2026年11月29日 13:00 |\n旧的",
            "------------------------------------------------------------------\n发件人：张三\n日　期：2026年11月29日\n主　题：x\n旧的",
            "发件人: 张三 <zhang@x.example>\n发送时间: 2026年11月29日 13:00\n收件人: shop\n主题: x\n\n旧的",
            "寄件者: 張三\n寄件日期: 2026年11月29日\n收件者: shop\n主旨: x\n舊的",
            "________________________________\n发件人: 张三\n旧的",
        ])
    func quotes(_ quote: String) {
        #expect(VisibleReply.of("请尽快发货。\n谢谢\n\n\(quote)") == "请尽快发货。\n谢谢")
        #expect(VisibleReply.of("请尽快发货。\n谢谢\n\(quote)") == "请尽快发货。\n谢谢")
    }

    @Test(
        "words of a customer that only look like a quote stay",
        arguments: [
            "我于2026年下单，客服写道没货", "我于2026年10月写道：\n还没收到", "在吗？\n客服写道：\n稍等", "商品页写道：\n现货", "At 5 pm I wrote: hello\nno answer",
            "On my way, she wrote: ok\nthanks",
            "发件人: 是谁？\n我不知道", "原始邮件在哪里？\n谢谢", "a -- b\nc",
        ])
    func ordinary(_ text: String) {
        #expect(VisibleReply.of(text) == text)
    }

    @Test(
        "an automatic answer is known by its subject or its program's own header, a question about one is not",
        arguments: [
            ("Subject", "自动回复：订单", true), ("Subject", "=?UTF-8?B?6Ieq5Yqo5Zue5aSNOiBoaQ==?=", true), ("Subject", "自动回复", true),
            ("Subject", "Automatic reply: order", true), ("Subject", "Out of Office", true), ("X-Autoreply", "yes", true),
            ("X-Autorespond", "away", true), ("Subject", "自动回复怎么关闭", false), ("Subject", "Re: 自动回复", false),
            ("X-Autoreply", "no", false), ("Subject", "Out of office chairs?", false),
        ])
    func automaticByName(_ name: String, _ value: String, _ isAutomatic: Bool) {
        let headers = MailHeaders([("From", "li@x.example"), (name, value)])
        #expect((AutomaticReply.refusal(headers, envelopeSender: "<li@x.example>", own: []) != nil) == isAutomatic)
    }

    @Test(
        "a reply that is nothing but quotes is shown whole", arguments: ["> only\n> quotes", "On Monday X wrote:\n> a"])
    func onlyQuotes(_ text: String) {
        #expect(!VisibleReply.of(text).isEmpty)
    }
}
