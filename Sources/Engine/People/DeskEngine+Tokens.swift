// SPDX-License-Identifier: Apache-2.0
import Crypto
import Desk
import Foundation
import Journal

extension AccessToken {
    /// Makes a token: 32 random bytes, shown once. Only its SHA-256 is kept.
    package static func make(
        name: String, role: Role, agent: ID<Agent>?, at now: Instant
    ) -> (secret: String, token: AccessToken) {
        let random = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        let secret = "ldk_" + Base64.encode(random).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        return (secret, AccessToken(hash: hash(of: secret), name: name, role: role, agent: agent, createdAt: now))
    }

    package static func hash(of secret: String) -> [UInt8] { Array(SHA256.hash(data: Array(secret.utf8))) }
}

extension DeskEngine {
    /// Who shows this API token. Throws `.unauthorized`.
    package func authenticate(token secret: String) async throws -> Principal {
        let hash = AccessToken.hash(of: secret)
        if let known = tokens[hash] { return Principal(name: known.name, role: known.role, agent: known.agent) }
        guard let stored = try await store.token(hash: hash) else {
            throw DeskError(.unauthorized, "This token is not known. Make one with: luadesk token create")
        }
        tokens[hash] = stored
        return Principal(name: stored.name, role: stored.role, agent: stored.agent)
    }

    /// - Returns: the token's secret; it cannot be read again.
    package func createToken(
        name: String, role: Role, agent: ID<Agent>?, by principal: Principal
    ) async throws -> String {
        try principal.require(.administer)
        return try await work {
            try await Self.createToken(
                name: name, role: role, agent: agent, by: principal.actor, in: self.store, at: self.clock())
        }
    }

    /// The same without a running engine, for the command line beside one.
    package static func createToken(
        name: String, role: Role, agent: ID<Agent>?, by actor: Actor, in store: any EventStore, at now: Instant
    ) async throws -> String {
        if try await store.tokens().contains(where: { $0.name == name }) {
            throw DeskError(.conflict, "There is a token named \(name) already; revoke it or choose another name.")
        }
        let (secret, token) = AccessToken.make(name: name, role: role, agent: agent, at: now)
        let event = Event.Draft(.tokenCreated, actor: actor, payload: ["name": .string(name), "role": .string(role.rawValue)])
        _ = try await store.append(Entry(at: now, events: [event], changes: [.token(token)]))
        return secret
    }

    package func revokeToken(name: String, by principal: Principal) async throws {
        try principal.require(.administer)
        try await work {
            guard try await self.store.tokens().contains(where: { $0.name == name }) else {
                throw DeskError(.notFound, "There is no token named \(name).")
            }
            let event = Event.Draft(.tokenRevoked, actor: principal.actor, payload: ["name": .string(name)])
            _ = try await self.store.append(Entry(at: self.clock(), events: [event], changes: [.revokeToken(name: name)]))
            self.tokens.removeAll()
        }
    }
}
