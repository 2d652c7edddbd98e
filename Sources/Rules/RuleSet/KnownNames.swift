// SPDX-License-Identifier: Apache-2.0

/// Names that live outside a rule set. Nil: not known here, so not checked.
package struct KnownNames: Sendable, Hashable {
    /// Ids of teams.
    package var teams: Set<String>?
    /// Ids of channels of the configuration.
    package var channels: Set<String>?
    /// What flows can call in plugins, `shop.order`.
    package var calls: Set<String>?

    /// What is left out is not checked.
    package init(teams: Set<String>? = nil, channels: Set<String>? = nil, calls: Set<String>? = nil) {
        self.teams = teams
        self.channels = channels
        self.calls = calls
    }
}
