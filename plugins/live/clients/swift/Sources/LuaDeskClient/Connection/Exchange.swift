// SPDX-License-Identifier: Apache-2.0
import Foundation

/// One request and its answer, given to whoever waits: once, and at once when they are cancelled.
///
/// Not `URLSession.data(for:)`. On Linux (corelibs of 6.3) its cancellation waits for the session's queue while the
/// runtime holds the task's lock, and that queue may wait for the same lock to say that the request failed: a deadlock.
/// And a request that is cancelled while it fails by itself ends the process ("Trying to access a behaviour for a task
/// that in not in the registry"). Both were seen here, when a desk is killed and the client connects anew at the same
/// moment. So on Linux requests are given up instead: they end by themselves, a long poll after 40 s at most.
final class Exchange: @unchecked Sendable {
    typealias Answer = Result<(Data, status: Int), any Error>
    // All guarded by `lock`.
    private var continuation: CheckedContinuation<(Data, status: Int), any Error>?
    private var isCancelled = false
    private var abort: (@Sendable () -> Void)?
    private let lock = NSLock()

    func begin(_ continuation: CheckedContinuation<(Data, status: Int), any Error>) {
        let isLate = lock.withLock {
            if !isCancelled { self.continuation = continuation }
            return isCancelled
        }
        if isLate { continuation.resume(throwing: CancellationError()) }
    }

    /// The first answer counts.
    func end(_ answer: Answer) {
        let waiting = lock.withLock {
            abort = nil
            return continuation.take()
        }
        waiting?.resume(with: answer)
    }

    /// What stops the request itself; not used on Linux.
    func onCancel(_ abort: @escaping @Sendable () -> Void) {
        #if !canImport(FoundationNetworking)
        let isLate = lock.withLock {
            if !isCancelled { self.abort = abort }
            return isCancelled
        }
        if isLate { abort() }
        #endif
    }

    func cancel() {
        let abort = lock.withLock {
            isCancelled = true
            return self.abort
        }
        abort?()
        end(.failure(CancellationError()))
    }
}
