// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Logging
import NIOCore
import NIOWebSocket
import Synchronization

/// One live socket: two tasks that read and tell, a third while there is something to work off, and a pulse that the desk of sockets
/// looks at.
///
/// Frames of one socket are worked off one after the other, so its acks come in order. What it is told passes through one task only:
/// `ready`, events and the acks they release keep their order.
///
/// A task keeps the room that its deepest call needed until it ends; what a frame asks for goes deep. So whoever works frames off ends
/// with the last of them: thousands of sockets that say nothing hold nothing of it.
final class LiveSocket: Sendable {
    private typealias Inbound = NIOAsyncChannelInboundStream<WebSocketFrame>

    private struct State {
        var pulse: SocketPulse
        var acks = AckGate()
        var party: LiveParty?
        var subscription: LiveSubscription?
        var isClosing = false
        var strikes = 0
        /// What the client said and is still to be done, and who does it.
        var window: [[UInt8]] = []
        var worker: Task<Void, Never>?
        var rate: TokenBucket
    }
    private let state: Mutex<State>
    private let channel: any Channel
    private let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
    private let door: LiveDoor
    private let limits: ServerLimits
    private let logger: Logger
    /// Subscriptions to tell from, each after the one before has been closed.
    private let listening = Mailbox<Telling>(capacity: 16)

    private struct Telling {
        let party: LiveParty
        let subscription: LiveSubscription
        /// What came up to here the client has, or does not want.
        let base: Seq
    }

    init(
        channel: any Channel, outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>, door: LiveDoor, limits: ServerLimits,
        logger: Logger
    ) {
        self.channel = channel
        self.outbound = outbound
        self.door = door
        self.limits = limits
        self.logger = logger
        let rate = TokenBucket(rate: limits.frameRate, burst: limits.frameBurst, now: .systemNow())
        state = Mutex(State(pulse: SocketPulse(limits: limits, now: .now), rate: rate))
    }

