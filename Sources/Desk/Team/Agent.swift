// SPDX-License-Identifier: Apache-2.0

/// A person who answers.
package struct Agent: Sendable, Hashable, Identified {
    package static var idLetter: Unicode.Scalar { "a" }

    package let id: ID<Agent>
    package var name: String
    package var role: Role
    /// Ids of teams.
    package var teams: [String]
    package var skills: [String]
    /// Conversations at the same time.
    package var capacity: Int
    package var presence: Presence
    /// Since when the agent has had nothing new: `longest_idle` goes by it.
    package var idleSince: Instant

    package enum Presence: String, Sendable, Hashable, CaseIterable {
        /// Gets new conversations.
        case online
        /// Keeps what it has, gets nothing new.
        case busy, away
        case offline
    }

    package init(
        id: ID<Agent>, name: String, role: Role = .agent, teams: [String], skills: [String] = [], capacity: Int = 5,
        presence: Presence = .offline, idleSince: Instant
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.teams = teams
        self.skills = skills
        self.capacity = capacity
        self.presence = presence
        self.idleSince = idleSince
    }
}

/// A department.
package struct Team: Sendable, Hashable {
    /// A word: `after_sales`. Rules name teams by it.
    package let id: String
    package var name: String
    package var hours: BusinessHours?
    package var strategy: AssignmentStrategy

    package init(id: String, name: String, hours: BusinessHours? = nil, strategy: AssignmentStrategy = .leastLoaded) {
        self.id = id
        self.name = name
        self.hours = hours
        self.strategy = strategy
    }
}
