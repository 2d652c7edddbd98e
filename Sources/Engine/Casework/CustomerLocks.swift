// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Turns: what concerns one customer is done one after the other, in order of arrival; different customers in parallel.
///
/// A turn is waited for without holding a thread. Cancelling a waiter does not take it out of the line: its message may be half
/// way to the disk.
final class CustomerLocks: Sendable {
    /// More than this many waiting for one customer is a flood.
    private let bound: Int
    private let stripes: [Stripe]

    private final class Stripe: Sendable {
        let lines = Mutex<[Int64: [CheckedContinuation<Void, Never>]]>([:])
    }

    init(bound: Int = 512) {
        self.bound = bound
        stripes = (0..<64).map { _ in Stripe() }
    }

    /// Runs `work` when it is this key's turn.
    func withTurn<Result>(
        _ key: Int64, _ work: () async throws -> Result
    ) async throws -> Result {
        let stripe = stripes[Int(truncatingIfNeeded: UInt64(bitPattern: key) % 64)]
        try await enter(key, stripe)
        defer { leave(key, stripe) }
        return try await work()
    }

    private func enter(_ key: Int64, _ stripe: Stripe) async throws {
        let isFull = stripe.lines.withLock { lines in lines[key].map { $0.count >= bound } ?? false }
        if isFull { throw DeskError(.limited, "Too many messages of one customer at once; send again in a second.") }
        await withCheckedContinuation { turn in
            let isFree = stripe.lines.withLock { lines in
                guard lines[key] != nil else {
                    lines[key] = []
                    return true
                }
                lines[key]?.append(turn)
                return false
            }
            if isFree { turn.resume() }
        }
    }

    private func leave(_ key: Int64, _ stripe: Stripe) {
        let next: CheckedContinuation<Void, Never>? = stripe.lines.withLock { lines in
            guard var line = lines[key], !line.isEmpty else {
                lines[key] = nil
                return nil
            }
            let first = line.removeFirst()
            lines[key] = line
            return first
        }
        next?.resume()
    }
}
