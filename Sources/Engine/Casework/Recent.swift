// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A bounded memory of what was used lately; what is forgotten is read from the store again.
///
/// When it is full the older half goes, judged by the last use: cheaper for each use than a linked list, and good enough for a
/// cache whose misses cost one read.
final class Recent<Key: Hashable & Sendable, Kept: Sendable>: Sendable {
    private struct Slot { var kept: Kept; var used: UInt64 }
    private struct State { var slots: [Key: Slot] = [:]; var clock: UInt64 = 0; var generation: UInt64 = 0 }
    private let state = Mutex(State())
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    subscript(key: Key) -> Kept? {
        get {
            state.withLock { state in
                guard let index = state.slots.index(forKey: key) else { return nil }
                state.clock += 1
                state.slots.values[index].used = state.clock
                return state.slots.values[index].kept
            }
        }
        set {
            state.withLock { state in
                if let newValue { put(newValue, key, &state) } else { state.slots[key] = nil }
            }
        }
    }

    private func put(_ kept: Kept, _ key: Key, _ state: inout State) {
        state.clock += 1
        state.slots[key] = Slot(kept: kept, used: state.clock)
        guard state.slots.count > capacity else { return }
        let median = state.slots.values.map(\.used).sorted()[capacity / 2]
        state.slots = state.slots.filter { $0.value.used > median }
    }

    func removeAll() {
        state.withLock { state in
            state.slots = [:]
            state.generation += 1
        }
    }

    /// Counts how often something was forgotten because it had become wrong.
    var generation: UInt64 { state.withLock { $0.generation } }

    /// Forgets what has become wrong; what was read before this is kept by nobody afterwards.
    func forget(_ keys: [Key]) {
        state.withLock { state in
            for key in keys { state.slots[key] = nil }
            state.generation += 1
        }
    }

    /// Keeps what was read since a generation, unless something has been forgotten meanwhile.
    func keep(_ kept: Kept, for key: Key, readSince generation: UInt64) {
        state.withLock { state in
            if state.generation == generation { put(kept, key, &state) }
        }
    }
}
