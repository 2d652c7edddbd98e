// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Plugins

/// What plugins remember, in the journal; an increment is one step of this process.
struct JournalPluginStore: PluginStore {
    private let store: any EventStore
    private let clock: Clock
    private let turns = CustomerLocks()

    init(store: any EventStore, clock: @escaping Clock) {
        self.store = store
        self.clock = clock
    }

    func value(_ key: String, in namespace: String) async throws -> Value? {
        try await store.stored(namespace: namespace, key: key, now: clock())
    }

    func set(_ key: String, in namespace: String, to value: Value, expires: Instant?) async throws {
        try await write(key, in: namespace, value, expires)
    }

    func remove(_ key: String, in namespace: String) async throws { try await write(key, in: namespace, nil, nil) }

    func increment(_ key: String, in namespace: String, by step: Int64, expires: Instant?) async throws -> Int64 {
        try await turns.withTurn(Int64("\(namespace)\u{1f}\(key)".hashValue)) {
            let before = try await self.value(key, in: namespace)?.int
            let sum = (before ?? 0) &+ step
            try await self.write(key, in: namespace, .int(sum), expires)
            return sum
        }
    }

    private func write(_ key: String, in namespace: String, _ value: Value?, _ expires: Instant?) async throws {
        _ = try await store.append(
            Entry(
                at: clock(),
                changes: [
                    .stored(namespace: namespace, key: key, value: value, expires: expires)
                ]))
    }
}