    /// Runs until either end closes.
    func run(_ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>, _ request: SocketRequest) async {
        if let token = request.token {
            state.withLock { state in
                state.worker = Task {
                    await self.greet(token: token, after: request.after)
                    await self.workOff()
                }
            }
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.tell() }
            await self.read(inbound)
            group.cancelAll()
        }
        let worker = state.withLock { $0.worker }
        worker?.cancel()
        await worker?.value
        state.withLock { $0.subscription }?.close()
    }

    // MARK: - Reading

    private func read(_ inbound: Inbound) async {
        var assembler = FrameAssembler(limit: limits.frameBytes)
        do {
            for try await frame in inbound {
                let isClosing = state.withLock { state in
                    state.pulse.hear(at: .now)
                    return state.isClosing
                }
                // Having said goodbye we wait for the peer's goodbye only; what it says before counts no more.
                if isClosing, frame.opcode != .connectionClose { continue }
                switch assembler.take(frame) {
                case .heard: break
                case .message(let bytes): if !put(bytes) { await refuse(bytes) }
                case .pong(let data): await write([WebSocketFrame(fin: true, opcode: .pong, data: data)])
                case .fail(let close): self.close(close)
                case .close(let close):
                    self.close(close)
                    return
                }
            }
        } catch {
            logger.trace("A live socket was lost.", metadata: ["error": "\(error)"])
        }
    }

    /// A frame too many. One who waits for acks never comes here; who goes on nevertheless is cut.
    private func refuse(_ bytes: [UInt8]) async {
        let strikes = state.withLock { state in
            state.strikes += 1
            return state.strikes
        }
        guard strikes <= limits.strikes else { return close(.flood) }
        let clientID = (try? Value(json: bytes, depth: 32))?["client_id"]?.string
        await send(.error("limited", "Too many frames at once; send this one again later.", clientID: clientID))
    }

    // MARK: - Working off

    /// - Returns: false if too much waits already, or nothing is done any more.
    private func put(_ bytes: [UInt8]) -> Bool {
        state.withLock { state in
            guard !state.isClosing, state.window.count < limits.window else { return false }
            state.window.append(bytes)
            if state.worker == nil { state.worker = Task { await self.workOff() } }
            return true
        }
    }

    /// Until nothing waits.
    private func workOff() async {
        while let bytes = next() {
            while let wait = state.withLock({ $0.rate.take(at: .systemNow()) }) {
                guard (try? await Task.sleep(for: wait)) != nil else { return }
            }
            guard !state.withLock({ $0.isClosing }) else { return }
            await handle(bytes)
        }
    }

    private func next() -> [UInt8]? {
        state.withLock { state in
            guard !state.isClosing, !state.window.isEmpty else {
                state.worker = nil
                return nil
            }
            return state.window.removeFirst()
        }
    }

    private func handle(_ bytes: [UInt8]) async {
        let frame: ClientFrame
        do { frame = try ClientFrame(json: bytes) } catch { return await send(.error(error)) }
        switch (frame, state.withLock { $0.party }) {
        case (.hello(let token, let after), _): await greet(token: token, after: after)
        case (_, nil):
            await send(.error("unauthorized", "Say hello with a token first.", clientID: frame.clientID))
        case (.resume(let after), let party?): listen(as: party, after: after)
        case (_, let party?):
            do {
                if let ack = try await door.perform(frame, by: party) { await acknowledge(ack) }
            } catch {
                await send(.error(error, clientID: frame.clientID))
            }
        }
    }

    private func greet(token: String, after: Seq?) async {
        do {
            let party = try await door.party(token: token)
            state.withLock { state in
                state.party = party
                state.pulse.greeted()
            }
            listen(as: party, after: after)
        } catch {
            await send(.error(error))
            let isRefused = [.unauthorized, .forbidden].contains((error as? DeskError)?.code)
            close(isRefused ? .unauthorized : .fault)
        }
    }

    private func listen(as party: LiveParty, after: Seq?) {
        let subscription = door.listen(party, after: after, capacity: limits.backlog)
        let earlier = state.withLock { state in
            let earlier = state.subscription
            state.subscription = subscription
            return earlier
        }
        earlier?.close()
        let base = min(after ?? subscription.start, subscription.start)
        if !listening.put(Telling(party: party, subscription: subscription, base: base)) { close(.flood) }
    }

    private func acknowledge(_ ack: ServerFrame) async {
        let bytes = ack.json
        if state.withLock({ $0.acks.admits(bytes, seq: ack.seq ?? 0) }) { await write(bytes) }
    }

    // MARK: - Telling

    private func tell() async {
        while let telling = await listening.next() {
            let (party, subscription) = (telling.party, telling.subscription)
            let heartbeat = Int(limits.pingInterval.components.seconds)
            await send(.ready(party, seq: subscription.start, heartbeat: heartbeat, faq: door.commonQuestions(for: party)))
            let acks = state.withLock { state in
                state.acks.begin(at: telling.base)
                return state.acks.passed(telling.base)
            }
            await write(acks)
            do {
                var frames = subscription.makeAsyncIterator()
                while let batch = try await frames.batch(atMost: 64) {
                    var told: [[UInt8]] = []
                    var last: Seq?
                    for frame in batch {
                        guard let frame = await ServerFrame(frame, for: party, names: door.names, engine: door.engine) else {
                            continue
                        }
                        told.append(frame.json)
                        last = frame.seq ?? last
                    }
                    await write(told)
                    // Only now: what an ack lets the client count as seen is on its way.
                    if let last { await write(state.withLock { $0.acks.passed(last) }) }
                }
            } catch is LiveOverflow {
                return close(.tooSlow)
            } catch is CancellationError {
                return
            } catch {
                logger.warning("A live socket cannot be told what happened.", metadata: ["error": "\(error)"])
                return close(.fault)
            }
        }
    }

    // MARK: - Writing

    private func send(_ frame: ServerFrame) async { await write(frame.json) }

    private func write(_ bytes: [UInt8]) async { await write([bytes]) }

    private func write(_ texts: [[UInt8]]) async {
        guard !texts.isEmpty else { return }
        await write(texts.map { WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(bytes: $0)) })
    }

    /// Together, so that they leave in one go. Waits for the reader; the pulse knows since when. Nothing is said after the close
    /// frame.
    private func write(_ frames: [WebSocketFrame]) async {
        let isClosing = state.withLock { state in
            if !state.isClosing { state.pulse.beginWrite(at: .now) }
            return state.isClosing
        }
        guard !isClosing else { return }
        // A peer that is gone is seen by the reading task.
        try? await outbound.write(contentsOf: frames)
        state.withLock { $0.pulse.endWrite(at: .now) }
    }

    // MARK: - Ending

    /// Called once a second.
    func tick(at now: ContinuousClock.Instant) {
        let action = state.withLock { $0.isClosing ? .nothing : $0.pulse.tick(at: now) }
        switch action {
        case .nothing: break
        case .ping: channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer()), promise: nil)
        case .cut(let close): self.close(close)
        }
    }

    /// Says why, behind what has been said already, and ends the connection when the peer has answered, at the latest after 2 s.
    ///
    /// Goes past the writer on purpose: it may be waiting for a reader who never comes.
    func close(_ reason: SocketClose) {
        let isFirst = state.withLock { state in
            defer { state.isClosing = true }
            return !state.isClosing
        }
        guard isFirst else { return }
        channel.writeAndFlush(reason.frame, promise: nil)
        let channel = channel
        channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
    }
}

extension ClientFrame {
    fileprivate var clientID: String? { if case .message(let clientID, _, _, _) = self { clientID } else { nil } }
}
