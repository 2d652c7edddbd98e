// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Logging

/// The decision log holds what rules saw of customers, and most of the journal's bytes: it is kept for a time.
extension RuleDesk {
    private static let pause: Duration = .seconds(600)
    /// Rows of one commit: a customer's message must not wait for more.
    private static let batch = 200

    /// Until cancelled.
    func trimLogRegularly() async {
        while (try? await Task.sleep(for: Self.pause)) != nil {
            do { try await trimLog() } catch is CancellationError { return } catch {
                logger.warning("The decision log could not be trimmed.", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Forgets what decisions were made on that are older than is kept.
    func trimLog() async throws {
        let now = options.clock()
        let head = store.head
        let old = try await DecisionLog.seq(before: now - options.decisions.keep, in: store, end: head)
        let through = max(old, head - options.decisions.mostEvents)
        var done = try await store.stored(namespace: "rules", key: "trimmed", now: now)?.int ?? 0
        let filter = EventFilter(kinds: [.decision])
        while done < through {
            try Task.checkCancellation()
            let page = try await store.events(after: done, limit: Self.batch, matching: filter).filter { $0.seq <= through }
            let end = page.count == Self.batch ? page[page.count - 1].seq : through
            _ = try await store.append(
                Entry(
                    at: now,
                    changes: [
                        .trimDecisions(after: done, through: end, limit: Self.batch),
                        .stored(namespace: "rules", key: "trimmed", value: .int(end), expires: nil),
                    ]))
            done = end
        }
    }
}
