// SPDX-License-Identifier: Apache-2.0
import Crypto
import Desk
import Mail

/// A mail as a message of the desk. Pure: what the store knows is given.
enum EmailReading {
    /// What is stored beside the words: attachments by their ids.
    struct Kept: Sendable, Hashable {
        var attachments: [Value] = []
        /// The mail as it came.
        var raw: String?
        /// Where the sender wants a person's answer, and where an automatic one has to go, if that is not their address.
        var replyTo: String?
        var returnPath: String?
        /// Whether the sender's address proves who they are; if our own server checked it, and did not say that it does, what it said.
        var isBelieved = true
        var senderCheck: String?
    }

    /// Whose mail it is: From, else Sender, Reply-To or the envelope's sender. Nil where nothing names anybody.
    static func sender(of message: MailMessage) -> MailAddress? {
        message.from
            ?? ["sender", "reply-to", "return-path"].lazy.compactMap { message.headers[$0].map(MailAddress.list)?.first }.first
    }

    /// Fills in what the headers say about where answers go and whether the sender is who they say.
    static func heed(_ message: MailMessage, from sender: MailAddress?, _ settings: EmailSettings, _ kept: inout Kept) {
        let envelope = message.headers["return-path"].map(MailAddress.list)?.first
        if let wished = message.replyTo.first, wished.address != sender?.address, !settings.isOurs(wished) {
            kept.replyTo = wished.address
        }
        if let envelope, envelope.address != sender?.address, !settings.isOurs(envelope) { kept.returnPath = envelope.address }
        let results = message.headers.all("authentication-results").map { String(decoding: $0, as: UTF8.self) }
        guard let authority = settings.authority else {
            // Nobody is named whose word counts; where any server on the way found a forgery, the address proves nothing.
            kept.isBelieved = results.first?.lowercased().contains("dmarc=fail") != true
            return
        }
        let verdict = AuthenticationResults(results, trusting: authority).dmarc ?? "none"
        kept.isBelieved = verdict == "pass"
        if !kept.isBelieved { kept.senderCheck = "dmarc=\(verdict)" }
    }

    /// Where an answer goes: a person's to where the sender wants it, a machine's to the envelope's sender (RFC 3834).
    ///
    /// A stranger within the thread changes nothing.
    static func recipient(_ customer: String, after last: Message?, isAutomatic: Bool) -> String {
        guard let fields = last?.content.fields, fields["from"]?.string == customer, fields["unverified_sender"] == nil else {
            return customer
        }
        return fields[isAutomatic ? "return_path" : "reply_to"]?.string ?? customer
    }

    /// - Parameters:
    ///   - automatic: why no automatic answer may be sent to it; nil if one may.
    ///   - sender: whose message it is: the mail's sender, or, where a stranger answers within a thread, the customer of that thread.
    ///   - isUnverified: the sender takes no part in the thread.
    static func inbound(
        _ message: MailMessage, channel: String, externalID: String, sender: String, automatic: String?, isUnverified: Bool,
        kept: Kept
    ) -> InboundMessage {
        let full = message.readableText
        let visible = VisibleReply.of(full)
        var fields: Value = [
            "subject": .string(String(ThreadTag.unmarked(message.subject).prefix(500))), "message_id": Value(message.messageID),
            "references": .array(MailThread.references(replyingTo: message).map(Value.string)),
            "from": .string(message.from?.address ?? ""), "attachments": .array(kept.attachments),
            "raw_media_id": Value(kept.raw), "automatic": Value(automatic), "unverified_sender": isUnverified ? true : .null,
            "reply_to": Value(kept.replyTo), "return_path": Value(kept.returnPath), "sender_check": Value(kept.senderCheck),
        ]
        if full != visible { fields["full_text"] = .string(String(full.prefix(20_000))) }
        if let html = message.html { fields["html"] = .string(String(SafeHTML.cleaned(html).prefix(60_000))) }
        if kept.attachments.isEmpty { fields["attachments"] = nil }
        if !message.defects.isEmpty { fields["defects"] = .array(message.defects.prefix(20).map(Value.string)) }
        var profile: Value = [:]
        if !isUnverified, let from = message.from {
            profile["email"] = .string(from.address)
            if kept.isBelieved { profile["verified"] = ["email"] }
            if !from.name.isEmpty { profile["name"] = .string(String(from.name.prefix(100))) }
        }
        let subject = ThreadTag.unmarked(message.subject)
        var text = visible.isEmpty ? subject : visible
        if text.isEmpty, kept.attachments.isEmpty { text = Self.nothing }
        return InboundMessage(
            channel: channel, sender: sender, externalID: externalID,
            content: MessageContent(kind: .text, text: String(text.prefix(20_000)), fields: fields.compact()),
            sentAt: message.date,
            profile: profile)
    }

