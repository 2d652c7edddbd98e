// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Mail
import Testing

@testable import Engine

/// Marks of conversations on our mails, and whom a mail is from and an answer goes to.
@Suite struct MailThreadTagTests {
    private static let conversation = ID<Conversation>(1_234_567_890_123_456)
    private let tag = ThreadTag(secret: Array("desk".utf8), channel: "mail")
    private let own: Set = ["support@shop.example"]

    private func mail(_ head: String) -> MailMessage { MailMessage(reading: Array("\(head)\r\n\r\nhi".utf8)) }

    private func found(_ head: String, by other: ThreadTag? = nil) -> ID<Conversation>? {
        (other ?? tag).conversation(of: mail(head), own: own)
    }

    @Test("a mark is found behind a subject and in an address of ours, in whatever case mail programs leave it")
    func isFound() {
        let subject = tag.marked("Re: 订单", Self.conversation)
        let address = tag.marked(MailAddress(address: "support@shop.example"), Self.conversation).address
        #expect(found("Subject: Antwort: \(subject)") == Self.conversation)
        #expect(found("Subject: \(subject.uppercased())") == Self.conversation)
        #expect(found("Subject: [#42] \(subject)") == Self.conversation)
        #expect(found("To: Shop <\(address)>") == Self.conversation)
        #expect(found("To: list@x.example\r\nDelivered-To: \(address.uppercased())") == Self.conversation)
        #expect(tag.marked(subject, Self.conversation) == subject)
    }

    @Test("nobody writes themselves into a conversation by a mark that was guessed, changed or made elsewhere")
    func isGuarded() {
        let text = tag.text(Self.conversation)
        let last = text.last == "0" ? "1" : "0"
        #expect(found("Subject: [#\(text.dropLast())\(last)]") == nil)
        #expect(found("Subject: [#\(Self.conversation.text)]") == nil)
        #expect(found("Subject: [#\(ID<Conversation>(77).text).\(text.suffix(8))]") == nil)
        #expect(found("To: other+\(text)@shop.example, support+\(text)@evil.example") == nil)
        #expect(found("Subject: [#\(text)]", by: ThreadTag(secret: Array("desk".utf8), channel: "other")) == nil)
        #expect(found("Subject: [#] [#.] [#\(String(repeating: "[#", count: 500))") == nil)
    }

    @Test("people read subjects without marks") func subjects() {
        let marked = tag.marked("Re: order [#42]", Self.conversation)
        #expect(ThreadTag.unmarked(marked) == "Re: order [#42]")
        #expect(ThreadTag.unmarked("Re: \(marked) again") == "Re: Re: order [#42]  again")
        #expect(ThreadTag.unmarked("[#") == "[#")
    }

    private func heeded(_ head: String, _ settings: Value = [:]) -> EmailReading.Kept {
        let message = mail(head)
        var kept = EmailReading.Kept()
        EmailReading.heed(
            message, from: EmailReading.sender(of: message),
            EmailSettings((["address": "support@shop.example"] as Value).merging(settings)), &kept)
        return kept
    }

    @Test("with a server that checks senders, only dmarc=pass of that server proves an address")
    func senders() {
        let authority: Value = ["authserv_id": "mx.shop.example"]
        func believed(_ fields: String, _ settings: Value) -> Bool {
            heeded("From: li@x.example\r\n\(fields)", settings).isBelieved
        }
        #expect(believed("Authentication-Results: mx.shop.example; dmarc=pass header.from=x.example", authority))
        #expect(!believed("Authentication-Results: mx.evil.example; dmarc=pass", authority))
        #expect(
            !believed(
                "Authentication-Results: mx.shop.example; dmarc=fail\r\nAuthentication-Results: mx.shop.example; dmarc=pass",
                authority))
        #expect(!believed("Subject: none", authority))
        #expect(heeded("From: li@x.example", authority).senderCheck == "dmarc=none")
        #expect(believed("Subject: nobody checks", [:]))
        #expect(!believed("Authentication-Results: mx.x; dmarc=fail", [:]))
    }

    @Test("a mail without From is its Sender's, else the envelope's, else nobody's") func authors() {
        #expect(EmailReading.sender(of: mail("From: undisclosed\r\nSender: Li <li@x.example>"))?.address == "li@x.example")
        #expect(EmailReading.sender(of: mail("Return-Path: <bo@x.example>"))?.address == "bo@x.example")
        #expect(EmailReading.sender(of: mail("Return-Path: <>\r\nSubject: x")) == nil)
    }

    @Test("a person's answer goes to Reply-To, a machine's to the envelope's sender, neither to who is not the customer")
    func recipients() {
        let kept = heeded("From: form@x.example\r\nReply-To: Li <li@y.example>\r\nReturn-Path: <mail@x.example>")
        #expect(kept.replyTo == "li@y.example" && kept.returnPath == "mail@x.example")
        #expect(heeded("From: a@x.example\r\nReply-To: support@shop.example").replyTo == nil)
        #expect(heeded("From: a@x.example\r\nReply-To: A@X.example\r\nReturn-Path: <a@x.example>") == heeded("From: a@x.example"))
        func recipient(_ fields: Value, isAutomatic: Bool) -> String {
            let given: Value = ["from": "form@x.example", "reply_to": "li@y.example", "return_path": "mail@x.example"]
            let message = Message(
                id: ID(1), conversation: Self.conversation, customer: ID(2), channel: "mail", direction: .inbound,
                content: MessageContent(kind: .text, text: "hi", fields: given.merging(fields)), author: .customer(ID(2)),
                delivery: .delivered, at: Instant(seconds: 1))
            return EmailReading.recipient("form@x.example", after: message, isAutomatic: isAutomatic)
        }
        #expect(recipient([:], isAutomatic: false) == "li@y.example")
        #expect(recipient([:], isAutomatic: true) == "mail@x.example")
        #expect(recipient(["unverified_sender": true], isAutomatic: false) == "form@x.example")
        #expect(recipient(["from": "else@x.example"], isAutomatic: false) == "form@x.example")
    }
}
