// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal

extension DeskEngine {
    /// So many of the newest customers are looked through by name: names lie encrypted, and no index knows them.
    private static let lookedThrough = 5000

    /// Customers whom somebody may mean: by id, telephone number, e-mail address or a platform's id those who are known by exactly that;
    /// then, newest first, those whose name has these words in it, among the newest 5000. Without words those who were talked to last.
    ///
    /// Who was merged is found as the one who remains. Costs some 10 ms for each thousand customers looked through.
    package func findCustomers(_ words: String, limit: Int) async throws -> [Customer] {
        let words = words.trimmingCharacters(in: .whitespacesAndNewlines)
        var found = Found(limit: limit)
        guard !words.isEmpty else {
            let recent = try await store.conversations(ConversationFilter(), Page(limit: 200, descending: true))
            for conversation in recent where !found.isFull { try await add(conversation.customer, to: &found) }
            return found.customers
        }
        if let id = ID<Customer>(text: words), try await store.customer(id) != nil { try await add(id, to: &found) }
        for name in names(meantBy: words) where !found.isFull {
            if let owner = try await store.customer(channel: name.channel, externalID: name.externalID) {
                try await add(owner.id, to: &found)
            }
        }
        try await lookThrough(for: words, into: &found)
        return found.customers
    }

    private struct Found {
        let limit: Int
        var customers: [Customer] = []
        private var seen: Set<ID<Customer>> = []
        var isFull: Bool { customers.count >= limit }

        init(limit: Int) { self.limit = limit }

        mutating func add(_ customer: Customer) {
            if !isFull, seen.insert(customer.id).inserted { customers.append(customer) }
        }
    }

    private func add(_ id: ID<Customer>, to found: inout Found) async throws {
        if let customer = try await store.customer(try await survivor(of: id)) { found.add(customer) }
    }

    /// Identities that a customer with this number, address or id would have.
    private func names(meantBy words: String) -> [Acquaintance.Name] {
        let verified = [VerifiedName.phone(words, country: options.country), .email(words), .union(words)].compactMap(\.self)
        let secrets = Set(channels.values.compactMap { $0.settings["identity_secret"]?.string })
        let users = secrets.sorted().map { VerifiedName.user(words, in: Self.space(of: $0)) }
        // A number or an address is also what SMS and mail channels know their customers by.
        let texts = Set([words] + verified.map(\.externalID)).sorted()
        let own = channels.keys.sorted().flatMap { channel in
            texts.map { (channel: channel, externalID: $0) }
        }
        return (verified + users).map { (channel: $0.channel, externalID: $0.externalID) } + own
    }

    private func lookThrough(for words: String, into found: inout Found) async throws {
        var page = Page(limit: 200, descending: true)
        for _ in 0..<(Self.lookedThrough / page.limit) where !found.isFull {
            let customers = try await store.customers(page)
            for customer in customers where Self.hasInName(customer, words) { try await add(customer.id, to: &found) }
            guard customers.count == page.limit, let last = customers.last else { return }
            page.after = last.id.number
        }
    }

    /// Telephone numbers and addresses that customers told, unchecked, stand among the attributes.
    private static func hasInName(_ customer: Customer, _ words: String) -> Bool {
        let told = ["phone", "email"].compactMap { customer.attributes[$0]?.string }
        return ([customer.name].compactMap(\.self) + told).contains {
            $0.range(of: words, options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive]) != nil
        }
    }
}
