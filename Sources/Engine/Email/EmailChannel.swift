// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Logging
import Mail
import Plugins

/// One mailbox at work: follows its folder, threads what comes, hands answers to the submission server.
///
/// Each mailbox has threads of its own; a slow server holds up no other. What is taken from the mailbox is on disk before it is marked
/// there, and where the desk stopped reading stands in the journal.
final class EmailChannel: Sendable {
    let id: String
    private let settings: EmailSettings
    private let sender: MailSender
    private let store: any EventStore
    private let keeping: JournalPluginStore
    private let media: MediaVault
    private let clock: Clock
    private let logger: Logger
    private let tag: ThreadTag
    private let link: (@Sendable (String, Duration) -> String)?
    /// Of automatic mails within one conversation; those to one address wait for each other in the outbox.
    private let turns = CustomerLocks()
    private static let mostAttachments = 100
    /// Of customers whose mail names nobody.
    private static let nobody = "unknown:"
    private var namespace: String { PluginHost.namespace(plugin: ChannelConfiguration.email, channel: id) }

    /// - Parameters:
    ///   - secret: of the desk, for the marks of conversations.
    ///   - link: the address at which customers get a file by its id for a time; nil: they cannot reach the desk.
    init(
        _ configuration: ChannelConfiguration, store: any EventStore, media: MediaVault, secret: [UInt8], clock: @escaping Clock,
        link: (@Sendable (String, Duration) -> String)?, logger: Logger
    ) {
        id = configuration.id
        settings = EmailSettings(configuration.settings)
        sender = MailSender(settings.outgoing, name: "smtp \(configuration.id)")
        self.store = store
        self.media = media
        self.link = link
        self.clock = clock
        self.logger = logger
        tag = ThreadTag(secret: secret, channel: configuration.id)
        keeping = JournalPluginStore(store: store, clock: clock)
    }

    // MARK: - Coming in

    /// Follows the mailbox until the task is cancelled; comes back after 1, 2, 4 … 300 s where the connection fails.
    func run(into engine: DeskEngine) async {
        guard !settings.incoming.host.isEmpty else { return }
        let watch = MailboxWatch(
            server: settings.incoming, folder: settings.folder, doneFolder: settings.doneFolder, byteLimit: settings.byteLimit,
            takesOld: settings.takesOld)
        var backoff = Backoff()
        backoff.limit = .seconds(300)
        var failures = 0
        while !Task.isCancelled {
            let began = ContinuousClock.now
            do {
                try await watch.follow(from: try await position()) { arrival, _ in
                    try await self.take(arrival, engine)
                } moved: {
                    try await self.remember($0)
                }
            } catch is CancellationError {
                return
            } catch {
                if Task.isCancelled { return }
                failures = ContinuousClock.now - began > .seconds(60) ? 1 : failures + 1
                await report(error, isNew: failures == 1)
            }
            try? await Task.sleep(for: backoff.delay(after: max(1, failures), draw: Double.random(in: 0...1)))
        }
    }

    private func position() async throws -> MailboxWatch.Position? {
        guard let stored = try await keeping.value("position", in: namespace), let validity = stored["validity"]?.int,
            let uid = stored["uid"]?.int
        else { return nil }
        return .init(validity: UInt32(clamping: validity), uid: UInt32(clamping: uid))
    }

    private func remember(_ position: MailboxWatch.Position) async throws {
        try await keeping.set(
            "position", in: namespace, to: ["validity": .int(Int64(position.validity)), "uid": .int(Int64(position.uid))],
            expires: nil)
    }

    /// A failure is an event once, and a line in the log each time.
    private func report(_ error: any Error, isNew: Bool) async {
        let message = (error as? MailFailure)?.message ?? (error as? DeskError)?.message ?? "\(error)"
        logger.warning("A mailbox cannot be read; it is tried again.", metadata: ["channel": "\(id)", "reason": "\(message)"])
        guard isNew else { return }
        let event = Event.Draft(.channelFailed, channel: id, payload: ["plugin": "email", "message": .string(message)])
        _ = try? await store.append(Entry(at: clock(), events: [event]))
    }

