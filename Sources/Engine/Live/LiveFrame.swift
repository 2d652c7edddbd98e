// SPDX-License-Identifier: Apache-2.0
import Desk

/// What reaches a socket.
package enum LiveFrame: Sendable {
    /// From the journal: in order, without gaps for its audience, none twice.
    case event(Event)
    /// Passing; never in the journal.
    case typing(conversation: ID<Conversation>, by: Actor, on: Bool)
    case presence(agent: ID<Agent>, Agent.Presence)
}

/// For whom a socket listens.
package enum Audience: Sendable {
    /// Public events of one customer's conversations.
    case customer(ID<Customer>)
    /// Whatever this principal may see of the desk.
    case desk(Principal)

    func sees(_ event: Event) -> Bool {
        switch self {
        case .customer(let id): event.customer == id && event.isPublic
        case .desk(let principal):
            switch event.kind {
            case .tokenCreated, .tokenRevoked: principal.role.may(.administer)
            case .decision, .flowAdvanced: principal.role.may(.readEvents)
            default: principal.role.may(.readDesk)
            }
        }
    }
}

/// The reader was too slow and has been cut off; it may come back with its last seq.
package struct LiveOverflow: Error, Sendable {}
