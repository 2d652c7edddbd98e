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

    private func send(_ item: OutboxItem, _ engine: DeskEngine) async -> Bool {
        do {
            // At the first try it is what was committed; later its delivery may have changed.
            let atHand = item.attempts == 0 ? engine.outgoing[item.message] : nil
            engine.outgoing[item.message] = nil
            let read = atHand == nil ? try await store.message(item.message) : nil
            guard let message = atHand ?? read else {
                _ = try await store.append(Entry(at: clock(), changes: [.outboxDone(item.message)]))
                return true
            }
            let outcome = await engine.send(
                OutboundMessage(
                    message: item.message, channel: item.channel, recipient: item.recipient, content: message.content,
                    author: message.author, attempt: item.attempts + 1))
            let verdict = Self.judge(outcome, item, options, at: clock(), draw: Double.random(in: 0...1))
            try await write(verdict, item, message, engine)
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

    private func write(_ verdict: Verdict, _ item: OutboxItem, _ message: Message, _ engine: DeskEngine) async throws {
        var entry = Entry(at: clock())
        switch verdict.next {
        case nil: entry.changes.append(.outboxDone(item.message))
        case let next?: entry.changes.append(.outbox(next))
        }
        if let delivery = verdict.delivery {
            DeskEngine.put(message, delivery, verdict.externalID, into: &entry)
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
        if verdict.next?.state == .held { try await engine.hold(message) }
    }
}

extension Outbox {
    /// What follows from one try.
    struct Verdict: Sendable, Hashable {
        /// The item as it stays in the outbox; nil: it is done.
        var next: OutboxItem?
        var delivery: Delivery?
        var externalID: String?
        var stopsChannel = false
    }

    static func judge(
        _ outcome: SendOutcome, _ item: OutboxItem, _ options: OutboxOptions, at now: Instant, draw: Double
    ) -> Verdict {
        var next = item
        next.attempts += 1
        switch outcome {
        case .sent(let externalID): return Verdict(delivery: .sent, externalID: externalID)
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
        case .misconfigured(let reason):
            next.attempts = item.attempts
            next.reason = reason
            next.dueAt = now + options.rest
            return Verdict(next: next, stopsChannel: true)
        }
    }
}

extension DeskEngine {
    /// The platform takes no more until the customer writes again: the conversation remembers what waits.
    func hold(_ message: Message) async throws {
        try await inTurn(of: message.conversation) { work, settlement in
            work.conversation.hold(message.id)
            await settlement.finish(&work)
            _ = try await self.commit(work)
        }
    }
}
