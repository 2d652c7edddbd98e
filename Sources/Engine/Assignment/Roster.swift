// SPDX-License-Identifier: Apache-2.0
import Desk
import Synchronization

/// The switchboard under its lock, with a view for rules that is made at most every 50 ms.
final class Roster: Sendable {
    private struct State {
        var board = Switchboard()
        var view: (made: Instant, view: DeskView)?
    }
    private let state = Mutex(State())

    func read<Result: Sendable>(_ body: (borrowing Switchboard) -> Result) -> Result { state.withLock { body($0.board) } }

    func change<Result: Sendable>(_ body: (inout Switchboard) -> Result) -> Result {
        state.withLock { state in
            defer { state.view = nil }
            return body(&state.board)
        }
    }

    /// Cheap for each message: only what changed the picture makes a new view.
    func note(_ conversation: Conversation) {
        state.withLock { state in
            let before = state.board.queue.count
            state.board.note(conversation)
            if before != state.board.queue.count { state.view = nil }
        }
    }

    /// The next conversation for somebody free; asked after each commit, so it leaves the view alone where nothing is given.
    func next(at now: Instant) -> (waiting: Switchboard.Waiting, agent: ID<Agent>)? {
        state.withLock { state in
            guard !state.board.queue.isEmpty, let found = state.board.next(at: now) else { return nil }
            state.view = nil
            return found
        }
    }

    func forget(_ conversation: ID<Conversation>) { change { $0.forget(conversation) } }

    func view(at now: Instant) -> DeskView {
        state.withLock { state in
            if let (made, view) = state.view, now - made < .milliseconds(50), made <= now { return view }
            let view = state.board.view(at: now)
            state.view = (now, view)
            return view
        }
    }
}
