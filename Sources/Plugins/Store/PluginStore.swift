// SPDX-License-Identifier: Apache-2.0
import Desk
import Synchronization

/// Small values that plugins keep: progress of a send, counters, cursors. The engine backs it with the journal.
///
/// A namespace is one channel's; keys are at most 256 bytes, values at most 64 KiB of JSON (the host checks both). An expired
/// value is absent.
package protocol PluginStore: Sendable {
    func value(_ key: String, in namespace: String) async throws -> Value?
    /// - Parameter expires: nil keeps it until it is removed.
    func set(_ key: String, in namespace: String, to value: Value, expires: Instant?) async throws
    /// Adds atomically, also beside other processes; an absent or expired value counts as 0 and gets this expiry.
    /// - Returns: the new value.
    func increment(_ key: String, in namespace: String, by step: Int64, expires: Instant?) async throws -> Int64
    func remove(_ key: String, in namespace: String) async throws
}

/// A store that forgets at the end: for tests and for plugins tried offline.
package final class MemoryPluginStore: PluginStore {
    private struct Key: Hashable { let namespace: String; let key: String }
    private let values = Mutex<[Key: (value: Value, expires: Instant?)]>([:])
    private let clock: Clock

    package init(clock: @escaping Clock) { self.clock = clock }

    package func value(_ key: String, in namespace: String) async throws -> Value? {
        let now = clock()
        return values.withLock { values in
            guard let entry = values[Key(namespace: namespace, key: key)], entry.expires.map({ $0 > now }) ?? true else {
                return nil
            }
            return entry.value
        }
    }

    package func set(_ key: String, in namespace: String, to value: Value, expires: Instant?) async throws {
        values.withLock { $0[Key(namespace: namespace, key: key)] = (value, expires) }
    }

    package func increment(_ key: String, in namespace: String, by step: Int64, expires: Instant?) async throws -> Int64 {
        let now = clock()
        return values.withLock { values in
            let place = Key(namespace: namespace, key: key)
            let old = values[place].flatMap { entry in (entry.expires.map { $0 > now } ?? true) ? entry : nil }
            let sum = (old?.value.int ?? 0).addingReportingOverflow(step).partialValue
            values[place] = (.int(sum), old == nil ? expires : old?.expires)
            return sum
        }
    }

    package func remove(_ key: String, in namespace: String) async throws {
        values.withLock { values in values[Key(namespace: namespace, key: key)] = nil }
    }
}
