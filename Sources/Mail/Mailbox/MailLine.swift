// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// A thread of its own for calls that wait for a mail server; one call at a time, in their order.
///
/// A slow mailbox holds up its own line and nothing else.
final class MailLine: Sendable {
    private let jobs = Mutex<(queue: [@Sendable () -> Void], isClosed: Bool)>(([], false))
    private let bell = DispatchSemaphore(value: 0)

    init(name: String) {
        let thread = Thread { self.run() }
        thread.name = name
        // Room for a parser's recursion into hostile messages.
        thread.stackSize = 4 << 20
        thread.start()
    }

    /// Ends the thread after the calls that were handed in.
    func close() {
        jobs.withLock { $0.isClosed = true }
        bell.signal()
    }

    /// Runs `body` on the thread and waits for it, also when the task is cancelled.
    func perform<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            jobs.withLock { $0.queue.append { continuation.resume(with: Swift.Result { try body() }) } }
            bell.signal()
        }
    }

    private func run() {
        while true {
            bell.wait()
            let (next, isClosed) = jobs.withLock { jobs in
                (jobs.queue.isEmpty ? nil : jobs.queue.removeFirst(), jobs.isClosed)
            }
            next?()
            if isClosed, jobs.withLock({ $0.queue.isEmpty }) { return }
        }
    }
}
