// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// One loaded version of a plugin: the same source in a state on every lane.
///
/// A reload makes a new image; calls that began on the old one end on it, and its states go when the last call is over.
final class PluginImage: Sendable {
    let id: Int
    let source: PluginSource
    let manifest: PluginManifest
    private let use = Mutex(Use())

    private struct Use {
        var calls = 0
        var isRetired = false
        var suspectUntil: ContinuousClock.Instant?
        var callsApart = 0
    }

    init(id: Int, source: PluginSource, manifest: PluginManifest) {
        self.id = id
        self.source = source
        self.manifest = manifest
    }

    /// - Returns: false if it is retired and must not take new calls.
    func begin() -> Bool {
        use.withLock { use in
            guard !use.isRetired else { return false }
            use.calls += 1
            return true
        }
    }

    /// - Returns: true if this was the last call of a retired image: its states can go.
    func end() -> Bool {
        use.withLock { use in
            use.calls -= 1
            return use.isRetired && use.calls == 0
        }
    }

    /// - Returns: true if nothing runs in it: its states can go at once.
    func retire() -> Bool {
        use.withLock { use in
            use.isRetired = true
            return use.calls == 0
        }
    }

    var calls: Int { use.withLock { $0.calls } }

    /// Whether it used up its time or memory a short while ago. Its calls then run apart from those of other plugins.
    var isSuspect: Bool { use.withLock { use in use.suspectUntil.map { ContinuousClock.now < $0 } ?? false } }

    /// - Returns: false if so many calls run apart already.
    func beginApart(limit: Int) -> Bool {
        use.withLock { use in
            guard use.callsApart < limit else { return false }
            use.callsApart += 1
            return true
        }
    }

    func endApart() { use.withLock { $0.callsApart -= 1 } }

    /// - Returns: true if it was not suspect before.
    func suspect(for time: Duration) -> Bool {
        let now = ContinuousClock.now
        return use.withLock { use in
            let isNew = use.suspectUntil.map { $0 <= now } ?? true
            use.suspectUntil = now + time
            return isNew
        }
    }
}
