// SPDX-License-Identifier: Apache-2.0
import Crypto
import Desk
import Journal
import Plugins

/// By what somebody who comes in is known, and whose it is.
struct Acquaintance: Sendable {
    /// Channel and id; the first is the one they came in by.
    typealias Name = (channel: String, externalID: String)
    /// Nil: nobody's yet.
    var customer: ID<Customer>?
    /// What the customer is known by from now on: nobody else's.
    var names: [Name]
    /// Of the cache of identities, before anything was looked up.
    var since: UInt64
}

extension DeskEngine {
    /// Whom an identity belongs to.
    func owner(_ channel: String, _ externalID: String) async throws -> ID<Customer>? {
        let since = identities.generation
        let key = Self.identityKey(channel, externalID)
        if let known = identities[key] { return known }
        guard let stored = try await store.customer(channel: channel, externalID: externalID) else { return nil }
        identities.keep(stored.id, for: key, readSince: since)
        return stored.id
    }

    /// Finds whose these names are; customers who share one become one, unless somebody has said that they are not.
    ///
    /// To be called in the turns of all names, which `inTurns` gives.
    func acquaint(_ names: [Acquaintance.Name]) async throws -> Acquaintance {
        while true {
            let since = identities.generation
            var owners: [ID<Customer>] = []
            var free: [Acquaintance.Name] = []
            var known: [(name: Acquaintance.Name, owner: ID<Customer>)] = []
            for name in names {
                guard let owner = try await owner(name.channel, name.externalID) else {
                    free.append(name)
                    continue
                }
                known.append((name, owner))
                if !owners.contains(owner) { owners.append(owner) }
            }
            guard let first = owners.first else { return Acquaintance(customer: nil, names: names, since: since) }
            var isJoined = false
            for other in owners.dropFirst() where try await mayJoin(first, other) {
                _ = try await join(max(first, other), into: min(first, other), by: .system)
                isJoined = true
            }
            if isJoined { continue }
            let own = known.filter { $0.owner == first }.map(\.name)
            return Acquaintance(customer: first, names: own + free, since: since)
        }
    }

    /// What newcomers who share a name do, they do one after the other.
    func inTurns<Result>(of names: [Acquaintance.Name], _ body: () async throws -> Result) async throws -> Result {
        let keys = names.map { Int64(Self.identityKey($0.channel, $0.externalID).hashValue) }
        return try await newcomers.withTurns(Set(keys), body)
    }

    private func mayJoin(_ one: ID<Customer>, _ other: ID<Customer>) async throws -> Bool {
        guard let one = try await store.customer(one), let other = try await store.customer(other) else { return false }
        let (ones, others) = (Set(one.merged + [one.id]), Set(other.merged + [other.id]))
        return ones.isDisjoint(with: other.apart) && others.isDisjoint(with: one.apart)
    }

    /// Runs `work` in the turn of the customer who was found, or whoever has their first name by then.
    func inTurn<Result>(
        of found: Acquaintance, _ customer: ID<Customer>,
        _ work: (ID<Customer>, [Acquaintance.Name]) async throws -> Result
    ) async throws -> Result {
        var found = found
        return try await locks.withTurn(
            customer.number,
            ownedBy: { held in
                let now = self.identities.generation
                guard now != found.since, let name = found.names.first else { return held }
                let owner = try await self.store.customer(channel: name.channel, externalID: name.externalID)?.id
                guard let owner else { return held }
                var names: [Acquaintance.Name] = [name]
                for name in found.names.dropFirst() {
                    let other = try await self.store.customer(channel: name.channel, externalID: name.externalID)?.id
                    if other == nil || other == owner { names.append(name) }
                }
                found.names = names
                found.since = now
                return owner.number
            },
            { try await work(ID($0), found.names) })
    }

    /// What a channel vouches for about a message's sender: `union_id`, and what its profile names in `verified` of `phone`, `email`.
    func verifiedNames(_ profile: Value, union: String? = nil) -> [VerifiedName] {
        var names: [VerifiedName] = []
        if let union = union ?? profile["union_id"]?.string, !union.isEmpty { names.append(.union(union)) }
        for field in (profile["verified"]?.array ?? []).compactMap(\.string) {
            guard let text = profile[field]?.string else { continue }
            switch field {
            case "phone": if let name = VerifiedName.phone(text, country: options.country) { names.append(name) }
            case "email": if let name = VerifiedName.email(text) { names.append(name) }
            default: break
            }
        }
        return names
    }

    /// What an identity of a live session proves beyond the external id: the user id in all channels that sign with the same secret;
    /// `phone` and `email` where `contact_signature` or the caller's API token covers them.
    func verifiedNames(of identity: Value, settings: Value, trusted: Bool) throws(DeskError) -> [VerifiedName] {
        guard let external = identity["external_id"]?.string else { return [] }
        var names: [VerifiedName] = []
        let secret = settings["identity_secret"]?.string
        if let secret, trusted || Self.isSigned(external, by: secret, identity["signature"]?.string ?? "") {
            names.append(.user(external, in: Self.space(of: secret)))
        }
        guard identity["phone"] != nil || identity["email"] != nil else { return names }
        if !trusted {
            // Not covered by `signature`: somebody could lay another's number beside an identity of their own.
            guard let secret, let signature = identity["contact_signature"]?.string else { return names }
            let text = [external, identity["phone"]?.string ?? "", identity["email"]?.string ?? ""].joined(separator: "\n")
            guard Self.isSigned(text, by: secret, signature) else {
                throw DeskError(.forbidden, "identity.contact_signature does not fit external_id, phone and email.")
            }
        }
        if let phone = identity["phone"]?.string.flatMap({ VerifiedName.phone($0, country: options.country) }) {
            names.append(phone)
        }
        if let email = identity["email"]?.string.flatMap({ VerifiedName.email($0) }) { names.append(email) }
        return names
    }

    /// Users of one secret are one company's: named by a digest, for the secret itself is kept nowhere.
    static func space(of secret: String) -> String {
        let digest = HMAC<SHA256>.authenticationCode(for: Array("user ids".utf8), using: SymmetricKey(data: Array(secret.utf8)))
        return digest.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension VerifiedName {
    var name: Acquaintance.Name { (channel, externalID) }
}
