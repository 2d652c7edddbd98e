// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Logging
import Plugins
import Synchronization

/// Sends what platforms have not taken yet: one worker a channel, the customers of a channel beside each other, each customer's
/// messages in order.
package final class Outbox: Sendable {
    private struct State {
        var bells: [String: Bell] = [:]
        var new: [String] = []
        var isDraining = false
        var sending = 0
    }
    private let state = Mutex(State())
    private let arrivals = Bell()
    private let idle = Bell()
    private let store: any EventStore
    private let options: OutboxOptions
    private let channels: [String: ChannelConfiguration]
    private let clock: Clock
    private let logger: Logger

    init(
        store: any EventStore, options: OutboxOptions, channels: [String: ChannelConfiguration], clock: @escaping Clock,
        logger: Logger
    ) {
        self.store = store
        self.channels = channels
        self.options = options
        self.clock = clock
        self.logger = logger
    }

    /// These channels have something to send.
    func wake(_ channels: Set<String>) {
        for channel in channels {
            let bell = state.withLock { state in
                if let bell = state.bells[channel] { return bell }
                let bell = Bell()
                state.bells[channel] = bell
                state.new.append(channel)
                return bell
            }
            bell.ring()
            arrivals.ring()
        }
    }

    /// Starts no more sends and waits for those under way, at most 5 s.
    func drain() async {
        state.withLock { $0.isDraining = true }
        let end = ContinuousClock.now + .seconds(5)
        while state.withLock({ $0.sending > 0 }), ContinuousClock.now < end { await idle.wait(atMost: .milliseconds(100)) }
    }

    func run(through engine: DeskEngine) async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                for channel in state.withLock({ state in
                    defer { state.new = [] }; return state.new
                }) {
                    guard let bell = state.withLock({ $0.bells[channel] }) else { continue }
                    group.addTask { await self.serve(channel, bell, engine) }
                }
                await arrivals.wait()
            }
            group.cancelAll()
        }
    }

    // MARK: - One channel

    private func serve(_ channel: String, _ bell: Bell, _ engine: DeskEngine) async {
        var bucket = bucket(of: channel)
        while !Task.isCancelled {
            let items: [OutboxItem]
            do { items = try await store.outbox(channel: channel, limit: 200) } catch {
                logger.error("The outbox could not be read.", metadata: ["channel": "\(channel)", "error": "\(error)"])
                await bell.wait(atMost: .seconds(1))
                continue
            }
            let now = clock()
            let lines = Self.lines(items, dueBy: now)
            if lines.due.isEmpty {
                if let next = lines.next {
                    await bell.wait(atMost: max(.milliseconds(20), next - now))
                } else {
                    await bell.wait()
                }
                continue
            }
            let isHealthy = await send(lines.due, &bucket, engine)
            if !isHealthy { try? await Task.sleep(for: options.rest) }
            if state.withLock({ $0.isDraining }) { await bell.wait() }
        }
    }

    func bucket(of channel: String) -> TokenBucket {
        let own = channels[channel]
        return TokenBucket(rate: own?.rate ?? options.rate, burst: own?.burst ?? options.burst, now: clock())
    }

    /// The first message of each customer, if it is due: a later one never overtakes.
    static func lines(_ items: [OutboxItem], dueBy now: Instant) -> (due: [OutboxItem], next: Instant?) {
        var seen: Set<String> = []
        var due: [OutboxItem] = []
        var next: Instant?
        for item in items where seen.insert(item.recipient).inserted {
            if item.dueAt <= now { due.append(item) } else { next = min(next ?? item.dueAt, item.dueAt) }
        }
        return (due, next)
    }

    /// - Returns: false if the channel is misconfigured and should rest.
    private func send(_ items: [OutboxItem], _ bucket: inout TokenBucket, _ engine: DeskEngine) async -> Bool {
        var isHealthy = true
        await withTaskGroup(of: Bool.self) { group in
            var running = 0
            for item in items {
                while let pause = bucket.take(at: clock()) { try? await Task.sleep(for: pause) }
                if running >= options.parallel, let fine = await group.next() {
                    running -= 1
                    isHealthy = isHealthy && fine
                }
                guard isHealthy, !Task.isCancelled, begin() else { break }
                running += 1
                group.addTask {
                    defer { self.end() }
                    return await self.send(item, engine)
                }
            }
            for await fine in group { isHealthy = isHealthy && fine }
        }
        return isHealthy
    }

    private func begin() -> Bool {
        state.withLock { state in
            guard !state.isDraining else { return false }
            state.sending += 1
            return true
        }
    }

    private func end() {
        state.withLock { $0.sending -= 1 }
        idle.ring()
    }

    /// With the texts that wait behind it, where the channel merges. A message that was tried once is sent again as it was, so that a
    /// platform can know it again.
    private func joined(_ item: OutboxItem, _ engine: DeskEngine) async throws -> OutboxItem {
        guard channels[item.channel]?.replies.merge == true, item.attempts == 0 else { return item }
        let followers = try await store.outbox(channel: item.channel, limit: 200)
            .filter { $0.recipient == item.recipient && $0.message != item.message }
        return followers.isEmpty ? item : try await engine.join(item, followers)
    }

    private func send(_ waiting: OutboxItem, _ engine: DeskEngine) async -> Bool {
        var item = waiting
        do {
            item = try await joined(item, engine)
            let messages = try await messages(of: item, engine)
            guard let message = messages.first, message.id == item.message else {
                _ = try await store.append(Entry(at: clock(), changes: [.outboxDone(item.message)]))
                return true
            }
            let content = messages.count == 1 ? message.content : .text(Casework.Joint.text(messages.map(\.content.text)))
            let outcome = await engine.send(
                OutboundMessage(
                    message: item.message, channel: item.channel, recipient: item.recipient, content: content,
                    author: message.author, attempt: item.attempts + 1))
            let verdict = Self.judge(outcome, item, options, at: clock(), draw: Double.random(in: 0...1))
            try await write(verdict, item, messages, engine)
            return !verdict.stopsChannel
        } catch {
            logger.error(
                "A send could not be recorded; it is tried again.",
                metadata: [
                    "message": "\(item.message)", "error": "\(error)",
                ])
            try? await Task.sleep(for: .milliseconds(500))
            return true
        }
    }

    /// Those that go out with one item, in order.
    private func messages(of item: OutboxItem, _ engine: DeskEngine) async throws -> [Message] {
        let ids = [item.message] + item.parts
        // At the first try it is what was committed; later its delivery may have changed.
        let atHand = item.attempts == 0 ? engine.outgoing[item.message] : nil
        for id in ids { engine.outgoing[id] = nil }
        if let atHand, item.parts.isEmpty { return [atHand] }
        let found = Dictionary(try await store.messages(ids).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        return ids.compactMap { found[$0] }
    }

    private func write(_ verdict: Verdict, _ item: OutboxItem, _ messages: [Message], _ engine: DeskEngine) async throws {
        guard let message = messages.first else { return }
        if let held = verdict.next, held.state == .held { return try await engine.refused(held, message) }
        // First, and twice does no harm: nothing is left unanswered where the desk ends in between.
        if verdict.wantsPerson { try await engine.passOn(message, because: verdict.next?.reason ?? "") }
        var entry = Entry(at: clock())
        switch verdict.next {
        case nil: entry.changes.append(.outboxDone(item.message))
        case let next?: entry.changes.append(.outbox(next))
        }
        if let delivery = verdict.delivery {
            // The platform's id is unique within the channel: the first of the texts bears it.
            for part in messages {
                let isFirst = part.id == message.id
                DeskEngine.put(
                    part, delivery, isFirst ? verdict.externalID : nil, further: isFirst ? verdict.further : [], into: &entry)
            }
            if delivery == .sent, messages.count > 1 {
                entry.changes.append(
                    SentTogether.kept(messages.dropFirst().map(\.id), with: message.id, at: clock()))
            }
            if let parts = verdict.parts { entry.changes.append(MessageParts.kept(parts, of: message.id, at: clock())) }
        }
        if verdict.stopsChannel {
            entry.events.append(
                Event.Draft(
                    .channelFailed, conversation: message.conversation, customer: message.customer, channel: item.channel,
                    payload: ["message": .string(verdict.next?.reason ?? "misconfigured")]))
            logger.error(
                "A channel is misconfigured; its outbox rests.",
                metadata: [
                    "channel": "\(item.channel)", "reason": "\(verdict.next?.reason ?? "")",
                ])
        }
        _ = try await store.append(entry)
        if verdict.delivery == .sent { await engine.takeEarlyReports(verdict.externalIDs, item.channel) }
    }
}

