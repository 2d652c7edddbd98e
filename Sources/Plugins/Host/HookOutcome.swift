// SPDX-License-Identifier: Apache-2.0
import Desk

/// What became of a platform's HTTP request.
package enum HookOutcome: Sendable {
    /// Genuine. Answer with the response once the messages are on disk; there may be none, as in a platform's check of the address.
    /// `remember` goes into the channel's store after that.
    case accepted([InboundMessage], HookResponse, receipts: [DeliveryReport], remember: Value = .object(.init()))
    /// Not genuine, or not understood: a 4xx, and nothing is stored. The reason is for the log and names nobody.
    case refused(HookResponse, reason: String)
    /// The plugin failed. The response is a 5xx, so that the platform sends again.
    case failed(HookResponse, PluginFailure)
}

/// What a plugin found when it looked on its platform by itself, without a callback.
package struct PollFinding: Sendable {
    package var messages: [InboundMessage]
    package var receipts: [DeliveryReport]
    /// For the channel's store, once the messages are on disk.
    package var remember: Value
    /// How long until it is to look again; zero: more is waiting.
    package var pause: Duration
}

/// What a platform reports about a message we sent.
package struct DeliveryReport: Sendable, Hashable {
    /// The id the platform gave when it took the message.
    package var externalID: String
    package var delivery: Delivery
    package init(externalID: String, delivery: Delivery) { self.externalID = externalID; self.delivery = delivery }
}

/// How a channel's platform answers just now.
package struct PluginHealth: Sendable, Hashable {
    package var isHealthy: Bool
    /// Empty when healthy.
    package var reason: String
}

/// What a plugin has cost so far.
package struct PluginStatistics: Sendable, Hashable {
    package var plugin: String
    package var calls: Int
    package var failures: Int
    /// Calls under way.
    package var running: Int
    /// Lua memory of all lanes in bytes.
    package var byteCount: Int
    package var nanoseconds: Int64
}
