// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Mail
import MailServers
import Testing

@testable import Engine

/// Mail that wants to do harm, through a real mailbox: each is taken or refused with a reason, and the next one is read.
@Suite(.timeLimit(.minutes(10))) struct HostileMailTests {
    private static func nested(_ depth: Int) -> String {
        (0..<depth).map { "Content-Type: multipart/mixed; boundary=b\($0)\r\n\r\n--b\($0)\r\n" }.joined()
    }

    private static func part(_ head: String, _ body: String = "x") -> String { "--m\r\n\(head)\r\n\r\n\(body)\r\n" }

    private static let mixed = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m"

    @Test("bombs, false types, odd names and injected headers do no harm, and the conversation goes on") func harmless()
        async throws
    {
        let post = try await EmailChannelTests.Post()
        let zip = Base64.encode([0x50, 0x4b, 3, 4] + [UInt8](repeating: 0x63, count: 60))
        let mails: [(id: String, head: String, body: String)] = [
            ("deep", "MIME-Version: 1.0\r\n" + Self.nested(3000) + "X: y", "end"),
            (
                "wide", Self.mixed,
                (0..<5000).map { Self.part("Content-Type: text/plain; name=\($0).txt") }.joined() + "--m--"
            ),
            (
                "files", Self.mixed,
                Self.part("Content-Type: image/png; name=\"..\\\\..\\\\a.svg\"", "<svg><script>alert(1)</script></svg>")
                    + Self.part("Content-Type: image/png; name=\"../../bomb.png\"\r\nContent-Transfer-Encoding: base64", zip)
                    + Self.part("Content-Type: image/png; name=\"=?UTF-8?B?YeKArmdwai5leGU=?=\"", "MZ")
                    + Self.part("Content-Type: text/plain; name=\"\(String(repeating: "n", count: 300)).txt\"", "hello") + "--m--"
            ),
            // A coded subject that unfolds into further headers.
            ("inject", "Subject: =?UTF-8?Q?hi=0D=0ABcc:_all=40shop.example=0D=0AX-Evil:_1?=", "发货"),
            ("last", "Subject: hello", "are you there?"),
        ]
        for mail in mails {
            let subject = mail.head.contains("Subject:") ? "" : "Subject: \(mail.id)\r\n"
            try post.deliver("\(subject)Message-ID: <\(mail.id)@x.example>\r\n\(mail.head)", mail.body)
        }
        let found = try await post.messages(mails.count + 1).filter { $0.direction == .inbound }
        let byID = Dictionary(uniqueKeysWithValues: found.map { ($0.externalID ?? "", $0.content) })
        #expect(Set(byID.keys) == Set(mails.map { "\($0.id)@x.example" }))
        func defects(_ id: String) -> [String] { byID[id + "@x.example"]?.fields["defects"]?.array?.compactMap(\.string) ?? [] }
        #expect(defects("deep").contains { $0.contains("too deep") })
        #expect(
            defects("wide").contains { $0.contains("too many") } && defects("wide").contains { $0.contains("more attachments") })
        #expect(byID["wide@x.example"]?.fields["attachments"]?.array?.count == 100)
        let files = byID["files@x.example"]?.fields["attachments"]?.array ?? []
        #expect(
            files.map { $0["name"]?.string } == ["a.svg", "bomb.png", "agpj.exe", String(repeating: "n", count: 196) + ".txt"])
        #expect(
            files.map { $0["content_type"]?.string } == [
                "application/octet-stream", "application/zip", "application/octet-stream", "text/plain",
            ])
        #expect(files.first?["withheld"]?.string?.contains("script") == true)
        // What counts is its size as it came; nothing unpacks it.
        #expect(files.count == 4 && files[1]["byte_count"] == 64)
        #expect(byID["last@x.example"]?.text == "are you there?")

        try await eventually("the answer to the injected subject is sent") { (try? post.smtp.message(1)) != nil }
        let (raw, envelope) = try post.smtp.message(1)
        let answer = MailMessage(reading: raw)
        #expect(answer.headers["bcc"] == nil && answer.headers["x-evil"] == nil && !envelope.contains("all@shop.example"))
        #expect(answer.subject.hasPrefix("Re: hi") && answer.text == "两天内发货。")
        try await post.stop()
    }

    @Test("a mail beyond the limit stays in its mailbox with a reason, nobody is written to, and the next one is read")
    func tooLarge() async throws {
        let post = try await EmailChannelTests.Post(["limit_mb": 1])
        try post.deliver("Subject: big\r\nMessage-ID: <big@x.example>", String(repeating: "发货\r\n", count: 200_000))
        try post.deliver("Subject: small\r\nMessage-ID: <small@x.example>", "hello")
        #expect(try await post.messages(1).map(\.externalID) == ["small@x.example"])
        let events = try await post.desk.engine.store.events(
            after: 0, limit: 100, matching: EventFilter(kinds: [.channelFailed]))
        #expect(events.compactMap { $0.payload["message"]?.string }.contains { $0.contains("larger than limit_mb and stays") })
        #expect((try? post.smtp.message(1)) == nil)
        try await post.stop()
    }

    @Test("a mail of 30 MB is within the limit as it is shipped, and kept whole") func thirtyMegabytes() async throws {
        let post = try await EmailChannelTests.Post()
        let line = String(repeating: "QUJD", count: 19) + "\r\n"
        let body = String(repeating: line, count: 29_900_000 / 78)
        try post.deliver(
            "Subject: 30 MB\r\nMessage-ID: <huge@x.example>\r\n\(Self.mixed)",
            Self.part("Content-Type: text/plain", "see the file")
                + Self.part("Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64", body) + "--m--")
        let messages = try await post.messages(1)
        let file = try #require(messages[0].content.fields["attachments"]?[0])
        #expect(messages[0].content.text == "see the file")
        #expect(file["byte_count"]?.int == Int64(29_900_000 / 78 * 57))
        try await post.stop()
    }
}
