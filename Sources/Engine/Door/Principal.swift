// SPDX-License-Identifier: Apache-2.0
import Desk

/// Who calls: a person or a program with an API token.
package struct Principal: Sendable, Hashable {
    package let name: String
    package let role: Role
    /// Whose token it is, for agents.
    package let agent: ID<Agent>?

    package init(name: String, role: Role, agent: ID<Agent>? = nil) {
        self.name = name
        self.role = role
        self.agent = agent
    }

    package var actor: Actor { agent.map(Actor.agent) ?? .token(name) }

    /// Throws `.forbidden`, naming what is missing.
    package func require(_ permission: Permission) throws(DeskError) {
        guard role.may(permission) else {
            throw DeskError(.forbidden, "Role \(role.rawValue) may not do this; it needs \(permission.rawValue).")
        }
    }
}
