// SPDX-License-Identifier: Apache-2.0
import Engine
import Synchronization

/// One long poll: the frames there are, or the first that come.
///
/// What was taken from the subscription is in the answer, whatever ended the wait.
final class LivePoll: Sendable {
    private let taken = Mutex<[LiveFrame]>([])
    private let limit: Int
    /// After a frame, how long for those that come with it: a message and what the rules answered to it.
    private static let rest: Duration = .milliseconds(20)

    /// - Parameter limit: frames at most.
    init(limit: Int) { self.limit = limit }

    var frames: [LiveFrame] { taken.withLock { $0 } }

    /// Waits for the first frame at most `wait`, then a moment for those that come with it.
    func run(_ subscription: LiveSubscription, wait: Duration) async throws {
        let arrivals = Mailbox<Bool>(capacity: limit)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { arrivals.close() }
                for try await frame in subscription {
                    let count = self.taken.withLock { taken in
                        taken.append(frame)
                        return taken.count
                    }
                    _ = arrivals.put(true)
                    if count >= self.limit { return }
                }
            }
            // At least one look at what is there already, also with wait=0.
            var patience = max(wait, .milliseconds(100))
            while frames.count < limit, try await Waiting.atMost(patience, { await arrivals.next() }) == .some(true) {
                patience = Self.rest
            }
            group.cancelAll()
        }
    }
}
