// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Rules
import Synchronization

/// A candidate that decides everything once more, after the live set has: it follows the decision log, so that no message waits for it.
final class ShadowRun: Sendable {
    private let state: Mutex<(report: ReplayReport, task: Task<Void, Never>?)>

    init(_ generation: Generation) { state = Mutex((ReplayReport(ruleSet: generation.set.id), nil)) }

    /// What differed so far.
    var report: ReplayReport { state.withLock { $0.report } }

    func start(_ generation: Generation, _ replayer: Replayer, failed: @escaping @Sendable (any Error) -> Void) {
        // Now, not when the task gets its turn: what is decided until then counts, too.
        let head = replayer.head
        // Ends with `stop`.
        let task = Task {
            do {
                try await replayer.follow(generation, after: head) { settlement in
                    self.state.withLock { $0.report.add(settlement) }
                }
            } catch is CancellationError {} catch { failed(error) }
        }
        state.withLock { $0.task = task }
    }

    func stop() { state.withLock { $0.task }?.cancel() }
}
