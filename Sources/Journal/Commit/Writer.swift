// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import GRDB

/// Takes what has gathered in the queue and commits it as one group: one fsync for all of them.
///
/// Runs in a task that no request owns, because GRDB rolls back the write of a cancelled task.
struct Writer: Sendable {
    let pool: DatabasePool
    let vault: Vault
    let queue: AppendQueue
    let tide: Tide
    let checkpointer: Checkpointer
    let clock: Clock

    /// Ends when the queue is closed and empty.
    func run() async {
        var lastPurge = Instant(milliseconds: 0)
        while let group = await queue.next() {
            let begin = ContinuousClock.now
            let now = clock()
            let purges = lastPurge + .seconds(60) <= now
            if purges { lastPurge = now }
            let results = await commit(group.map(\.entry), purgingAt: purges ? now : nil)
            for (item, result) in zip(group, results) { item.outcome.settle(result) }
            if let pause = Self.pause(after: group.count) { try? await Task.sleep(until: begin + pause) }
        }
    }

    /// How long after the begin of a group the next one begins at the earliest. A commit costs about the same for one entry and
    /// for ten: where many come at once they wait for each other, and whoever writes alone or among few waits for nobody.
    static func pause(after count: Int) -> Duration? { count < 4 ? nil : .milliseconds(3) }

    /// Commits the group, and if one of its entries is bad, once more with a savepoint around each.
    private func commit(_ entries: [PreparedEntry], purgingAt now: Instant?) async -> [Result<Receipt, any Error>] {
        do {
            return try await write(entries, purgingAt: now) { entry, group in try .success(group.apply(entry)) }
        } catch let error where error.concernsOneEntry && entries.count > 1 {
            do {
                return try await write(entries, purgingAt: nil, Self.applyAlone)
            } catch {
                return entries.map { _ in .failure(error) }
            }
        } catch {
            return entries.map { _ in .failure(error) }
        }
    }

    private func write(
        _ entries: [PreparedEntry], purgingAt now: Instant?,
        _ apply: @Sendable (PreparedEntry, inout GroupTransaction) throws -> Result<Receipt, any Error>
    ) async throws(StoreError) -> [Result<Receipt, any Error>] {
        do {
            return try await pool.writeWithoutTransaction { db in
                checkpointer.finishIfAsked(on: db)
                var results: [Result<Receipt, any Error>] = []
                results.reserveCapacity(entries.count)
                var events: [Event] = []
                try db.inTransaction(.immediate) {
                    var group = try GroupTransaction(db: db, vault: vault)
                    for entry in entries { try results.append(apply(entry, &group)) }
                    try group.flush()
                    if let now { try group.purge(expiredBefore: now) }
                    events = group.events
                    return .commit
                }
                tide.rise(with: events)
                return results
            }
        } catch let error as StoreError {
            throw error
        } catch let error as DatabaseError {
            throw StoreError(error)
        } catch {
            throw StoreError(code: .io, message: "The database could not be written: \(error).")
        }
    }

    private static func applyAlone(
        _ entry: PreparedEntry, to group: inout GroupTransaction
    ) throws -> Result<Receipt, any Error> {
        var trial = group
        do {
            var receipt: Receipt?
            try group.db.inSavepoint {
                receipt = try trial.apply(entry)
                try trial.flush()
                return .commit
            }
            group = trial
            return receipt.map { .success($0) } ?? .failure(StoreError.closed)
        } catch let error as DatabaseError {
            guard StoreError(error).concernsOneEntry else { throw error }
            return .failure(StoreError(error))
        } catch let error as StoreError where error.concernsOneEntry {
            return .failure(error)
        }
    }
}
