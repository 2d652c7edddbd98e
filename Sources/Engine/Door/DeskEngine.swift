// SPDX-License-Identifier: Apache-2.0
import Desk
import Insight
import Journal
import Logging
import Plugins
import Rules
import Synchronization

/// The desk at work: takes in what customers say, lets the rules decide, keeps it, and sees to all that follows.
///
/// One message's way: `receive` → customer's turn → rules on a casework → one append → caches, outbox, timers, sockets. What
/// concerns one customer happens in order; different customers in parallel. Nothing here is true before it is in the journal.
package final class DeskEngine: Sendable {
    package let store: any EventStore
    package let clock: Clock
    package let hub: LiveHub
    package let rules: RuleDesk
    package let plugins: PluginHost
    package let outbox: Outbox
    package let media: MediaVault
    package let mediaLinks: MediaLinks
    package let converter: MediaConverter
    package let watch: Watch
    package let webHooks: WebHooks

    let options: EngineOptions
    let logger: Logger
    let ids: IDSource
    let roster = Roster()
    let timers: TimerService
    let sessions: LiveSessions
    let locks = CustomerLocks()
    let newcomers = CustomerLocks()
    /// Of messages on which reports come; taken within a customer's turn, never the other way round.
    let reportTurns = CustomerLocks()
    let files = Recent<ID<Customer>, CustomerFile>(capacity: 50_000)
    /// Messages on their way to platforms: whoever sends them need not read them again.
    let outgoing = Recent<ID<Message>, Message>(capacity: 20_000)
    let identities = Recent<String, ID<Customer>>(capacity: 100_000)
    let tokens = Recent<[UInt8], AccessToken>(capacity: 10_000)
    let channels: [String: ChannelConfiguration]
    let liveChannels: Set<String>
    /// Rung whenever a conversation waits or an agent may have become free.
    let queueBell = Bell()
    let receipts: DeliveryReceipts
    let mailboxes: [String: EmailChannel]
    let hookDeadlines = DeadlineWheel(.milliseconds(4500))
    private let gate = Gate()

    private init(
        _ options: EngineOptions, store: any EventStore, rules: RuleDesk, plugins: PluginHost, media: MediaVault, logger: Logger
    ) {
        self.options = options
        self.store = store
        self.rules = rules
        self.plugins = plugins
        self.media = media
        mediaLinks = MediaLinks(secret: options.secret, clock: options.clock)
        converter = MediaConverter(options.media, vault: media, logger: logger)
        self.logger = logger
        clock = options.clock
        ids = IDSource(clock: options.clock)
        receipts = DeliveryReceipts()
        hub = LiveHub(store: store, receipts: receipts, logger: logger)
        let channels = Dictionary(options.channels.map { ($0.id, Self.merging($0)) }, uniquingKeysWith: { $1 })
        self.channels = channels
        outbox = Outbox(
            store: store, options: options.outbox, channels: channels, clock: options.clock, logger: logger)
        let links = mediaLinks
        let link = options.publicURL.map { base in
            { @Sendable (id: String, life: Duration) in base + links.path(id, life: life) }
        }
        mailboxes = Dictionary(
            options.channels.filter { $0.plugin == ChannelConfiguration.email }.map {
                (
                    $0.id,
                    EmailChannel(
                        $0, store: store, media: media, secret: options.secret, clock: options.clock, link: link,
                        logger: logger)
                )
            }, uniquingKeysWith: { $1 })
        timers = TimerService(clock: options.clock)
        sessions = LiveSessions(secret: options.secret, life: options.sessionLife)
        watch = Watch(clock: options.clock, channels: options.channels.map(\.id))
        webHooks = WebHooks(
            options.webHooks, store: store, clock: options.clock, logger: logger,
            addressed: { links.payload(of: $0, base: options.publicURL ?? "") },
            send: { await plugins.post($0.body, to: $0.address, headers: $0.headers, timeout: WebHook.timeout) })
        liveChannels = Set(options.channels.filter { $0.plugin == ChannelConfiguration.live }.map(\.id))
    }

    /// Opens channels, loads rules, reads what is open; afterwards `receive` may be called and `run` must be.
    package static func start(
        _ options: EngineOptions, store: any EventStore, logger: Logger
    ) async throws -> DeskEngine {
        let media = MediaVault(folder: options.mediaFolder, key: options.mediaKey)
        var pluginOptions = options.pluginLimits
        if let base = options.publicURL {
            let links = MediaLinks(secret: options.secret, clock: options.clock)
            pluginOptions.mediaURL = { id, life in base + links.path(id, life: life) }
        }
        let plugins = await PluginHost(
            folders: options.pluginFolders, store: JournalPluginStore(store: store, clock: options.clock), media: media,
            clock: options.clock, lanes: options.lanes, logger: logger, options: pluginOptions)
        for channel in options.channels where !channel.isBuiltIn {
            do {
                if let problem = try plugins.openOrWait(channel) {
                    logger.error(
                        "A channel stays closed until its plugin is mended; save it, and the channel opens by itself.",
                        metadata: ["channel": "\(channel.id)", "problem": "\(problem)"])
                }
            } catch {
                await plugins.shutdown()
                throw error
            }
        }
        let rules = RuleDesk(options: options, store: store, plugins: plugins, logger: logger)
        try await rules.start()
        let engine = DeskEngine(options, store: store, rules: rules, plugins: plugins, media: media, logger: logger)
        try await engine.takeStock()
        return engine
    }

    /// One mail says what several rules have to say to one of the customer's: no second automatic one goes within the hour.
    private static func merging(_ channel: ChannelConfiguration) -> ChannelConfiguration {
        guard channel.plugin == ChannelConfiguration.email else { return channel }
        var channel = channel
        channel.replies.merge = true
        return channel
    }

    package var isReady: Bool { gate.isOpen }

    /// Runs followers, timers, outbox and watchers until `drain` has finished or the task is cancelled.
    package func run() async throws {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.followJournal() }
            group.addTask { await self.drainQueueWheneverRung() }
            group.addTask {
                await self.timers.run {
                    await self.fire($0)
                } load: {
                    await self.dueTimers(before: $0)
                }
            }
            group.addTask { await self.outbox.run(through: self) }
            group.addTask { await self.webHooks.run() }
            group.addTask { await self.receipts.run { await self.confirmDelivered($0) } }
            for mailbox in mailboxes.values { group.addTask { await mailbox.run(into: self) } }
            group.addTask { await self.rules.watchFiles() }
            group.addTask { await self.pollChannels() }
            group.addTask { await self.watch.run(engine: self) }
            group.addTask { await self.recallEarlier() }
            group.addTask { await self.hookDeadlines.run() }
            group.addTask { await self.rules.trimLogRegularly() }
            await gate.waitUntilDrained()
            group.cancelAll()
        }
    }

    /// No new work; what has begun is finished, sends included; then `run` returns.
    package func drain() async {
        converter.stop()
        webHooks.stop()
        await gate.close()
        await outbox.drain()
        await receipts.flush { await self.confirmDelivered($0) }
        await plugins.shutdown()
        gate.markDrained()
    }

    /// Wraps one piece of work: refused while draining, waited for by `drain`, errors as `DeskError`.
    func work<Result>(_ body: () async throws -> Result) async throws -> Result {
        guard gate.enter() else {
            throw DeskError(.unavailable, "The desk is shutting down; send it again in a moment.")
        }
        defer { gate.leave() }
        do { return try await body() } catch { throw DeskError.wrap(error) }
    }

    /// Sends one message through its channel, whether a plugin or one of our own.
    func send(_ message: OutboundMessage) async -> SendOutcome {
        if let mailbox = mailboxes[message.channel] { return await mailbox.send(message) }
        return await plugins.send(message)
    }

    // MARK: - Committing

    /// Writes a casework and lets everybody know who needs to.
    func commit(_ work: Casework) async throws -> Receipt {
        let receipt: Receipt
        do {
            receipt = try await store.append(work.entry())
        } catch {
            await forget(work)
            throw error
        }
        guard case .committed = receipt else {
            await forget(work)
            return receipt
        }
        files[work.customer.id] = work.committedFile()
        roster.note(work.conversation)
        queueBell.ring()
        for case .timer(let timer) in work.changes { timers.note(timer.dueAt) }
        if !work.outboxChannels.isEmpty {
            for message in work.sent where message.delivery == .queued { outgoing[message.id] = message }
            outbox.wake(work.outboxChannels)
        }
        follow(up: work)
        return receipt
    }

    /// The rows did not change: caches and the switchboard go back to what the store says.
    private func forget(_ work: Casework) async {
        files[work.customer.id] = nil
        if let stored = try? await store.conversation(work.conversation.id) {
            roster.note(stored)
        } else {
            roster.forget(work.conversation.id)
        }
        queueBell.ring()
    }

    /// Starts what needs the outside world, now that the decision is on disk. Its end comes back as an event of its own.
    private func follow(up work: Casework) {
        for notification in work.notifications { tellOutside(notification.to, notification.text, by: notification.rule) }
        if let wait = work.pluginCall { startCall(wait, of: work.conversation) }
    }

    // MARK: - Stock

    private func takeStock() async throws {
        try await webHooks.takeStock()
        try await seedPeople()
        for agent in try await store.agents() { roster.change { $0.put(agent) } }
        for team in try await store.teams() { roster.change { $0.put(team) } }
        var holding: Set<ID<Customer>> = []
        for conversation in try await store.openConversations() {
            roster.note(conversation)
            if conversation.holdsReplies { holding.insert(conversation.customer) }
            if let wait = conversation.flow?.wait, wait.kind == .call { startCall(wait, of: conversation) }
        }
        try await recallLatest()
        if let next = try await store.nextTimer() { timers.note(next) }
        // The configuration may have opened a way since.
        for customer in holding.sorted() {
            do { try await releaseHeldReplies(of: customer) } catch {
                logger.warning("Held replies stay.", metadata: ["customer": "\(customer)", "error": "\(error)"])
            }
        }
        outbox.wake(Set(try await store.outboxChannels()))
        queueBell.ring()
        gate.open()
    }

    private func followJournal() async {
        do {
            try await hub.run { events in
                for event in events {
                    switch event.kind {
                    case .tokenRevoked: self.tokens.removeAll()
                    default: break
                    }
                }
                self.watch.observe(events)
            }
        } catch is CancellationError {
        } catch {
            logger.error("The desk lost its journal.", metadata: ["error": "\(error)"])
        }
    }
}

extension ChannelConfiguration {
    /// The built-in channel of our own sockets: mini program, web and app.
    static let live = "live"
}
