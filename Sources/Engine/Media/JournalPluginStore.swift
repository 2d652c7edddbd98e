// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Plugins
import Synchronization

/// What plugins remember, in the journal; an increment is one step of this process.
struct JournalPluginStore: PluginStore {
    private let store: any EventStore
    private let clock: Clock
    private let turns = CustomerLocks()
    private let room: StoreRoom

    /// - Parameter quota: bytes of a namespace on disk.
    init(store: any EventStore, clock: @escaping Clock, quota: Int = PluginStoreFailure.quota) {
        self.store = store
        self.clock = clock
        room = StoreRoom(quota: quota)
    }

    func value(_ key: String, in namespace: String) async throws -> Value? {
        try await store.stored(namespace: namespace, key: key, now: clock())
    }

    func set(_ key: String, in namespace: String, to value: Value, expires: Instant?) async throws {
        let before = try await store.storedValue(namespace: namespace, key: key, now: clock())
        try await write(key, in: namespace, value, expires, over: before)
    }

    func remove(_ key: String, in namespace: String) async throws {
        _ = try await store.append(
            Entry(at: clock(), changes: [.stored(namespace: namespace, key: key, value: nil, expires: nil)]))
        room.loosen(namespace)
    }

    func increment(_ key: String, in namespace: String, by step: Int64, expires: Instant?) async throws -> Int64 {
        try await turns.withTurn(Int64("\(namespace)\u{1f}\(key)".hashValue)) {
            let before = try await store.storedValue(namespace: namespace, key: key, now: clock())
            let sum = try PluginStoreFailure.sum(before?.value, step)
            try await self.write(key, in: namespace, .int(sum), before == nil ? expires : before?.expires, over: before)
            return sum
        }
    }

    private func write(
        _ key: String, in namespace: String, _ value: Value, _ expires: Instant?, over before: StoredValue?
    ) async throws {
        // A row of its own takes its key and what sealing adds; 100 bytes are a good guess.
        let growth = value.json.count - (before.map { $0.value.json.count } ?? -100)
        if !room.takes(growth, in: namespace) {
            guard room.isWorthMeasuring(namespace, at: clock()) else { throw PluginStoreFailure.full }
            room.know(try await store.storedSize(namespace: namespace, now: clock()), in: namespace, at: clock())
            guard room.takes(growth, in: namespace) else { throw PluginStoreFailure.full }
        }
        _ = try await store.append(
            Entry(at: clock(), changes: [.stored(namespace: namespace, key: key, value: value, expires: expires)]))
        room.add(growth, in: namespace)
    }
}

/// How much each namespace holds: measured at its first write, counted on, and measured again where it seems full, at most every ten
/// seconds: values expire.
private final class StoreRoom: Sendable {
    private struct Use { var byteCount: Int; var measuredAt: Instant }
    private let uses = Mutex<[String: Use]>([:])
    private let quota: Int

    init(quota: Int) { self.quota = quota }

    /// - Returns: false: it is full, or has to be measured first.
    func takes(_ growth: Int, in namespace: String) -> Bool {
        uses.withLock { uses in
            guard let use = uses[namespace] else { return false }
            return growth <= 0 || use.byteCount + growth <= quota
        }
    }

    /// Whether a measurement could tell something new.
    func isWorthMeasuring(_ namespace: String, at now: Instant) -> Bool {
        uses.withLock { uses in uses[namespace].map { now - $0.measuredAt >= .seconds(10) } ?? true }
    }

    func know(_ byteCount: Int, in namespace: String, at now: Instant) {
        uses.withLock { $0[namespace] = Use(byteCount: byteCount, measuredAt: now) }
    }

    /// Something was removed: if it seems full it may be no longer.
    func loosen(_ namespace: String) { uses.withLock { $0[namespace]?.measuredAt = Instant(milliseconds: 0) } }

    func add(_ growth: Int, in namespace: String) { uses.withLock { $0[namespace]?.byteCount += growth } }
}
