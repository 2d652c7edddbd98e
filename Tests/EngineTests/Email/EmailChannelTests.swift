// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import Mail
import MailServers
import Testing

@testable import Engine

/// A whole desk with a mailbox, against a real Dovecot and a real submission server.
@Suite struct EmailChannelTests {
    static let rules = [
        "autoreply/shipping.lua": """
        reply "shipping" { why = "test", match = keywords { "发货" }, text = "两天内发货。" }
        """
    ]

    struct Post {
        let dovecot: Dovecot
        let smtp: SubmissionServer
        let desk: TestDesk

        init(
            _ more: Value = [:], rules: [String: String] = EmailChannelTests.rules, publicURL: String? = nil
        ) async throws {
            dovecot = try await Dovecot()
            smtp = try await SubmissionServer()
            desk = try await TestDesk(rules: rules, channels: [Self.channel(dovecot, smtp, more)], publicURL: publicURL)
        }

        private init(_ earlier: Post) async throws {
            dovecot = earlier.dovecot
            smtp = earlier.smtp
            desk = try await TestDesk(on: earlier.desk, channels: [Self.channel(dovecot, smtp, [:])])
        }

        /// Stops the desk and starts another one on what it left.
        func restarted() async throws -> Post {
            try await desk.stop()
            return try await Post(self)
        }

        private static func channel(_ dovecot: Dovecot, _ smtp: SubmissionServer, _ more: Value) -> ChannelConfiguration {
            ChannelConfiguration(
                id: "mail", plugin: "email",
                settings: ([
                    "address": "support@shop.example", "name": "客服", "password": "pw", "imap_host": "127.0.0.1",
                    "imap_port": .int(Int64(dovecot.port)), "imap_tls": "none", "imap_user": "support",
                    "smtp_host": "127.0.0.1",
                    "smtp_port": .int(Int64(smtp.port)), "smtp_tls": "none", "smtp_user": "support",
                ] as Value).merging(more))
        }

        func deliver(_ headers: String, _ body: String, from: String = "Li <li@x.example>") throws {
            try dovecot.deliver("From: \(from)\r\nTo: support@shop.example\r\n\(headers)\r\n\r\n\(body)\r\n", to: "support")
        }

        /// Messages of the mailbox, once there are so many.
        func messages(_ count: Int) async throws -> [Message] {
            var found: [Message] = []
            try await eventually("there are \(count) messages") {
                found = try await desk.engine.store.messages(MessageFilter(channel: "mail"), Page(limit: 100))
                return found.count >= count
            }
            return found
        }

        func stop() async throws {
            try await desk.stop()
            desk.remove()
        }
    }

    @Test(
        "a mail is answered by a rule, threads with its answer, and a person's reply goes to the same thread",
        .timeLimit(.minutes(10)))
    func thread() async throws {
        let post = try await Post()
        try post.deliver("Subject: 订单 42\r\nMessage-ID: <a1@x.example>", "什么时候发货？")
        let first = try await post.messages(2)
        #expect(first.map(\.content.text) == ["什么时候发货？", "两天内发货。"])
        #expect(first[0].externalID == "a1@x.example" && first[0].content.fields["subject"] == "订单 42")
        try await eventually("the answer is sent") { (try? post.smtp.message(1)) != nil }
        let (raw, envelope) = try post.smtp.message(1)
        let answer = MailMessage(reading: raw)
        #expect(answer.subject == "Re: 订单 42 [#\(first[0].conversation.text).\(answer.subject.suffix(9).dropLast())]")
        #expect(answer.inReplyTo == "a1@x.example" && answer.text == "两天内发货。")
        #expect(envelope.contains("\"from\": \"\"") && answer.headers.text("auto-submitted") == "auto-replied")
        // The customer answers our answer, with their client's quote.
        let own = try #require(answer.messageID)
        try post.deliver(
            "Subject: \(answer.subject)\r\nMessage-ID: <a2@x.example>\r\nIn-Reply-To: <\(own)>", "谢谢\r\n\r\n> 两天内发货。")
        let second = try await post.messages(3)
        #expect(second[2].conversation == first[0].conversation && second[2].content.text == "谢谢")
        #expect(second[2].content.fields["subject"] == "Re: 订单 42")
        _ = try await post.desk.engine.reply(
            in: first[0].conversation, .text("不客气"), note: false, clientID: nil, by: TestDesk.admin)
        try await eventually("the reply is sent") { (try? post.smtp.message(2)) != nil }
        let reply = MailMessage(reading: try post.smtp.message(2).raw)
        #expect(reply.inReplyTo == "a2@x.example" && reply.headers["auto-submitted"] == nil)
        #expect(reply.references.last == "a2@x.example")
        try await post.stop()
    }