extension Outbox {
    /// What follows from one try.
    struct Verdict: Sendable, Hashable {
        /// The item as it stays in the outbox; nil: it is done.
        var next: OutboxItem?
        var delivery: Delivery?
        var externalID: String?
        /// Ids of the platform's other messages, where it became several.
        var further: [String] = []
        var stopsChannel = false
        /// What the machine could not say, somebody must.
        var wantsPerson = false

        var externalIDs: [String] { (externalID.map { [$0] } ?? []) + further }
        var parts: MessageParts? { further.isEmpty ? nil : MessageParts(externalIDs) }
    }

    static func judge(
        _ outcome: SendOutcome, _ item: OutboxItem, _ options: OutboxOptions, at now: Instant, draw: Double
    ) -> Verdict {
        var next = item
        next.attempts += 1
        switch outcome {
        case .sent(let externalID, let further):
            return Verdict(delivery: .sent, externalID: externalID, further: further)
        case .retry(let reason, let after):
            next.reason = reason
            guard next.attempts < options.attempts else {
                next.state = .dead
                return Verdict(next: next, delivery: .failed(reason: reason))
            }
            next.dueAt = now + (after ?? options.backoff.delay(after: next.attempts, draw: draw))
            return Verdict(next: next)
        case .held(let reason):
            next.state = .held
            next.reason = reason
            return Verdict(next: next)
        case .failed(let reason):
            next.state = .dead
            next.reason = reason
            return Verdict(next: next, delivery: .failed(reason: reason))
        case .withheld(let reason):
            next.state = .dead
            next.reason = reason
            return Verdict(next: next, delivery: .failed(reason: reason), wantsPerson: true)
        case .misconfigured(let reason):
            next.attempts = item.attempts
            next.reason = reason
            next.dueAt = now + options.rest
            return Verdict(next: next, stopsChannel: true)
        }
    }
}