    private func take(_ arrival: MailboxWatch.Arrival, _ engine: DeskEngine) async throws {
        switch arrival {
        case .tooLarge(let count):
            logger.warning("A mail is too large and stays in its mailbox.", metadata: ["channel": "\(id)", "bytes": "\(count)"])
            let event = Event.Draft(
                .channelFailed, channel: id,
                payload: [
                    "plugin": "email",
                    "message": .string("a mail of \(count) bytes is larger than limit_mb and stays in the mailbox"),
                ])
            _ = try await store.append(Entry(at: clock(), events: [event]))
        case .empty(let entry, let place):
            let external = "empty:\(place.validity).\(place.uid)"
            if try await store.message(channel: id, externalID: external) != nil { return }
            _ = try await engine.receive(
                EmailReading.empty(entry, channel: id, externalID: external, sender: Self.nobody + external))
        case .withheld(let entry, let place, let reason):
            let external = "withheld:\(place.validity).\(place.uid)"
            if try await store.message(channel: id, externalID: external) != nil { return }
            logger.warning(
                "A mail is not given by its server and stays there.", metadata: ["channel": "\(id)", "reason": "\(reason)"])
            _ = try await engine.receive(
                EmailReading.withheld(
                    entry, reason: reason, channel: id, externalID: external, sender: Self.nobody + external))
        case .message(let raw):
            let message = MailMessage(reading: raw)
            if let bounce = Bounce(message) { return try await take(bounce, engine) }
            try await take(message, raw, engine)
        }
    }

    private func take(_ mail: MailMessage, _ raw: [UInt8], _ engine: DeskEngine) async throws {
        var message = mail
        let beyond = message.attachments.count - Self.mostAttachments
        if beyond > 0 { message.defects.append("\(beyond) more attachments are only in the mail as it came") }
        let author = EmailReading.sender(of: message)
        if let author, settings.isOurs(author) { return }
        let external = EmailReading.externalID(message, raw: raw)
        if message.from == nil { message.defects.append("there is no sender in From") }
        // Who cannot be named cannot be answered, but is heard: each such mail is a customer of its own.
        let from = author?.address ?? Self.nobody + external
        if try await store.message(channel: id, externalID: external) != nil { return }
        let thread = try await thread(of: message)
        var sender = from
        var isUnverified = false
        if let thread, let customer = try await store.customer(thread.customer) {
            let known = try await store.identities(of: customer.id).filter { $0.channel == id }.map(\.externalID)
            if let first = known.first, !known.contains(from) {
                sender = first
                isUnverified = true
            }
        }
        let envelope = message.headers["return-path"].map { String(decoding: $0, as: UTF8.self) }
        let automatic = AutomaticReply.refusal(message.headers, envelopeSender: envelope, own: settings.own)
        var kept = EmailReading.Kept()
        EmailReading.heed(message, from: author, settings, &kept)
        kept.raw = try await media.put(raw, contentType: "message/rfc822", name: "mail.eml")
        for file in message.attachments.prefix(Self.mostAttachments) {
            let type = MediaType.sniff(file.bytes, claimed: file.contentType)
            let id = try await media.put(file.bytes, contentType: type, name: file.filename)
            let object = MediaObject(id: id, contentType: type, name: file.filename, byteCount: file.bytes.count)
            let place = (["content_id": Value(file.contentID), "inline": file.isInline ? true : .null] as Value).compact()
            // Voices are converted when somebody listens: the mailbox does not wait.
            kept.attachments.append(await engine.facts(of: object, file.bytes, converts: false).merging(place))
        }
        var inbound = EmailReading.inbound(
            message, channel: id, externalID: external, sender: sender, automatic: automatic, isUnverified: isUnverified,
            kept: kept)
        inbound.conversation = thread?.id
        _ = try await engine.receive(inbound)
    }

    /// The conversation that a mail continues, by the ids it refers to, else by the mark that it carries.
    private func thread(of message: MailMessage) async throws -> Conversation? {
        for parent in MailThread.parents(of: message) {
            if let known = try await store.message(channel: id, externalID: parent) {
                return try await store.conversation(known.conversation)
            }
        }
        guard let marked = tag.conversation(of: message, own: settings.own) else { return nil }
        return try await store.conversation(marked)
    }

    /// A mail of ours came back: its delivery fails, with the reason, and can be sent again.
    private func take(_ bounce: Bounce, _ engine: DeskEngine) async throws {
        guard let original = bounce.original, let message = try await store.message(channel: id, externalID: original),
            let conversation = try await store.conversation(message.conversation),
            let recipient = bounce.recipients.first(where: \.isPermanent)
        else {
            return logger.notice(
                "A report about a mail changes nothing: it is no failure for good, or not about a mail of ours.",
                metadata: ["channel": "\(id)"])
        }
        let reason = "bounced: \(recipient.status) \(recipient.diagnostic ?? "")".prefix(300)
        try await engine.lost(message, reason: String(reason), in: conversation)
    }

    // MARK: - Going out

