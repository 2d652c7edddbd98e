// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Insight
import Journal

/// One commit after the other by a single writer, beside writing and syncing 4 KiB to a plain file on the same disk.
enum CommitBenchmark {
    static func figures(rounds: Int, folder: String) async throws -> [Figure] {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try SQLiteStore.open(at: folder + "/data", key: StoreKey.random())
        var ours = Histogram()
        for number in 0..<rounds {
            let event = Event.Draft(.behaviour, payload: ["name": "viewed", "page": .string("product/\(number)")])
            let start = ContinuousClock.now
            _ = try await store.append(Entry(at: Instant.systemNow(), events: [event]))
            ours.record(Self.microseconds(ContinuousClock.now - start))
        }
        await store.close()
        var reference = Histogram()
        let descriptor = open(folder + "/plain", O_CREAT | O_WRONLY | O_APPEND, 0o600)
        defer { close(descriptor) }
        let block = [UInt8](repeating: 1, count: 4096)
        for _ in 0..<rounds {
            let start = ContinuousClock.now
            guard write(descriptor, block, block.count) == block.count, fsync(descriptor) == 0 else {
                throw BenchmarkFailure("The plain file could not be written.")
            }
            reference.record(Self.microseconds(ContinuousClock.now - start))
        }
        return [
            Figure(
                "commit, one writer, p50", ours.quantile(0.5) ?? 0, "µs", beside: ("write + fsync", reference.quantile(0.5) ?? 0)),
            Figure(
                "commit, one writer, p99", ours.quantile(0.99) ?? 0, "µs",
                beside: ("write + fsync", reference.quantile(0.99) ?? 0)),
        ]
    }

    private static func microseconds(_ time: Duration) -> Int64 {
        time.components.seconds * 1_000_000 + time.components.attoseconds / 1_000_000_000_000
    }
}
