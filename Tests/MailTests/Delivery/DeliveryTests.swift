// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Mail

@Suite struct MailDeliveryTests {
    @Test("a report tells whom a mail did not reach, and whether it ever will", arguments: MailCase.of("mail.bounce"))
    func bounce(_ item: MailCase) {
        let bounce = Bounce(MailMessage(reading: item.raw))
        #expect((bounce != nil) == item.expected["is_bounce"]?.bool)
        #expect(bounce?.original == item.expected["original_message_id"]?.string)
        for (found, wanted) in zip(bounce?.recipients ?? [], item.expected["recipients"]?.array ?? []) {
            #expect(found.address == wanted["address"]?.string)
            #expect(found.action == wanted["action"]?.string)
            #expect(found.status == wanted["status"]?.string)
            #expect(found.isPermanent == wanted["permanent"]?.bool)
        }
        #expect(bounce?.recipients.count == item.expected["recipients"]?.array?.count)
    }

    @Test("a subject that sounds like a bounce is none") func noBounce() {
        #expect(Bounce(MailMessage(reading: Array("Subject: Undelivered Mail\r\n\r\nsorry".utf8))) == nil)
    }

    @Test("only our own server's verdict counts", arguments: MailCase.of("mail.authres")) func verdicts(_ item: MailCase) {
        let results = AuthenticationResults(
            (item.input["headers_top_first"]?.array ?? []).compactMap(\.string),
            trusting: item.input["trusted_authserv_id"]?.string ?? "")
        #expect(results.spf == item.expected["spf"]?.string)
        #expect(results.dkim == (item.expected["dkim"]?.array ?? []).compactMap(\.string))
        #expect(results.dmarc == item.expected["dmarc"]?.string)
    }

    private func draft(subject: String = "Re: 订单 42", text: String = "您好\n.\n再见") -> MailDraft {
        MailDraft(
            from: MailAddress(name: "客服 \"Shop\"", address: "support@shop.example"), to: MailAddress(address: "u@x.example"),
            subject: subject,
            text: text, attachments: [MailAttachment(filename: "发票.pdf", contentType: "application/pdf", bytes: Array(0...255))],
            messageID: "c1.m1@shop.example", inReplyTo: "a@x.example", references: ["0@x.example", "a@x.example"],
            date: Instant(seconds: 1_715_500_800), isAutomatic: true)
    }

    @Test("a header's value cannot write another header", arguments: MailCase.of("mail.compose")) func unsafe(_ item: MailCase)
        throws
    {
        let draft = draft(subject: item.input["value"]?.string ?? "")
        if item.expected["action"] == "accept" {
            #expect(try MailMessage(reading: draft.bytes()).subject == draft.subject)
        } else {
            #expect(throws: MailFailure.self) { try draft.bytes() }
        }
    }

    @Test("what is composed is read back as it was meant") func roundTrip() throws {
        let bytes = try draft().bytes()
        let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
        #expect(lines.dropLast().allSatisfy { $0.last == 0x0d && $0.count <= 80 })
        let message = MailMessage(reading: bytes)
        #expect(message.from == MailAddress(name: "客服 \"Shop\"", address: "support@shop.example"))
        #expect(message.subject == "Re: 订单 42" && message.text == "您好\n.\n再见")
        #expect(message.date == Instant(seconds: 1_715_500_800))
        #expect(message.inReplyTo == "a@x.example" && message.references == ["0@x.example", "a@x.example"])
        #expect(message.attachments.first?.filename == "发票.pdf" && message.attachments.first?.bytes == Array(0...255))
        #expect(AutomaticReply.refusal(message.headers, envelopeSender: nil, own: []) == "it was sent automatically")
    }
}
