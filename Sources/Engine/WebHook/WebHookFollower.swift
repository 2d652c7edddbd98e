// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Logging
import Plugins
import Synchronization

/// Tells one web hook the journal: in order, one event at a time, each until it is taken. How far it has got is on disk.
final class WebHookFollower: Sendable {
    typealias Send = @Sendable (WebHook.Request) async -> Result<OutgoingResponse, HTTPFailure>

    let hook: WebHook
    private let store: any EventStore
    private let clock: Clock
    private let backoff: Backoff
    private let logger: Logger
    private let send: Send
    private let state: Mutex<State>

    private struct State {
        /// The seq up to which everything has been told.
        var position: Seq
        /// What of that is on disk.
        var kept: Seq
        var status: WebHookStatus
        var isStopping = false
    }

    init(
        _ hook: WebHook, from position: Seq, store: any EventStore, clock: @escaping Clock, backoff: Backoff, logger: Logger,
        send: @escaping Send
    ) {
        self.hook = hook
        self.store = store
        self.clock = clock
        self.backoff = backoff
        self.logger = logger
        self.send = send
        state = Mutex(State(position: position, kept: position, status: WebHookStatus()))
    }

    var status: (status: WebHookStatus, position: Seq) { state.withLock { ($0.status, $0.position) } }

    /// Begins nothing more, and says nothing of what breaks off.
    func stop() { state.withLock { $0.isStopping = true } }
    private var isStopping: Bool { Task.isCancelled || state.withLock { $0.isStopping } }

    /// Runs until stopped or cancelled.
    func run() async {
        while !isStopping {
            do { try await tellNext() } catch is CancellationError { return } catch {
                if isStopping { return }
                logger.error(
                    "A web hook could not read the journal.", metadata: ["hook": "\(hook.name)", "error": "\(error)"])
                try? await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    /// The events that there are, or, where there are none, waits for some.
    private func tellNext() async throws {
        let position = state.withLock { $0.position }
        // Before the question: what comes meanwhile is not passed over.
        let head = store.head
        let events = try await store.events(after: position, limit: 200, matching: EventFilter(kinds: hook.kinds))
        for event in events {
            guard try await tell(event) else { return }
            try await keep(event.seq)
        }
        guard events.isEmpty else { return }
        let kept = state.withLock { state in
            state.position = max(state.position, head)
            return state.kept
        }
        // Otherwise a start would look through all that did not concern this hook.
        if head - kept > 10_000 { try await keep(head) }
        try await store.waitForEvent(after: max(position, head))
    }

    /// - Returns: false if it was stopped before the event was taken.
    private func tell(_ event: Event) async throws -> Bool {
        var attempt = 1
        state.withLock { $0.status.began(event) }
        while !isStopping {
            let answer = await send(hook.request(for: event, attempt: attempt, at: clock()))
            if isStopping, (try? answer.get()) == nil { return false }
            let verdict = WebHook.judge(answer, attempt: attempt, backoff: backoff, draw: Double.random(in: 0...1))
            let now = clock()
            let isNew = state.withLock { $0.status.note(verdict, attempt: attempt, at: now) }
            switch verdict {
            case .taken: return true
            case .refused(let reason):
                logger.error(
                    "A web hook refuses an event, which is left out.",
                    metadata: ["hook": "\(hook.name)", "seq": "\(event.seq)", "reason": "\(reason)"])
                return true
            case .again(let pause, let reason):
                if isNew {
                    logger.warning(
                        "A web hook does not take an event; it is tried again.",
                        metadata: ["hook": "\(hook.name)", "seq": "\(event.seq)", "reason": "\(reason)"])
                }
                try await Task.sleep(for: pause)
                attempt += 1
            }
        }
        return false
    }

    /// Told again after a crash between the answer and this: at least once.
    private func keep(_ seq: Seq) async throws {
        _ = try await store.append(Entry(at: clock(), changes: [WebHooks.kept(seq, of: hook.name)]))
        state.withLock { state in
            state.position = max(state.position, seq)
            state.kept = seq
        }
    }
}
