// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import Mail
import MailServers
import Testing

@testable import Engine

/// Mails as real programs write them, through a real mailbox: each is shown so that an agent can work with it.
@Suite(.timeLimit(.minutes(10))) struct OddMailTests {
    /// One mail, and what of it an agent sees.
    struct Odd: Sendable {
        var id: String
        var head = "Content-Type: text/plain; charset=utf-8"
        var body: [UInt8]
        var text: String
        var files: [String] = []

        init(_ id: String, _ head: String? = nil, _ body: String, shows text: String, files: [String] = []) {
            self.init(id, head, bytes: Array(body.replacing("\n", with: "\r\n").utf8), shows: text, files: files)
        }

        init(_ id: String, _ head: String? = nil, bytes: [UInt8], shows text: String, files: [String] = []) {
            (self.id, self.body, self.text, self.files) = (id, bytes, text, files)
            if let head { self.head = head }
        }
    }

    private static let mixed = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m"

    private static func parts(_ parts: (head: String, body: String)...) -> String {
        parts.map { "--m\n\($0.head)\n\n\($0.body)\n" }.joined() + "--m--"
    }

    private static let plain = "Content-Type: text/plain; charset=utf-8"

    static let mails: [Odd] = [
        Odd("gb", "Content-Type: text/plain; charset=GB18030", bytes: [0xc4, 0xe3, 0xba, 0xc3], shows: "你好"),
        Odd("jp", "Content-Type: text/plain; charset=ISO-2022-JP", "\u{1b}$B$3$s$K$A$O\u{1b}(B", shows: "こんにちは"),
        Odd("broken", bytes: Array("什么时候发货，急".utf8) + [0xe5], shows: "什么时候发货，急\u{fffd}"),
        Odd("unknown", "Content-Type: text/plain; charset=x-martian", "问候", shows: "问候"),
        Odd(
            "rfc2231", mixed,
            parts(
                (plain, "见附件"),
                ("Content-Disposition: attachment; filename*0*=utf-8''%E5%8F%91; filename*1*=%E7%A5%A8.pdf", "%PDF"),
                ("Content-Disposition: attachment; filename=\"合同.txt\"", "raw")),
            shows: "见附件", files: ["发票.pdf", "合同.txt"]),
        Odd(
            "tnef", mixed,
            parts(
                (plain, "see the file"),
                ("Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64", "eJ8+")),
            shows: "see the file", files: ["winmail.dat"]),
        Odd(
            "signed", "MIME-Version: 1.0\r\nContent-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=m",
            parts((plain, "signed words"), ("Content-Type: application/pkcs7-signature; name=smime.p7s", "MII")),
            shows: "signed words", files: ["smime.p7s"]),
        Odd(
            "smime",
            "MIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64",
            "MIIB", shows: "smime", files: ["smime.p7m"]),
        Odd(
            "pgp", "MIME-Version: 1.0\r\nContent-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=m",
            parts(
                ("Content-Type: application/pgp-encrypted", "Version: 1"),
                ("Content-Type: application/octet-stream; name=encrypted.asc", "-----BEGIN PGP MESSAGE-----")),
            shows: "pgp", files: ["", "encrypted.asc"]),
        Odd(
            "calendar", "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=m",
            parts((plain, "Meeting at 3"), ("Content-Type: text/calendar; method=REQUEST", "BEGIN:VCALENDAR\nEND:VCALENDAR")),
            shows: "Meeting at 3", files: [""]),
        Odd("nothing", "X-Nothing: 1", "", shows: "nothing"),
        Odd(
            "only-file", mixed, parts(("Content-Type: application/pdf; name=a.pdf", "%PDF")), shows: "only-file", files: ["a.pdf"]
        ),
        Odd(
            "inner", mixed,
            parts((plain, "forwarded"), ("Content-Type: message/rfc822", "Subject: inner\nFrom: a@b.example\n\ninner words")),
            shows: "forwarded", files: [""]),
        Odd(
            "flowed", "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes", "请问 \n什么时候发货？\n> 旧的",
            shows: "请问什么时候发货？"),
        Odd(
            "qq", "Content-Type: text/html; charset=utf-8",
            "<div>好的</div><div>------------------&nbsp;原始邮件&nbsp;------------------</div><div>发件人: x</div>", shows: "好的"),
        Odd(
            "gmail", nil, "好的\n\n张三 <z@x.example> 于2026年11月29日周日 13:00写道：\n\n> 旧的", shows: "好的"),
        Odd(
            "163", nil, "好的\n\n在 2026-11-29 13:00:00，\"客服\" <support@shop.example> 写道：\n>旧的", shows: "好的"),
        Odd(
            "html", "Content-Type: text/html; charset=utf-8",
            "<style>p{}</style><script>alert(1)</script><svg onload=alert(1)><text>no</text></svg><p>Hello <b>you</b></p><img src=https://x.example/p.png>",
            shows: "Hello you"),
        Odd(
            "loop", "References: <loop@x.example> <loop@x.example>\r\nIn-Reply-To: <loop@x.example>", "round and round",
            shows: "round and round"),
    ]

    @Test("each is taken once, with its words and files, and shows nothing that runs") func shown() async throws {
        let post = try await EmailChannelTests.Post()
        for mail in Self.mails {
            let head =
                "From: Li <\(mail.id)@x.example>\r\nTo: support@shop.example\r\nSubject: \(mail.id)\r\nMessage-ID: <\(mail.id)@x.example>\r\n"
            try post.dovecot.deliver(Array((head + mail.head + "\r\n\r\n").utf8) + mail.body, to: "support")
        }
        // And one without any id.
        try post.deliver("Subject: nameless", "no id")
        var found: [Message] = []
        try await eventually("all are there") {
            found = try await post.desk.engine.store.messages(MessageFilter(channel: "mail"), Page(limit: 100))
            found.removeAll { $0.direction != .inbound }
            return found.contains { $0.externalID?.hasPrefix("sha256:") == true }
        }
        let contents = Dictionary(found.map { ($0.externalID ?? "", $0.content) }, uniquingKeysWith: { first, _ in first })
        for mail in Self.mails {
            let content = try #require(contents["\(mail.id)@x.example"], "\(mail.id) was dropped")
            #expect(content.text == mail.text, "\(mail.id)")
            let files = content.fields["attachments"]?.array ?? []
            #expect(files.map { $0["name"]?.string ?? "" } == mail.files, "\(mail.id)")
        }
        let html = try #require(contents["html@x.example"]?.fields["html"]?.string)
        #expect(!["script", "svg", "style", "onload", "http"].contains(where: html.contains), "\(html)")
        #expect(found.count == Self.mails.count + 1, "each counts once")
        try await post.stop()
    }

    @Test("an absence note in Chinese is heard and gets no automatic answer") func absence() async throws {
        let post = try await EmailChannelTests.Post()
        try post.deliver("Subject: 自动回复：订单\r\nMessage-ID: <away@x.example>", "我在休假，发货的事下周回复。")
        let answer = try #require(try await post.messages(2).last { $0.direction == .outbound })
        try await eventually("the answer is refused") {
            try await post.desk.engine.store.message(answer.id)?.delivery.name == "failed"
        }
        #expect((try? post.smtp.message(1)) == nil)
        try await post.stop()
    }
}
