// SPDX-License-Identifier: Apache-2.0
import Desk

/// A mail of ours before it is bytes.
package struct MailDraft: Sendable, Hashable {
    package var from: MailAddress
    package var to: MailAddress
    /// Where answers are to go, if not to `from`.
    package var replyTo: MailAddress?
    package var subject: String
    package var text: String
    package var attachments: [MailAttachment]
    /// Without brackets.
    package var messageID: String
    package var inReplyTo: String?
    package var references: [String]
    package var date: Instant
    /// Written by a machine: says so, so that no machine answers.
    package var isAutomatic: Bool

    package init(
        from: MailAddress, to: MailAddress, replyTo: MailAddress? = nil, subject: String, text: String,
        attachments: [MailAttachment] = [], messageID: String,
        inReplyTo: String? = nil, references: [String] = [], date: Instant, isAutomatic: Bool
    ) {
        self.from = from
        self.to = to
        self.replyTo = replyTo
        self.subject = subject
        self.text = text
        self.attachments = attachments
        self.messageID = messageID
        self.inReplyTo = inReplyTo
        self.references = references
        self.date = date
        self.isAutomatic = isAutomatic
    }

    /// A header's value may have no line end and no NUL: whoever gets one in writes headers of their own.
    package static func isSafe(header value: String) -> Bool {
        !value.unicodeScalars.contains { $0 == "\r" || $0 == "\n" || $0.value == 0 }
    }

    /// The message as it is sent: every line ends in CRLF, none is longer than 78 characters, bodies are base64.
    /// - Throws: `MailFailure` with code `unsafe` if a header's value could write other headers.
    /// - Source: RFC 5322, RFC 2045, RFC 2231 for file names, RFC 3834 for what automatic mail says of itself.
    package func bytes() throws -> [UInt8] {
        let ids = references + [messageID] + [inReplyTo].compactMap { $0 }
        let people = [from, to] + [replyTo].compactMap { $0 }
        for value in [subject] + people.flatMap({ [$0.address, $0.name] }) + ids where !Self.isSafe(header: value) {
            throw MailFailure(.unsafe, "a header's value holds a line end")
        }
        var lines = [
            "From: \(from.headerText)", "To: \(to.headerText)", "Subject: \(EncodedWords.encode(subject))",
            "Date: \(date.mailDate)", "Message-ID: <\(messageID)>",
        ]
        if let replyTo { lines.append("Reply-To: \(replyTo.headerText)") }
        if let inReplyTo { lines.append("In-Reply-To: <\(inReplyTo)>") }
        if !references.isEmpty { lines.append("References: " + references.map { "<\($0)>" }.joined(separator: "\r\n ")) }
        if isAutomatic { lines += ["Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All"] }
        lines.append("MIME-Version: 1.0")
        let body = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").replacing("\n", with: "\r\n")
        let textPart =
            ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", ""]
            + Self.base64Lines(Array(body.utf8))
        if attachments.isEmpty {
            lines += textPart
        } else {
            let boundary = "=_" + messageID.filter { $0.isLetter || $0.isNumber }.prefix(40)
            lines += ["Content-Type: multipart/mixed; boundary=\"\(boundary)\"", "", "--\(boundary)"] + textPart
            for attachment in attachments { lines += ["--\(boundary)"] + Self.lines(of: attachment) }
            lines.append("--\(boundary)--")
        }
        return Array((lines.joined(separator: "\r\n") + "\r\n").utf8)
    }

    private static func lines(of attachment: MailAttachment) -> [String] {
        let isType =
            attachment.contentType.split(separator: "/").count == 2
            && attachment.contentType.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
        let name = MailAttachment.safeName(attachment.filename) ?? "file"
        return [
            "Content-Type: \(isType ? attachment.contentType : "application/octet-stream")",
            "Content-Disposition: attachment;\r\n filename*=UTF-8''\(percent(name))", "Content-Transfer-Encoding: base64", "",
        ] + base64Lines(attachment.bytes)
    }

    private static func base64Lines(_ bytes: [UInt8]) -> [String] {
        let text = Array(Base64.encode(bytes).utf8)
        return stride(from: 0, to: text.count, by: 76).map {
            String(decoding: text[$0..<min(text.count, $0 + 76)], as: UTF8.self)
        }
    }

    private static func percent(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x2e
            return isPlain || byte == 0x2d || byte == 0x5f
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}

extension Instant {
    /// `Sun, 12 May 2024 08:00:00 +0000`
    var mailDate: String {
        let seconds = milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
        let day = CalendarDay(daysSince1970: Int((seconds - (seconds % 86_400 + 86_400) % 86_400) / 86_400))
        let second = Int((seconds % 86_400 + 86_400) % 86_400)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(names[day.weekday - 1]), \(two(day.day)) \(months[day.month - 1]) \(day.year) "
            + "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60)) +0000"
    }
}
