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
    case listener(Listener)
    /// Whatever this principal may see of the desk.
    case desk(Principal)

    /// A customer who has always been one.
    package static func customer(_ id: ID<Customer>) -> Audience {
        .listener(Listener(owner: id, customer: id, names: [id]))
    }

    func sees(_ event: Event) -> Bool {
        switch self {
        case .listener(let listener): event.isPublic && event.customer.map(listener.names.contains) == true
        case .desk(let principal):
            switch event.kind {
            case .tokenCreated, .tokenRevoked: principal.role.may(.administer)
            case .decision, .flowAdvanced: principal.role.may(.readEvents)
            default: principal.role.may(.readDesk)
            }
        }
    }
}

/// A customer who listens, under all the ids that events of theirs may bear.
package struct Listener: Sendable, Hashable {
    /// For whom the session was made: where it goes when a merge is undone.
    package let owner: ID<Customer>
    /// Who that is now.
    package let customer: ID<Customer>
    package let names: Set<ID<Customer>>
}

/// The reader was too slow and has been cut off; it may come back with its last seq.
package struct LiveOverflow: Error, Sendable {}
