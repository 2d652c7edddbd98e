// SPDX-License-Identifier: Apache-2.0
import Desk
import Synchronization

/// Small values that plugins keep: progress of a send, counters, cursors. The engine backs it with the journal.
///
/// A namespace is one channel's; keys are at most 256 bytes, values at most 64 KiB of JSON (the host checks both), all of a namespace
/// `PluginStoreFailure.quota` bytes. An expired value is absent.
package protocol PluginStore: Sendable {
    func value(_ key: String, in namespace: String) async throws -> Value?
    /// - Parameter expires: nil keeps it until it is removed.
    /// - Throws: `PluginStoreFailure.full`.
    func set(_ key: String, in namespace: String, to value: Value, expires: Instant?) async throws
    /// Adds atomically; an absent or expired value counts as 0 and gets this expiry, another one keeps its own.
    /// - Returns: the new value.
    /// - Throws: `PluginStoreFailure`; the value stays as it was.
    func increment(_ key: String, in namespace: String, by step: Int64, expires: Instant?) async throws -> Int64
    func remove(_ key: String, in namespace: String) async throws
}

/// Why a plugin's value was not kept.
package enum PluginStoreFailure: String, Error, Hashable {
    /// No room in the namespace for more; what gets smaller is still taken.
    case full
    /// What is to be counted up is a text, a table or a fraction.
    case notANumber = "not_a_number"
    /// The sum is beyond 64 bits.
    case overflow

    /// Bytes of keys and values as they lie on disk.
    package static let quota = 64 << 20

    /// For the author of a plugin.
    package var message: String {
        switch self {
        case .full: "the store of this channel holds 64 MiB already; remove what is old, or give it a life"
        case .notANumber: "what is stored under this key is no whole number"
        case .overflow: "the sum would be beyond 64 bits"
        }
    }
}

extension PluginStoreFailure {
    /// What a counter comes to.
    /// - Parameter old: nil where none is stored.
    package static func sum(_ old: Value?, _ step: Int64) throws(PluginStoreFailure) -> Int64 {
        guard let old else { return step }
        guard case .int(let number) = old else { throw .notANumber }
        let (sum, overflows) = number.addingReportingOverflow(step)
        guard !overflows else { throw .overflow }
        return sum
    }
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
        return try values.withLock { values in
            let place = Key(namespace: namespace, key: key)
            let old = values[place].flatMap { entry in (entry.expires.map { $0 > now } ?? true) ? entry : nil }
            let sum = try PluginStoreFailure.sum(old?.value, step)
            values[place] = (.int(sum), old == nil ? expires : old?.expires)
            return sum
        }
    }

    package func remove(_ key: String, in namespace: String) async throws {
        values.withLock { values in values[Key(namespace: namespace, key: key)] = nil }
    }
}