extension DeskEngine {
    /// The platform takes no more until the customer writes again: the reply goes another way, or the conversation remembers it.
    func refused(_ item: OutboxItem, _ message: Message) async throws {
        try await inTurn(of: message.conversation) { work, settlement in
            work.refused(item, by: message.author)
            await settlement.finish(&work)
            _ = try await self.commit(work)
        }
    }

    /// What the machine may not say is left to a person, where none has the conversation.
    func passOn(_ message: Message, because reason: String) async throws {
        try await inTurn(of: message.conversation) { work, settlement in
            guard work.conversation.state == .bot, case .bot(let rule) = message.author else { return }
            let note = "The answer of \(rule) was not sent (\(reason)); please take over."
            await settlement.handOff(to: nil, note: note, by: rule, &work)
            await settlement.finish(&work)
            _ = try await self.commit(work)
        }
    }

    /// Joins as many texts of the machine as stand one behind the other and fit into one message.
    /// - Parameter followers: what waits for the same customer behind `head`, in order.
    func join(_ head: OutboxItem, _ followers: [OutboxItem]) async throws -> OutboxItem {
        let ids = [head.message] + head.parts + followers.flatMap { [$0.message] + $0.parts }
        let messages = Dictionary(try await store.messages(ids).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        func texts(_ item: OutboxItem) -> [Message] { ([item.message] + item.parts).compactMap { messages[$0] } }
        guard texts(head).allSatisfy({ Casework.Joint.isMachineText($0.content, by: $0.author) }) else { return head }
        let limit = plugins.manifest(ofChannel: head.channel)?.capabilities.textLimit
        var joint = Casework.Joint(
            item: head, change: 0, byteCount: Casework.Joint.text(texts(head).map(\.content.text)).utf8.count, limit: limit)
        var joined: [OutboxItem] = []
        for follower in followers {
            let texts = texts(follower)
            guard follower.conversation == head.conversation, follower.attempts == 0, let first = texts.first else { break }
            let text = Casework.Joint.text(texts.map(\.content.text))
            guard joint.takes(.text(text), by: first.author),
                texts.allSatisfy({ Casework.Joint.isMachineText($0.content, by: $0.author) })
            else { break }
            joint.byteCount += 1 + text.utf8.count
            joined.append(follower)
        }
        guard !joined.isEmpty else { return head }
        return try await inTurn(of: head.conversation) { work, _ in
            let item = work.join(head, joined)
            _ = try await self.commit(work)
            return item
        }
    }
}
