// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal

/// Turns of customers who may become one, or two again, while somebody waits.
extension DeskEngine {
    /// The customer whom an id stands for now: who was merged is answered for by the one who remains.
    package func survivor(of id: ID<Customer>) async throws -> ID<Customer> {
        var id = id
        // Merges make a tree; the bound only guards against a damaged one.
        for _ in 0..<1000 {
            guard let into = try await knownCustomer(id).mergedInto else { return id }
            id = into
        }
        throw DeskError(.unavailable, "The merges of customer \(id) have no end.", facts: ["id": id.text])
    }

    /// A customer as committed last, for readers who are not in the customer's turn.
    private func knownCustomer(_ id: ID<Customer>) async throws -> Customer {
        if let file = files[id] { return file.customer }
        guard let stored = try await store.customer(id) else { throw DeskError.missing("customer", id) }
        return stored
    }

    /// Does something in the turn of the customer whom an id stands for.
    func inTurn<Result>(
        of id: ID<Customer>, _ body: (ID<Customer>) async throws -> Result
    ) async throws -> Result {
        try await locks.withTurn(
            id.number, ownedBy: { _ in try await self.survivor(of: id).number }, { try await body(ID($0)) })
    }

    /// Opens a conversation in its customer's turn.
    func inTurn<Result>(
        of id: ID<Conversation>, _ body: (inout Casework, inout Settlement) async throws -> Result
    ) async throws -> Result {
        guard var stored = try await store.conversation(id) else { throw DeskError.missing("conversation", id) }
        return try await locks.withTurn(
            stored.customer.number,
            ownedBy: { _ in
                guard let now = try await self.store.conversation(id) else { throw DeskError.missing("conversation", id) }
                stored = now
                return now.customer.number
            },
            { _ in
                var (work, settlement) = try await self.open(stored)
                return try await body(&work, &settlement)
            })
    }

    /// The conversation in which a customer goes on: the latest. Of a customer who was several, an open one that people have, or else
    /// the one in which something happened last.
    func current(of file: CustomerFile) async throws -> Conversation? {
        guard !file.customer.merged.isEmpty else { return file.conversation }
        let states = Set(ConversationState.allCases).subtracting([.resolved])
        let open = try await store.conversations(
            ConversationFilter(states: states, customer: file.customer.id), Page(limit: 50, descending: true))
        if let withPeople = open.first(where: \.state.isWithPeople) { return withPeople }
        return (open + [file.conversation].compactMap { $0 }).max { $0.updatedAt < $1.updatedAt }
    }
}