    @Test(
        "machines are heard and not answered; our own mail is no customer's; the same mail counts once", .timeLimit(.minutes(10)))
    func machines() async throws {
        let post = try await Post()
        try post.deliver("Subject: Out of office\r\nMessage-ID: <auto@x.example>\r\nAuto-Submitted: auto-replied", "发货")
        try post.deliver("Subject: echo\r\nMessage-ID: <own@shop.example>", "发货", from: "support@shop.example")
        try post.deliver("Subject: Out of office\r\nMessage-ID: <auto@x.example>\r\nAuto-Submitted: auto-replied", "发货")
        try post.deliver("Subject: end\r\nMessage-ID: <end@y.example>", "hello", from: "end@y.example")
        let messages = try await post.messages(3)
        #expect(messages.filter { $0.direction == .inbound }.map(\.externalID) == ["auto@x.example", "end@y.example"])
        var answer = messages.first { $0.direction == .outbound }
        try await eventually("the answer is refused") {
            answer = try await post.desk.engine.store.message(answer?.id ?? ID(0))
            return answer?.delivery.name == "failed"
        }
        #expect(answer?.delivery.reason == "no automatic answer: it was sent automatically")
        #expect((try? post.smtp.message(1)) == nil)
        try await post.stop()
    }

    @Test("a bounce makes the delivery fail with its reason, to be sent again", .timeLimit(.minutes(10))) func bounce()
        async throws
    {
        let post = try await Post()
        try post.deliver("Subject: x\r\nMessage-ID: <b1@x.example>", "发货")
        try await eventually("the answer is sent") { (try? post.smtp.message(1)) != nil }
        let sent = try #require(MailMessage(reading: try post.smtp.message(1).raw).messageID)
        try await eventually("its id is known") {
            try await post.desk.engine.store.message(channel: "mail", externalID: sent) != nil
        }
        try post.deliver(
            "Subject: Undelivered\r\nMessage-ID: <dsn@mx.example>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=d",
            "--d\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; li@x.example\r\n"
                + "Action: failed\r\nStatus: 5.1.1\r\n\r\n--d\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <\(sent)>\r\n\r\n--d--",
            from: "MAILER-DAEMON@mx.example")
        var message: Message?
        try await eventually("the delivery has failed") {
            message = try await post.desk.engine.store.message(channel: "mail", externalID: sent)
            return message?.delivery.name == "failed"
        }
        #expect(message?.delivery.reason?.hasPrefix("bounced: 5.1.1") == true)
        let letters = try await post.desk.engine.store.deadLetters(Page(limit: 10))
        #expect(letters.map(\.message) == [message?.id])
        try await post.stop()
    }

    @Test(
        "attachments are kept with the mail, HTML comes out safe, a mail that makes no sense is shown", .timeLimit(.minutes(10)))
    func attachments() async throws {
        let post = try await Post()
        try post.deliver(
            "Subject: photo\r\nMessage-ID: <c1@x.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m",
            "--m\r\nContent-Type: text/html\r\n\r\n<p>see <script>alert(1)</script><b>this</b></p>\r\n--m\r\nContent-Type: image/png; name=\"../p.png\"\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--m--")
        try post.deliver(
            "Subject: odd\r\nMessage-ID: <c2@x.example>\r\nContent-Type: multipart/mixed; boundary=never", "what is this")
        let messages = try await post.messages(2)
        let file = messages[0].content.fields["attachments"]?[0]
        #expect(messages[0].content.text == "see this")
        #expect(messages[0].content.fields["html"] == "<p>see <b>this</b></p>")
        #expect(file?["name"] == "p.png" && file?["content_type"] == "image/png")
        let kept = try await post.desk.engine.media.get(file?["media_id"]?.string ?? "")
        #expect(kept?.bytes.count == 8)
        let raw = try await post.desk.engine.media.get(messages[0].content.fields["raw_media_id"]?.string ?? "")
        #expect(raw?.bytes.starts(with: Array("From: Li".utf8)) == true)
        #expect(messages[1].content.text == "what is this")
        try await post.stop()
    }

