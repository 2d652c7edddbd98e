// SPDX-License-Identifier: Apache-2.0

/// How much of a channel's outbox is in one state.
package struct OutboxDepth: Sendable, Hashable {
    package let channel: String
    /// `waiting`, `held` or `dead`.
    package let state: String
    package let count: Int

    package init(channel: String, state: String, count: Int) {
        self.channel = channel
        self.state = state
        self.count = count
    }
}
