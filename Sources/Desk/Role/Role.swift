// SPDX-License-Identifier: Apache-2.0

/// What somebody may do, in five steps.
package enum Role: String, Sendable, Hashable, CaseIterable {
    case admin, lead, agent, integration, auditor

    package func may(_ permission: Permission) -> Bool {
        switch self {
        case .admin: true
        case .lead: permission != .administer
        case .agent: [.readDesk, .answer, .workTickets, .readRules].contains(permission)
        case .integration:
            [.readDesk, .answer, .workTickets, .readEvents, .sendInbound, .editCustomers, .readRules].contains(permission)
        case .auditor: [.readDesk, .readEvents, .readRules].contains(permission)
        }
    }
}

/// One thing that the API guards.
package enum Permission: String, Sendable, Hashable, CaseIterable {
    /// Conversations, messages, customers, tickets, agents, teams, channels.
    case readDesk
    /// The whole journal.
    case readEvents
    case readRules
    /// Write to customers, take, transfer and resolve conversations, own presence.
    case answer
    case workTickets
    case editCustomers
    /// Put messages in on behalf of customers.
    case sendInbound
    /// Check, test, activate, roll back.
    case editRules
    /// Agents, teams, dead letters.
    case manageTeam
    /// Tokens, channels, backup.
    case administer
}
