// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Logging
import Plugins
import Synchronization

/// Tells one web hook the journal: in order, one POST at a time, each until it is taken. How far it has got is on disk.
final class WebHookFollower: Sendable {
    typealias Send = @Sendable (WebHook.Request) async -> Result<OutgoingResponse, HTTPFailure>

    let hook: WebHook
    private let store: any EventStore
    private let clock: Clock
    private let backoff: Backoff
    private let logger: Logger
    private let send: Send
    private let addressed: @Sendable (Event) -> Value
    private let state: Mutex<State>

    private struct State {
        /// The seq up to which everything has been told.
        var position: Seq
        /// What of that is on disk.
        var kept: Seq
        var status: WebHookStatus
        /// How many events are told at once: all that may be, fewer after one was called wrong.
        var size: Int
        var isStopping = false
    }

    init(
        _ hook: WebHook, from position: Seq, store: any EventStore, clock: @escaping Clock, backoff: Backoff, logger: Logger,
        addressed: @escaping @Sendable (Event) -> Value, send: @escaping Send
    ) {
        self.hook = hook
        self.store = store
        self.clock = clock
        self.backoff = backoff
        self.logger = logger
        self.send = send
        self.addressed = addressed
        state = Mutex(State(position: position, kept: position, status: WebHookStatus(), size: hook.batch))
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
        let events = try await store.events(
            after: position, limit: max(200, hook.batch), matching: EventFilter(kinds: hook.kinds))
        var rest = events[...]
        while !rest.isEmpty {
            guard let count = try await tell(rest) else { return }
            rest = rest.dropFirst(count)
            if let last = events.dropLast(rest.count).last { try await keep(last.seq) }
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

    /// Tells the first of some events, as many as go into one POST.
    /// - Returns: how many are done with; nil if it was stopped before that.
    private func tell(_ events: ArraySlice<Event>) async throws -> Int? {
        guard let first = events.first else { return 0 }
        var attempt = 1
        state.withLock { $0.status.began(first) }
        while !isStopping {
            let size = state.withLock { $0.size }
            let (request, count) = hook.request(
                for: Array(events.prefix(size)), attempt: attempt, at: clock(), addressed: addressed)
            let answer = await send(request)
            if isStopping, (try? answer.get()) == nil { return nil }
            let verdict = WebHook.judge(
                answer, attempt: attempt, count: count, backoff: backoff, draw: Double.random(in: 0...1))
            let now = clock()
            let isNew = state.withLock { state in
                if case .fewer = verdict {
                    state.size = count / 2
                } else if case .again = verdict {
                } else {
                    state.size = min(hook.batch, state.size * 2)
                }
                return state.status.note(verdict, attempt: attempt, count: count, at: now)
            }
            switch verdict {
            case .taken: return count
            case .fewer: attempt = 1
            case .refused(let reason):
                logger.error(
                    "A web hook refuses an event, which is left out.",
                    metadata: ["hook": "\(hook.name)", "seq": "\(first.seq)", "reason": "\(reason)"])
                return 1
            case .again(let pause, let reason):
                if isNew {
                    logger.warning(
                        "A web hook does not take an event; it is tried again.",
                        metadata: ["hook": "\(hook.name)", "seq": "\(first.seq)", "reason": "\(reason)"])
                }
                try await Task.sleep(for: pause)
                attempt += 1
            }
        }
        return nil
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