    @Test("a mail that names no sender is kept and shown; an answer to it says why it cannot go", .timeLimit(.minutes(10)))
    func nobody() async throws {
        let post = try await Post()
        try post.dovecot.deliver(
            "From: undisclosed\r\nSubject: help\r\nMessage-ID: <n1@x.example>\r\n\r\nplease\r\n", to: "support")
        try post.dovecot.deliver("To: support@shop.example\r\n\r\n\r\n", to: "support")
        let messages = try await post.messages(2)
        #expect(Set(messages.map(\.content.text)) == ["please", "(empty mail)"])
        #expect(Set(messages.map(\.customer)).count == 2)
        let asked = try #require(messages.first { $0.content.text == "please" })
        #expect(asked.content.fields["defects"] == ["there is no sender in From"])
        _ = try await post.desk.engine.reply(
            in: asked.conversation, .text("yes?"), note: false, clientID: nil, by: TestDesk.admin)
        let replies = try await post.messages(3).filter { $0.direction == .outbound }
        let answer = try #require(replies.first)
        try await eventually("the answer has failed") {
            try await post.desk.engine.store.message(answer.id)?.delivery.reason
                == "the mail names no sender who could be answered"
        }
        try await post.stop()
    }

    @Test(
        "mails of no bytes are kept, each once, with what the server knows of them; the next one is read",
        .timeLimit(.minutes(10))
    )
    func empty() async throws {
        let post = try await Post()
        try post.dovecot.deliver("", to: "support")
        try post.dovecot.deliver("", to: "support")
        try await eventually("both are marked as read") {
            post.dovecot.files("support", "cur").filter { $0.hasSuffix("S") }.count == 2
        }
        let again = try await post.restarted()
        try post.deliver("Subject: next\r\nMessage-ID: <next@x.example>", "hello")
        let messages = try await again.messages(3)
        #expect(messages.count == 3 && messages[2].content.text == "hello")
        for empty in messages.prefix(2) {
            #expect(empty.content.text.hasPrefix("(empty mail): received 20"), "\(empty.content.text)")
            #expect(empty.content.text.hasSuffix("no sender, no subject; 0 bytes"), "\(empty.content.text)")
            #expect(empty.content.fields["defects"] == ["the mail has no bytes"])
        }
        #expect(messages[0].customer != messages[1].customer)
        try await again.stop()
    }

    @Test("a mail that its server does not give is shown, with where it is to be read", .timeLimit(.minutes(10)))
    func withheld() async throws {
        let mail = "From: li@x.example\r\nSubject: a\r\nMessage-ID: <next@x.example>\r\n\r\nhello\r\n"
        let mailbox = try await ScriptedMailbox(["lost", mail])
        try mailbox.answer("fetch1", "*NO [NOPERM] never")
        let settings: Value = ["imap_host": "127.0.0.1", "imap_port": .int(Int64(mailbox.port)), "imap_user": "anna"]
        let post = try await Post(settings)
        let messages = try await post.messages(2)
        #expect(
            messages[0].content.text
                == "(mail that cannot be fetched): received 2026-01-01T08:00:00.000Z; 4 bytes; it is still in the mailbox, unread"
        )
        #expect(
            messages[0].content.fields["defects"]
                == ["the server does not give it: fetch: the server refused: never"], "\(messages[0].content.fields)")
        #expect(messages[1].content.text == "hello")
        try await post.stop()
    }

    @Test(
        "an answer from elsewhere, without References, finds its conversation by the mark; it is no participant's",
        .timeLimit(.minutes(10)))
    func marked() async throws {
        let post = try await Post()
        try post.deliver("Subject: order\r\nMessage-ID: <t1@x.example>\r\nReply-To: li@home.example", "hello")
        let first = try await post.messages(1)
        _ = try await post.desk.engine.reply(
            in: first[0].conversation, .text("which?"), note: false, clientID: nil, by: TestDesk.admin)
        try await eventually("the reply is sent") { (try? post.smtp.message(1)) != nil }
        let (raw, envelope) = try post.smtp.message(1)
        #expect(envelope.contains("li@home.example"))
        let reply = MailMessage(reading: raw)
        try post.deliver("Subject: AW: \(reply.subject)\r\nMessage-ID: <t2@z.example>", "the blue one", from: "wife@z.example")
        let second = try await post.messages(3)
        #expect(second[2].conversation == first[0].conversation && second[2].content.text == "the blue one")
        #expect(second[2].content.fields["unverified_sender"] == true && second[2].content.fields["from"] == "wife@z.example")
        try await post.stop()
    }
}
