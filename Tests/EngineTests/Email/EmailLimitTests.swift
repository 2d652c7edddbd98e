// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import Mail
import MailServers
import Plugins
import Testing

@testable import Engine

/// What a mailbox does not send: files that are too large for it, and one automatic answer after the other.
@Suite(.timeLimit(.minutes(10))) struct EmailLimitTests {
    /// The reply's last delivery, once it is no longer on its way.
    private func outcome(of id: ID<Message>, on desk: TestDesk) async throws -> Delivery {
        var delivery = Delivery.queued
        try await eventually("\(id) has gone or failed") {
            delivery = try await desk.engine.store.message(id)?.delivery ?? .queued
            return delivery != .queued
        }
        return delivery
    }

    private func file(_ name: String, megabytes: Int, to desk: TestDesk) async throws -> MessageContent {
        let media = try await desk.engine.keep(
            [UInt8](repeating: 0x61, count: megabytes << 20), claimed: "text/plain", name: name)
        return MessageContent(kind: .file, text: "", fields: ["media_id": .string(media.id)])
    }

    @Test("a file within the limit goes with the mail, a larger one as a link that opens it for its time") func links()
        async throws
    {
        let post = try await EmailChannelTests.Post(
            ["attachment_limit_mb": 2, "link_days": 3], publicURL: "https://desk.example.com")
        try post.deliver("Subject: order\r\nMessage-ID: <f1@x.example>", "hello")
        let conversation = try await post.messages(1)[0].conversation
        var sent = 0
        for (name, megabytes) in [("small.txt", 1), ("large.txt", 2)] {
            let reply = try await post.desk.engine.reply(
                in: conversation, try await file(name, megabytes: megabytes, to: post.desk), note: false, clientID: nil,
                by: TestDesk.admin)
            #expect(try await outcome(of: reply.id, on: post.desk) == .sent)
            sent += 1
            let mail = MailMessage(reading: try post.smtp.message(sent).raw)
            guard name == "large.txt" else {
                #expect(mail.attachments.map(\.bytes.count) == [1 << 20] && mail.text?.contains("https://") != true)
                continue
            }
            #expect(mail.attachments.isEmpty)
            let lines = mail.text?.split(separator: "\n").map(String.init) ?? []
            let until = (post.desk.clock.now() + .seconds(3 * 86_400)).rfc3339.prefix(10)
            #expect(lines.first == "large.txt (2.0 MB, 有效期至 / until \(until)):")
            let link = try #require(lines.last.flatMap { URLComponents(string: $0) })
            func query(_ name: String) -> String { link.queryItems?.first { $0.name == name }?.value ?? "" }
            let id = String(link.path.dropFirst("/media/".count))
            let until64 = Int64(query("until")) ?? 0
            #expect(link.host == "desk.example.com" && reply.content.fields["media_id"]?.string == id)
            #expect(post.desk.engine.mediaLinks.opens(id, until: until64, signature: query("signature")))
            post.desk.clock.advance(by: .seconds(3 * 86_400))
            #expect(post.desk.engine.mediaLinks.opens(id, until: until64, signature: query("signature")))
            post.desk.clock.advance(by: .seconds(3601))
            #expect(!post.desk.engine.mediaLinks.opens(id, until: until64, signature: query("signature")))
        }
        try await post.stop()
    }

    @Test("a file that is too large fails with what to do where the desk has no address of its own") func noAddress() async throws
    {
        let post = try await EmailChannelTests.Post(["attachment_limit_mb": 1])
        try post.deliver("Subject: order\r\nMessage-ID: <f2@x.example>", "hello")
        let conversation = try await post.messages(1)[0].conversation
        let reply = try await post.desk.engine.reply(
            in: conversation, try await file("large.txt", megabytes: 1, to: post.desk), note: false, clientID: nil,
            by: TestDesk.admin)
        let reason = try await outcome(of: reply.id, on: post.desk).reason ?? ""
        #expect(reason.contains("attachment_limit_mb") && reason.contains("server.public_url, which is not set"), "\(reason)")
        #expect((try? post.smtp.message(1)) == nil)
        try await post.stop()
    }

    /// The so many-th mail that a rule wrote.
    private func automatic(_ number: Int, on desk: TestDesk) async throws -> Message {
        var found: [Message] = []
        try await eventually("rules have written \(number) mails") {
            found = try await desk.engine.store.messages(MessageFilter(channel: "mail"), Page(limit: 100))
                .filter { $0.direction == .outbound && !$0.author.isPerson }
            return found.count >= number
        }
        return found[number - 1]
    }

    private func isQueued(_ id: ID<Conversation>, on desk: TestDesk) async throws {
        try await eventually("a person is to take over") { try await desk.engine.store.conversation(id)?.state == .queued }
    }

    @Test(
        "one automatic answer an hour in a conversation, also after a restart; then people take over, who are never held back")
    func hourly() async throws {
        let post = try await EmailChannelTests.Post()
        try post.deliver("Subject: a\r\nMessage-ID: <h1@x.example>", "发货")
        let first = try await automatic(1, on: post.desk)
        #expect(try await outcome(of: first.id, on: post.desk) == .sent)
        try post.deliver("Subject: Re: a\r\nMessage-ID: <h2@x.example>\r\nReferences: <h1@x.example>", "发货")
        let second = try await automatic(2, on: post.desk)
        #expect(second.conversation == first.conversation)
        #expect(
            try await outcome(of: second.id, on: post.desk).reason
                == "no automatic answer: 1 within an hour in a conversation is the limit")
        try await isQueued(first.conversation, on: post.desk)
        for _ in 0..<3 {
            let reply = try await post.desk.engine.reply(
                in: first.conversation, .text("我看一下"), note: false, clientID: nil, by: TestDesk.admin)
            #expect(try await outcome(of: reply.id, on: post.desk) == .sent)
        }
        _ = try await post.desk.engine.returnToBot(first.conversation, by: TestDesk.admin)
        let again = try await post.restarted()
        try post.deliver("Subject: Re: a\r\nMessage-ID: <h3@x.example>\r\nReferences: <h1@x.example>", "发货")
        #expect(try await outcome(of: try await automatic(3, on: again.desk).id, on: again.desk).name == "failed")
        try await isQueued(first.conversation, on: again.desk)
        _ = try await again.desk.engine.returnToBot(first.conversation, by: TestDesk.admin)
        again.desk.clock.advance(by: .seconds(3601))
        try post.deliver("Subject: Re: a\r\nMessage-ID: <h4@x.example>\r\nReferences: <h1@x.example>", "发货")
        #expect(try await outcome(of: try await automatic(4, on: again.desk).id, on: again.desk) == .sent)
        try await again.stop()
    }

    @Test("to one sender so many in a day, in however many conversations") func daily() async throws {
        let post = try await EmailChannelTests.Post(["automatic_limit": 2, "automatic_hourly_limit": 9])
        var outcomes: [String] = []
        for number in 1...3 {
            try post.deliver("Subject: \(number)\r\nMessage-ID: <d\(number)@x.example>", "发货")
            outcomes.append(try await outcome(of: try await automatic(number, on: post.desk).id, on: post.desk).name)
        }
        #expect(outcomes == ["sent", "sent", "failed"])
        try post.deliver("Subject: other\r\nMessage-ID: <e1@y.example>", "发货", from: "wu@y.example")
        #expect(try await outcome(of: try await automatic(4, on: post.desk).id, on: post.desk) == .sent)
        try await post.stop()
    }

    @Test("what several rules say to one mail is one mail") func together() async throws {
        let post = try await EmailChannelTests.Post(
            rules: [
                "autoreply/two.lua": """
                reply "two" { why = "x", match = keywords { "发货" }, act = function(c, out)
                  out:reply("first")
                  out:reply("second")
                end }
                """
            ])
        try post.deliver("Subject: a\r\nMessage-ID: <w1@x.example>", "发货")
        let messages = try await post.messages(3)
        for reply in messages.dropFirst() { #expect(try await outcome(of: reply.id, on: post.desk) == .sent) }
        #expect(MailMessage(reading: try post.smtp.message(1).raw).text == "first\nsecond")
        #expect((try? post.smtp.message(2)) == nil)
        try await post.stop()
    }

    @Test("mails that were sent are counted once, and forgotten when their time is over") func counting() {
        let start = Instant(seconds: 1_000_000)
        var mails = AutomaticMails(nil)
        let first = [(1, 0), (1, 1), (2, 30), (3, 59)].map { (id: ID<Message>($0.0), at: start + .seconds($0.1)) }
        #expect(first.map { mails.admit($0.id, limit: 2, within: .seconds(60), at: $0.at) } == [true, true, true, false])
        var kept = AutomaticMails(mails.value)
        #expect(kept == mails)
        let later = [(3, 60), (4, 61), (4, 90)].map { (id: ID<Message>($0.0), at: start + .seconds($0.1)) }
        let admitted = later.map { kept.admit($0.id, limit: 2, within: .seconds(60), at: $0.at) }
        #expect(admitted == [true, false, true])
    }
}
