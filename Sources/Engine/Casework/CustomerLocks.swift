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
        let lines = Mutex<[Int64: [Waiter]]>([:])
    }

    /// Somebody in a line; told whose turn it has become.
    private struct Waiter {
        let turn: CheckedContinuation<Int64, Never>
        /// Goes where the line is moved to.
        let isMovable: Bool
    }

    init(bound: Int = 512) {
        self.bound = bound
        stripes = (0..<64).map { _ in Stripe() }
    }

    /// Runs `work` when it is this key's turn.
    func withTurn<Result>(
        _ key: Int64, _ work: () async throws -> Result
    ) async throws -> Result {
        _ = try await enter(key)
        defer { leave(key) }
        return try await work()
    }

    /// Runs `work` in the turn of whoever is the owner when the turn has come.
    ///
    /// A wrong turn is given up only after a place in the right line is taken: who came first stays first.
    /// - Parameter owner: asked in each turn, with its key; whose turn it ought to be.
    func withTurn<Result>(
        _ key: Int64, ownedBy owner: (Int64) async throws -> Int64, _ work: (Int64) async throws -> Result
    ) async throws -> Result {
        var held = try await enter(key, isMovable: true)
        while true {
            let right: Int64
            do { right = try await owner(held) } catch {
                leave(held)
                throw error
            }
            if right == held {
                defer { leave(held) }
                return try await work(held)
            }
            let wrong = held
            held = await place(right, isMovable: true) { self.leave(wrong) }
        }
    }

    /// Runs `work` when it is the turn of all keys; they are waited for from the smallest up, so that two never wait for each other.
    func withTurns<Result>(_ keys: Set<Int64>, _ work: () async throws -> Result) async throws -> Result {
        var held: [Int64] = []
        defer { for key in held.reversed() { leave(key) } }
        for key in keys.sorted() {
            _ = try await enter(key)
            held.append(key)
        }
        return try await work()
    }

    /// Who waits for one key waits for another from now on, in the same order; to be called in the turn of both.
    func redirect(_ key: Int64, to other: Int64) {
        let moved = stripe(key).lines.withLock { lines in
            let moved = lines[key]?.filter(\.isMovable) ?? []
            lines[key]?.removeAll(where: \.isMovable)
            return moved
        }
        stripe(other).lines.withLock { $0[other]?.append(contentsOf: moved) }
    }

    /// How many wait behind whoever has the turn.
    func waiting(for key: Int64) -> Int { stripe(key).lines.withLock { $0[key]?.count ?? 0 } }

    private func stripe(_ key: Int64) -> Stripe { stripes[Int(truncatingIfNeeded: UInt64(bitPattern: key) % 64)] }

    /// - Returns: whose turn it has become.
    private func enter(_ key: Int64, isMovable: Bool = false) async throws -> Int64 {
        let isFull = stripe(key).lines.withLock { lines in lines[key].map { $0.count >= bound } ?? false }
        if isFull { throw DeskError(.limited, "Too many messages of one customer at once; send again in a second.") }
        return await place(key, isMovable: isMovable) {}
    }

    /// Takes a place in a line, does `then` at once, and waits.
    private func place(_ key: Int64, isMovable: Bool, then: () -> Void) async -> Int64 {
        await withCheckedContinuation { turn in
            let isFree = stripe(key).lines.withLock { lines in
                guard lines[key] != nil else {
                    lines[key] = []
                    return true
                }
                lines[key]?.append(Waiter(turn: turn, isMovable: isMovable))
                return false
            }
            then()
            if isFree { turn.resume(returning: key) }
        }
    }

    private func leave(_ key: Int64) {
        let next: CheckedContinuation<Int64, Never>? = stripe(key).lines.withLock { lines in
            guard var line = lines[key], !line.isEmpty else {
                lines[key] = nil
                return nil
            }
            let first = line.removeFirst()
            lines[key] = line
            return first.turn
        }
        next?.resume(returning: key)
    }
}