    func send(_ outbound: OutboundMessage) async -> SendOutcome {
        guard !settings.outgoing.host.isEmpty else { return .misconfigured(reason: "smtp_host is not set") }
        if outbound.recipient.hasPrefix(Self.nobody) { return .failed(reason: "the mail names no sender who could be answered") }
        do {
            guard let message = try await store.message(outbound.message) else { return .failed(reason: "the message is gone") }
            let last = try await lastMail(before: message)
            let isAutomatic = !outbound.author.isPerson
            if isAutomatic {
                if let reason = Self.machine(last) { return .failed(reason: "no automatic answer: \(reason)") }
                if let limit = try await exceeded(by: outbound, in: message.conversation) {
                    return .withheld(reason: "no automatic answer: \(limit) is the limit")
                }
            }
            let recipient = EmailReading.recipient(outbound.recipient, after: last, isAutomatic: isAutomatic)
            let draft = EmailReading.draft(
                outbound.content, id: message.id, in: message.conversation, to: recipient, after: last, from: settings, tag: tag,
                files: try await files(of: outbound.content), isAutomatic: isAutomatic, at: clock())
            try await sender.send(try draft.bytes(), from: isAutomatic ? "" : settings.address.address, to: recipient)
            return .sent(externalID: draft.messageID)
        } catch let refusal as EmailFiles.Refusal {
            return .failed(reason: refusal.reason)
        } catch let failure as MailFailure {
            return Self.outcome(of: failure)
        } catch {
            return .retry(reason: "\(error)", after: nil)
        }
    }

    /// What an answer answers: the customer's newest mail when it was written, whatever has come since.
    private func lastMail(before answer: Message) async throws -> Message? {
        let messages = try await store.messages(
            MessageFilter(conversation: answer.conversation, includesNotes: false), Page(limit: 50, descending: true))
        let mails = messages.filter { $0.direction == .inbound && $0.channel == id }
        return mails.first { $0.id < answer.id } ?? mails.first
    }

    /// Machines are not answered by machines.
    /// - Returns: why the mail is none that a machine may answer.
    private static func machine(_ last: Message?) -> String? {
        if let reason = last?.content.fields["automatic"]?.string { return reason }
        return last?.content.fields["unverified_sender"]?.bool == true ? "the sender takes no part in the thread" : nil
    }

    /// Nobody is answered by a machine more often than the limits: two machines that do not know each other for such would go on for
    /// ever.
    private func exceeded(by outbound: OutboundMessage, in conversation: ID<Conversation>) async throws -> String? {
        try await turns.withTurn(conversation.number) {
            let now = self.clock()
            let guards: [(key: String, limit: Int64, time: Duration, name: String)] = [
                (
                    "automatic in:\(conversation.text)", self.settings.automaticHourlyLimit, .seconds(3600),
                    "an hour in a conversation"
                ),
                ("automatic to:\(outbound.recipient)", self.settings.automaticLimit, .seconds(86_400), "a day to one sender"),
            ]
            var changes: [Change] = []
            for (key, limit, time, name) in guards {
                var mails = AutomaticMails(try await self.keeping.value(key, in: self.namespace))
                guard mails.admit(outbound.message, limit: limit, within: time, at: now) else {
                    return "\(limit) within \(name)"
                }
                changes.append(.stored(namespace: self.namespace, key: key, value: mails.value, expires: now + time))
            }
            _ = try await self.store.append(Entry(at: now, changes: changes))
            return nil
        }
    }

    private func files(of content: MessageContent) async throws -> EmailFiles {
        var files: [(id: String, file: MailAttachment)] = []
        if let id = content.fields["media_id"]?.string, let (object, bytes) = try await media.get(id) {
            files.append((id, MailAttachment(filename: object.name, contentType: object.contentType, bytes: bytes)))
        }
        return try EmailFiles(
            files, limit: settings.attachmentLimit, life: settings.linkLife, at: clock(), address: link)
    }

    /// 4xx passes: again after a quarter of an hour, as greylisting wants; 5xx does not.
    static func outcome(of failure: MailFailure) -> SendOutcome {
        switch failure.code {
        case .login, .certificate, .outdated: .misconfigured(reason: failure.message)
        case .refused where (failure.reply ?? 0) >= 500: .failed(reason: failure.message)
        case .refused: .retry(reason: failure.message, after: .seconds(300))
        case .unsafe, .tooLarge, .gone: .failed(reason: failure.message)
        case .connection, .protocolError, .busy: .retry(reason: failure.message, after: nil)
        }
    }
}
