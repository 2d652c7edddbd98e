// SPDX-License-Identifier: Apache-2.0

/// What one function of a plugin has cost since the start.
package struct PluginCallCounts: Sendable, Hashable {
    package let plugin: String
    /// `receive`, `send`, `call.order`: one of those the manifest has.
    package let function: String
    /// By `PluginFailure.Code`.
    package var failures: [String: Int] = [:]
    /// From the call to its end, with what it waited for.
    package var calls = PluginTimes()
    /// Of its steps between two waits for the outside world, in the queue of their lane included.
    package var steps = PluginTimes()

    package init(plugin: String, function: String) {
        self.plugin = plugin
        self.function = function
    }
}

/// How often something took how long.
package struct PluginTimes: Sendable, Hashable {
    /// Upper bounds in seconds; beyond the last one is one more count.
    package static let bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    package private(set) var counts = Array(repeating: 0, count: bounds.count + 1)
    package private(set) var seconds = 0.0

    package var count: Int { counts.reduce(0, +) }

    package init() {}

    package mutating func note(_ time: Duration) {
        let (whole, rest) = time.components
        let taken = Double(whole) + Double(rest) / 1e18
        counts[Self.bounds.firstIndex { taken <= $0 } ?? Self.bounds.count] += 1
        seconds += taken
    }
}
