// SPDX-License-Identifier: Apache-2.0
import CMail
import Desk

extension MailMessage {
    /// Limits beyond which a message is kept raw and said to be cut.
    private static let partLimit = 1000
    private static let depthLimit = 32

    /// Reads a message of any bytes; never fails: what cannot be understood is a defect, and its bytes are shown as text.
    package init(reading raw: [UInt8]) {
        headers = MailHeaders(reading: raw)
        defects = []
        let from = headers["from"].map(MailAddress.list) ?? []
        self.from = from.first
        replyTo = headers["reply-to"].map(MailAddress.list) ?? []
        to = headers["to"].map(MailAddress.list) ?? []
        cc = headers["cc"].map(MailAddress.list) ?? []
        subject = headers.text("subject") ?? ""
        messageID = headers.messageIDs("message-id").first
        inReplyTo = headers.messageIDs("in-reply-to").first
        references = headers.messageIDs("references")
        date = headers["date"].flatMap { bytes in
            var seconds: Int64 = 0
            return ld_mail_date(String(decoding: bytes, as: UTF8.self), &seconds) ? Instant(seconds: seconds) : nil
        }
        text = nil
        html = nil
        attachments = []
        reportType = nil
        for name in ["from", "subject", "message-id", "date", "content-type"] where headers.all(name).count > 1 {
            defects.append("\(name) stands \(headers.all(name).count) times")
        }
        if from.count > 1 { defects.append("more than one sender") }
        if headers.isCut { defects.append("headers were cut") }
        read(raw)
    }

    private mutating func read(_ raw: [UInt8]) {
        guard let mime = ld_mime_parse(raw, raw.count, Int32(Self.partLimit), Int32(Self.depthLimit)) else {
            return showRaw(raw, "the structure cannot be read")
        }
        defer { ld_mime_free(mime) }
        if ld_mime_is_cut(mime) { defects.append("parts were left out: too many or too deep") }
        let parts = (0..<ld_mime_part_count(mime)).map { MailPart(ld_mime_part_at(mime, $0)) }
        guard let root = parts.first else { return showRaw(raw, "there are no parts") }
        reportType = root.type == "multipart/report" ? root.reportType?.lowercased() : nil
        if root.isMultipart, parts.count == 1 { return showRaw(raw, "the parts cannot be told apart") }
        var texts: [String] = []
        var alternatives: Set<Int> = []
        for part in parts where !part.isMultipart {
            guard part.isBody else {
                attachments.append(part.attachment)
                continue
            }
            let written = Charset.text(part.bytes.filter { $0 != 0 }, declared: part.charset)
            let words = Self.tidy(part.isFlowed ? FlowedText.joined(written, deletesSpace: part.deletesSpace) : written)
            if part.type == "text/html" {
                if html == nil { html = words }
            } else if parts.indices.contains(part.parent), parts[part.parent].type == "multipart/alternative" {
                // Of two versions of the same text one is enough.
                if alternatives.insert(part.parent).inserted { texts.append(words) }
            } else {
                texts.append(words)
            }
        }
        if !texts.isEmpty { text = texts.joined(separator: "\n") }
    }

    private mutating func showRaw(_ raw: [UInt8], _ defect: String) {
        defects.append(defect)
        text = Self.tidy(Charset.text(raw[min(headers.bodyStart, raw.count)...].filter { $0 != 0 }, declared: nil))
    }

    private static func tidy(_ text: String) -> String {
        var out = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        while let last = out.last, last.isWhitespace { out.removeLast() }
        return out
    }
}

/// One part as the parser gives it.
struct MailPart {
    let parent: Int
    let isMultipart: Bool
    let type: String
    let charset: String?
    let disposition: String?
    let filename: String?
    let contentID: String?
    let reportType: String?
    /// Lines go on after a space at their end; whether that space is no part of the text.
    let isFlowed: Bool
    let deletesSpace: Bool
    let bytes: [UInt8]

    init(_ part: ld_mime_part) {
        func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }
        parent = Int(part.parent)
        isMultipart = part.is_multipart
        type = part.is_message ? "message/rfc822" : text(part.type) ?? "application/octet-stream"
        charset = text(part.charset)
        disposition = text(part.disposition)?.lowercased()
        filename = text(part.filename) ?? text(part.name)
        contentID = text(part.content_id)
        reportType = text(part.report_type)
        isFlowed = type == "text/plain" && text(part.format)?.lowercased() == "flowed"
        deletesSpace = text(part.del_sp)?.lowercased() == "yes"
        bytes = part.bytes.map { Array(UnsafeBufferPointer(start: $0, count: part.byte_count)) } ?? []
    }

    /// To be read as (part of) the message itself.
    var isBody: Bool { (type == "text/plain" || type == "text/html") && disposition != "attachment" && filename == nil }

    var attachment: MailAttachment {
        MailAttachment(
            filename: MailAttachment.safeName(filename), contentType: type, bytes: bytes,
            isInline: disposition == "inline" || (disposition == nil && contentID != nil), contentID: contentID)
    }
}
