// SPDX-License-Identifier: Apache-2.0
import Desk
import Synchronization

/// A replay that runs beside the desk: looked at and cancelled by its id.
package final class ReplayJob: Sendable {
    /// Counts up from 1 in each process: `r1`.
    package let id: String
    /// Who asked for it.
    package let by: String
    /// When it began.
    package let startedAt: Instant

    private enum Phase { case running, done(ReplayReport), failed(String), cancelled }
    private struct State {
        var phase = Phase.running
        var count = 0
        var progress = 0.0
        var task: Task<Void, Never>?
    }
    private let state = Mutex(State())

    init(id: String, by: String, at now: Instant) {
        self.id = id
        self.by = by
        startedAt = now
    }

    package var isRunning: Bool { state.withLock { if case .running = $0.phase { true } else { false } } }

    func start(_ run: @escaping @Sendable () async throws -> ReplayReport) {
        // Ends by itself at the end of the log, or by `cancel`.
        let task = Task {
            let phase: Phase
            do { phase = .done(try await run()) } catch is CancellationError { phase = .cancelled } catch {
                phase = .failed("\(error)")
            }
            state.withLock { state in
                state.phase = phase
                if case .done(let report) = phase { state.count = report.count; state.progress = 1 }
                state.task = nil
            }
        }
        state.withLock { if case .running = $0.phase { $0.task = task } }
    }

    func note(_ count: Int, _ progress: Double) {
        state.withLock {
            $0.count = count; $0.progress = progress
        }
    }

    package func cancel() { state.withLock { $0.task }?.cancel() }

    /// As the API shows it.
    package var value: Value {
        state.withLock { state in
            var value: Value = [
                "id": .string(id), "by": .string(by), "started_at": .string(startedAt.rfc3339),
                "decisions": Value(state.count), "progress": .double(state.progress),
            ]
            switch state.phase {
            case .running: value["state"] = "running"
            case .done(let report): value["state"] = "done"; value["report"] = report.value
            case .failed(let reason): value["state"] = "failed"; value["reason"] = .string(reason)
            case .cancelled: value["state"] = "cancelled"
            }
            return value
        }
    }
}