    /// What is shown of a mail that says nothing.
    private static let nothing = "(empty mail)"

    /// A mail of which its server gives no byte: what the server knows of it is shown instead.
    /// - Parameter sender: whose message it is to be.
    static func empty(_ entry: Mailbox.Entry, channel: String, externalID: String, sender: String) -> InboundMessage {
        let isListedEmpty = entry.byteCount == 0
        let facts = [
            entry.receivedAt.map { "received \($0.rfc3339)" }, "no sender, no subject",
            isListedEmpty ? "0 bytes" : "\(entry.byteCount) bytes by the server's list, of which it gives none",
        ]
        let fields: Value = [
            "subject": "", "from": "", "automatic": "it names no sender", "byte_count": 0,
            "received_at": Value(entry.receivedAt?.rfc3339), "imap_uid": .int(Int64(entry.uid)),
            "defects": ["the mail has no bytes"],
        ]
        return InboundMessage(
            channel: channel, sender: sender, externalID: externalID,
            content: MessageContent(
                kind: .text, text: "\(nothing): \(facts.compactMap { $0 }.joined(separator: "; "))", fields: fields.compact()),
            sentAt: entry.receivedAt, profile: [:])
    }

    /// A mail that its server has and does not give: what the list says of it, and where it is to be read.
    /// - Parameter sender: whose message it is to be.
    static func withheld(
        _ entry: Mailbox.Entry, reason: String, channel: String, externalID: String, sender: String
    ) -> InboundMessage {
        let facts = [
            entry.receivedAt.map { "received \($0.rfc3339)" }, "\(entry.byteCount) bytes",
            "it is still in the mailbox, unread",
        ]
        let fields: Value = [
            "subject": "", "from": "", "automatic": "it names no sender", "byte_count": .int(Int64(entry.byteCount)),
            "received_at": Value(entry.receivedAt?.rfc3339), "imap_uid": .int(Int64(entry.uid)),
            "defects": [.string("the server does not give it: \(reason.prefix(300))")],
        ]
        return InboundMessage(
            channel: channel, sender: sender, externalID: externalID,
            content: MessageContent(
                kind: .text, text: "(mail that cannot be fetched): \(facts.compactMap { $0 }.joined(separator: "; "))",
                fields: fields.compact()),
            sentAt: entry.receivedAt, profile: [:])
    }

    /// The mail's own id, or one made of its bytes where it has none.
    static func externalID(_ message: MailMessage, raw: [UInt8]) -> String {
        if let id = message.messageID, id.utf8.count <= 500 { return id }
        return "sha256:" + SHA256.hash(data: raw).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The mail that an answer becomes.
    /// - Parameter last: the customer's newest mail in the conversation when it was written; nil if they never wrote one.
    static func draft(
        _ content: MessageContent, id: ID<Message>, in conversation: ID<Conversation>, to recipient: String, after last: Message?,
        from settings: EmailSettings, tag: ThreadTag, files: EmailFiles, isAutomatic: Bool, at now: Instant
    ) -> MailDraft {
        let subject = last?.content.fields["subject"]?.string ?? ""
        let isReply = subject.lowercased().hasPrefix("re:") || subject.hasPrefix("回复")
        var text = content.text
        if let options = content.fields["options"]?.array {
            text += "\n" + options.enumerated().map { "\($0 + 1). \($1["text"]?.string ?? "")" }.joined(separator: "\n")
        }
        if let link = content.fields["url"]?.string, link.hasPrefix("http") {
            text = [text, content.fields["title"]?.string ?? "", link].filter { !$0.isEmpty }.joined(separator: "\n")
        }
        text = ([text].filter { !$0.isEmpty } + files.links).joined(separator: "\n\n")
        let title =
            subject.isEmpty
            ? String(content.text.split(separator: "\n").first?.prefix(60) ?? "…") : isReply ? subject : "Re: \(subject)"
        return MailDraft(
            from: settings.address, to: MailAddress(address: recipient),
            replyTo: settings.mark == .address ? tag.marked(settings.address, conversation) : nil,
            subject: settings.mark == .subject ? tag.marked(title, conversation) : title, text: text,
            attachments: files.attachments,
            messageID: messageID(id, conversation, settings),
            inReplyTo: last?.content.fields["message_id"]?.string,
            references: (last?.content.fields["references"]?.array ?? []).compactMap(\.string), date: now,
            isAutomatic: isAutomatic)
    }

    /// The same for every try, so that a mail that arrives twice is known to be one.
    static func messageID(_ id: ID<Message>, _ conversation: ID<Conversation>, _ settings: EmailSettings) -> String {
        "\(conversation.text).\(id.text)@\(settings.address.domain.isEmpty ? "localhost" : String(settings.address.domain))"
    }
}
