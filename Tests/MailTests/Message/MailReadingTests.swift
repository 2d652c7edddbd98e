// SPDX-License-Identifier: Apache-2.0
import Crypto
import Desk
import Testing

@testable import Mail

@Suite struct MailReadingTests {
    @Test("no kind of case is left out") func everyKindIsTested() {
        #expect(
            Set(MailCase.all.map(\.kind)) == [
                "mime.parse", "mail.autoreply", "mail.thread", "mail.visible_reply", "mail.authres", "mail.bounce",
                "mail.compose",
                "imap.utf7",
            ])
        #expect(MailCase.all.count == 48)
    }

    @Test("a message is read field by field", arguments: MailCase.of("mime.parse")) func reading(_ item: MailCase) {
        let message = MailMessage(reading: item.raw)
        let wanted = item.expected
        func text(_ value: Value?) -> String? { value?.string }
        if let from = wanted["from"] {
            #expect(message.from?.name == text(from["name"]))
            #expect(message.from?.address == text(from["addr"]))
        }
        if let to = wanted["to"]?.array { #expect(message.to.map(\.address) == to.compactMap(\.string)) }
        if wanted["subject"] != nil { #expect(message.subject == text(wanted["subject"])) }
        if wanted["date_utc"] != nil { #expect(message.date == text(wanted["date_utc"]).flatMap { Instant(rfc3339: $0) }) }
        if wanted["message_id"] != nil { #expect(message.messageID == text(wanted["message_id"])) }
        if wanted["in_reply_to"] != nil { #expect(message.inReplyTo == text(wanted["in_reply_to"])) }
        if let references = wanted["references"]?.array { #expect(message.references == references.compactMap(\.string)) }
        if wanted["text"] != nil { #expect(message.text == text(wanted["text"])) }
        if wanted["html"] != nil { #expect(message.html == text(wanted["html"])) }
        if let part = text(wanted["text_contains"]) { #expect(message.text?.contains(part) == true) }
        if let any = wanted["text_any"]?.array { #expect(any.compactMap(\.string).contains(message.text ?? "")) }
        if let most = wanted["max_attachments"]?.int { #expect(message.attachments.count <= Int(most)) }
        if let files = wanted["attachments"]?.array { check(message.attachments, files) }
    }

    private func check(_ found: [MailAttachment], _ wanted: [Value]) {
        #expect(found.count == wanted.count)
        for (file, value) in zip(found, wanted) {
            for pair in value.object?.pairs ?? [] {
                switch pair.name {
                case "filename": #expect(file.filename == pair.value.string)
                case "content_type": #expect(file.contentType == pair.value.string)
                case "size": #expect(Int64(file.bytes.count) == pair.value.int)
                case "sha256":
                    #expect(
                        SHA256.hash(data: file.bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
                            == pair.value.string)
                case "inline": #expect(file.isInline == pair.value.bool)
                case "content_id": #expect(file.contentID == pair.value.string)
                default: Issue.record("unknown field \(pair.name)")
                }
            }
        }
    }

    @Test(
        "no bytes make reading fail, and no text is lost",
        arguments: [
            "", "\r\n", " folded first\r\nSubject: x\r\n\r\nhello", "Subject: a\r\nSubject: b\r\n\r\nhello",
            "Content-Type: multipart/mixed\r\n\r\nhello", "Content-Type: multipart/mixed; boundary=never\r\n\r\nhello",
            "Content-Type: text/plain; charset=nonsense\r\n\r\nhello",
            "Content-Type: text/plain; charset=us-ascii\r\n\r\nhello 你好",
        ])
    func broken(_ raw: String) {
        let message = MailMessage(reading: Array(raw.utf8))
        if raw.contains("hello") { #expect(message.readableText.contains("hello"), "\(message)") }
        if raw.contains("你好") { #expect(message.readableText.contains("你好")) }
        if raw.hasPrefix("Subject: a") { #expect(message.subject == "a" && message.defects.count == 1) }
    }

    /// A set, bytes in it, and what has to be read.
    static let sets: [(String, [UInt8], String)] = [
        ("gb18030", [0xc4, 0xe3, 0xba, 0xc3], "你好"), ("no-such-set", Array("你好".utf8), "你好"),
        ("no-such-set", [0xc4, 0xe3, 0xba, 0xc3], "你好"),
        ("iso-2022-jp", Array("\u{1b}$B$3$s$K$A$O\u{1b}(B".utf8), "こんにちは"),
        // A character that is cut, a byte that was lost: the rest is read as it was meant.
        ("utf-8", Array("什么时候发货，我等了三天".utf8) + [0xe5, 0xa5], "什么时候发货，我等了三天\u{fffd}"),
        ("utf-8", Array("什么时候".utf8) + [0xff] + Array("发货".utf8), "什么时候\u{fffd}发货"),
        ("gb2312", [0xc4, 0xe3, 0xba, 0xc3, 0xc4, 0xe3, 0xba, 0xc3, 0xc4, 0xe3, 0xc4], "你好你好你\u{fffd}"),
        ("utf-8", [0xc4, 0xe3, 0xba, 0xc3], "你好"), ("iso-8859-1", [0x80, 0x35], "€5"), ("big5", [0xa7, 0x41, 0xa6, 0x6e], "你好"),
    ]

    @Test("words are read in the set they are of, whatever the mail says of it", arguments: sets)
    func set(_ name: String, _ bytes: [UInt8], _ wanted: String) {
        let head = "Content-Type: text/plain; charset=\(name)\r\n\r\n"
        #expect(MailMessage(reading: Array(head.utf8) + bytes).text == wanted)
    }

    @Test(
        "lines that were broken to fit are whole again, quotes and signatures stay apart",
        arguments: [
            ("This is a long \r\nline that goes on.\r\nA new one.", "", "This is a long line that goes on.\nA new one."),
            ("请问 \r\n什么时候发货？", "; delsp=yes", "请问什么时候发货？"),
            ("> quoted \r\n> words\r\nmine \r\n> not mine", "", "> quoted words\nmine \n> not mine"),
            (" > no quote\r\n From here \r\n-- \r\nLi", "", "> no quote\nFrom here \n-- \nLi"),
        ])
    func flowed(_ body: String, _ parameters: String, _ wanted: String) {
        let head = "Content-Type: text/plain; charset=utf-8; format=flowed\(parameters)\r\n\r\n"
        #expect(MailMessage(reading: Array((head + body).utf8)).text == wanted)
    }

    @Test("ten thousand nested parts and a hundred thousand addresses are cut, not followed") func bombs() {
        var nested = ""
        for depth in 0..<10_000 { nested += "Content-Type: multipart/mixed; boundary=b\(depth)\r\n\r\n--b\(depth)\r\n" }
        let deep = MailMessage(reading: Array(nested.utf8))
        #expect(deep.defects.contains { $0.contains("too deep") })
        let crowd = "To: " + (0..<100_000).map { "u\($0)@x.example" }.joined(separator: ",") + "\r\n\r\nhi"
        let message = MailMessage(reading: Array(crowd.utf8))
        #expect(message.to.count <= 500 && message.text == "hi" && message.defects == ["headers were cut"])
    }

    @Test(
        "a file's name is a name and never a path",
        arguments: [
            ("../../etc/passwd", "passwd"), ("C:\\temp\\a.txt", "a.txt"), ("a\r\nBcc: x.txt", "aBcc: x.txt"), ("..", nil),
            ("", nil),
            ("report\u{202e}gpj.exe", "reportgpj.exe"), ("=?UTF-8?B?5oiq5Zu+LnBuZw==?=", "截图.png"), ("nul\0.txt", "nul.txt"),
        ] as [(String, String?)])
    func fileName(_ given: String, _ wanted: String?) {
        #expect(MailAttachment.safeName(given) == wanted)
    }

    @Test(
        "a word of a header comes back from its coded form",
        arguments: ["hello", "你好，世界", String(repeating: "很长的标题", count: 30), "a =?b"])
    func words(_ text: String) {
        let coded = EncodedWords.encode(text)
        #expect(coded.split(separator: "\r\n ").allSatisfy { $0.utf8.count <= 75 })
        #expect(EncodedWords.decode(Array(coded.replacing("\r\n", with: "").utf8)) == text)
    }
}
