// SPDX-License-Identifier: Apache-2.0
import Crypto
import Desk
import Journal
import Logging
import Plugins

/// Who has read: a customer on a socket, or a person of the desk.
package enum Reader: Sendable { case customer(ID<Customer>), person(Principal) }

extension DeskEngine {
    /// Opens a session for a customer of a live channel: known by a proven identity, or new.
    ///
    /// `identity` may hold `external_id`, `signature` (hex HMAC-SHA256 of `external_id` under the channel's `identity_secret`), `name`,
    /// `language`, `attributes`; or `jwt` (see `IdentityToken`), which says all of that by itself. An external id counts only if it is proven:
    /// by the signature or token, by the caller's API token (`trusted`), or because the channel's setting `trust_identity` says so;
    /// otherwise anybody could read anybody's conversation.
    package func openLiveSession(channel: String, identity: Value?, trusted: Bool) async throws -> LiveSession {
        try await work {
            guard let configuration = self.channels[channel], configuration.plugin == ChannelConfiguration.live else {
                throw DeskError(.notFound, "There is no live channel \(channel).", facts: ["channel": channel])
            }
            let token = try self.identityToken(identity, configuration)
            let identity = token?.identity(beside: identity) ?? identity
            let isProven = try token != nil || Self.prove(identity, by: configuration.settings, trusted: trusted)
            let external = isProven ? identity?["external_id"]?.string : nil
            let sender = external ?? "anonymous:\(self.ids.next(Customer.self))"
            var names = [(channel, sender)]
            if let identity, external != nil {
                names += try self.verifiedNames(
                    of: identity, settings: configuration.settings, trusted: trusted || token != nil
                ).map(\.name)
            }
            return try await self.session(channel, sender, names, claims: identity ?? [:], isProven: isProven)
        }
    }

    /// The checked token of an identity; nil where it has none.
    private func identityToken(_ identity: Value?, _ channel: ChannelConfiguration) throws(DeskError) -> IdentityToken? {
        guard let text = identity?["jwt"]?.string else { return nil }
        guard let secret = channel.settings["identity_secret"]?.string else {
            throw DeskError(.forbidden, "This channel takes no identity.jwt: set identity_secret in its settings.")
        }
        let token = try IdentityToken(text, secret: secret, channel: channel.id, at: clock())
        guard identity?["external_id"]?.string ?? token.identity["external_id"]?.string == token.identity["external_id"]?.string
        else { throw DeskError(.forbidden, "identity.external_id is not the sub of identity.jwt.") }
        return token
    }

    /// Opens a session for a customer whom a platform's login proves: our own chat inside of a mini program.
    ///
    /// The customer is whoever the platform's id, else its union id, belongs to already; all of them are theirs from then on.
    /// - Parameter login: `channel` of the platform, and what its client gave: `code` and more.
    package func openLiveSession(channel: String, login: Value) async throws -> LiveSession {
        try await work {
            guard let configuration = self.channels[channel], configuration.plugin == ChannelConfiguration.live else {
                throw DeskError(.notFound, "There is no live channel \(channel).", facts: ["channel": channel])
            }
            let platform = login["channel"]?.string ?? ""
            let found: PlatformLogin
            switch await self.plugins.login(channel: platform, login) {
            case .success(let login): found = login
            case .failure(let refusal):
                self.logger.notice(
                    "A platform's login did not succeed.",
                    metadata: ["channel": "\(platform)", "reason": "\(refusal.code.rawValue)"])
                throw Self.error(refusal, platform)
            }
            let sender = "\(platform):\(found.externalID)"
            let names =
                [(channel, sender), (platform, found.externalID)]
                + self.verifiedNames(found.profile, union: found.unionID).map(\.name)
            var claims: Value = ["attributes": found.profile]
            for name in ["name", "language"] { claims[name] = found.profile[name] }
            for name in ["name", "language", "verified"] { claims["attributes"]?[name] = nil }
            return try await self.session(channel, sender, names, claims: claims, isProven: true)
        }
    }

    /// Origins whose pages may open sessions of a live channel; empty: the server's own list counts.
    package func origins(ofLive channel: String) -> [String] {
        setting("origins", ofLive: channel)?.array?.compactMap(\.string) ?? []
    }

    /// What customers of a live channel often ask: a list of texts, or such lists by language (`zh-CN`, `en`); null if there are none.
    package func commonQuestions(ofLive channel: String) -> Value {
        func texts(_ value: Value?) -> Value? { value?.array.map { .array($0.filter { $0.string != nil }) } }
        let written = setting("faq", ofLive: channel)
        if let all = texts(written) { return all }
        guard let fields = written?.object else { return .null }
        return .object(.init(unchecked: fields.pairs.compactMap { pair in texts(pair.value).map { .init(pair.name, $0) } }))
    }

    private func setting(_ name: String, ofLive channel: String) -> Value? {
        guard let configuration = channels[channel], configuration.plugin == ChannelConfiguration.live else { return nil }
        return configuration.settings[name]
    }

    private static func error(_ refusal: LoginRefusal, _ platform: String) -> DeskError {
        switch refusal.code {
        case .badCode: DeskError(.unauthorized, "The platform does not know this code; log in again.")
        case .refused: DeskError(.forbidden, "The platform refuses this customer.")
        case .unknown: DeskError(.invalid, "login.channel: \(platform) has no login.", facts: ["field": "login.channel"])
        case .network, .misconfigured: DeskError(.unavailable, "The platform's login cannot be reached now; try again.")
        }
    }

    private static func prove(_ identity: Value?, by settings: Value, trusted: Bool) throws -> Bool {
        if trusted || settings["trust_identity"]?.bool == true { return true }
        guard let external = identity?["external_id"]?.string else { return false }
        guard let secret = settings["identity_secret"]?.string else {
            throw DeskError(
                .forbidden,
                "This channel takes no external_id: set identity_secret in its settings and sign, or open the session with an API token."
            )
        }
        guard isSigned(external, by: secret, identity?["signature"]?.string ?? "") else {
            throw DeskError(.forbidden, "identity.signature does not fit identity.external_id.")
        }
        return true
    }

    /// - Parameter signature: hex HMAC-SHA256 of the text under the secret.
    static func isSigned(_ text: String, by secret: String, _ signature: String) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(
            hex(signature) ?? [], authenticating: Array(text.utf8), using: SymmetricKey(data: Array(secret.utf8)))
    }

    private static func hex(_ text: String) -> [UInt8]? {
        let digits = text.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count % 2 == 0, !digits.contains(nil) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0]! << 4 | digits[$0 + 1]!) }
    }

    /// - Parameters:
    ///   - sender: the session's own id on its channel.
    ///   - names: channels and ids that the customer is known by from now on.
    private func session(
        _ channel: String, _ sender: String, _ names: [Acquaintance.Name], claims: Value, isProven: Bool
    ) async throws -> LiveSession {
        try await inTurns(of: names) {
            let found = try await self.acquaint(names)
            if let customer = found.customer {
                return try await self.inTurn(of: found, customer) { id, names in
                    let file = try await self.customerFile(id)
                    return try await self.session(channel, sender, names, file, claims, isProven: isProven, isNew: false)
                }
            }
            let customer = Customer(id: self.ids.next(), createdAt: self.clock())
            return try await self.locks.withTurn(customer.id.number) {
                let file = CustomerFile(customer: customer, conversation: nil, identities: [:], timers: [:])
                return try await self.session(channel, sender, names, file, claims, isProven: isProven, isNew: true)
            }
        }
    }

    private func session(
        _ channel: String, _ sender: String, _ names: [Acquaintance.Name], _ file: CustomerFile, _ claims: Value, isProven: Bool,
        isNew: Bool
    ) async throws -> LiveSession {
        let now = clock()
        let customer = file.customer.id
        let conversation = try await current(of: file).flatMap {
            $0.canReopen(at: now, within: options.reopenWithin) ? $0 : nil
        }
        var begun = Conversation(id: ids.next(), customer: customer, channel: channel, startedAt: now)
        begun.sender = sender
        var work = Casework(
            file: file, conversation: conversation ?? begun, now: now, ids: ids, ways: ReplyWays(live: liveChannels))
        if isNew { work.record(.customerCreated, by: .customer(customer), [:]) }
        for name in [(channel, sender)] + names { work.know(identity: name.1, on: name.0) }
        work.claim(claims, isProven: isProven)
        if conversation == nil || isNew || work.isCustomerChanged || work.hasChanges { _ = try await commit(work) }
        return sessions.make(
            channel: channel, customer: try await bearer(of: sender, on: channel, file.customer),
            conversation: work.conversation.id,
            at: now
        ).answered(by: customer, merged: file.customer.merged)
    }

    /// Checks a session token; its conversation may have been followed by another, and its customer have been merged.
    package func liveSession(token: String) async throws -> LiveSession {
        let session = try sessions.check(token, at: clock())
        guard channels[session.channel]?.plugin == ChannelConfiguration.live else {
            throw DeskError(.unauthorized, "The channel of this session does not exist any more.")
        }
        let file = try await knownFile(try await survivor(of: session.owner))
        return LiveSession(
            token: token, channel: session.channel, owner: session.owner,
            conversation: try await current(of: file)?.id ?? session.conversation
        ).answered(by: file.customer.id, merged: file.customer.merged)
    }

    /// Takes in a message of a live session: the client's own id keeps it from being taken twice.
    package func receive(
        _ content: MessageContent, clientID: String?, from session: LiveSession
    ) async throws -> Intake {
        guard let sender = try await sender(of: session) else {
            throw DeskError(.unauthorized, "The session's customer is not known on its channel any more.")
        }
        return try await receive(
            InboundMessage(
                channel: session.channel, sender: sender, externalID: nil, clientID: clientID,
                content: try await attached(content)))
    }

    /// The id of a session's customer on its channel: their own, not that of whom they were merged with.
    private func sender(of session: LiveSession) async throws -> String? {
        let root = try await survivor(of: session.owner)
        let file = try await knownFile(root)
        guard !file.customer.merged.isEmpty else { return file.identities[session.channel] }
        if root != session.owner, let record = try await store.customer(session.owner)?.merge {
            return record.identities.first { $0.channel == session.channel }?.externalID ?? file.identities[session.channel]
        }
        for identity in try await store.identities(of: root) where identity.channel == session.channel {
            if try await bearer(of: identity.externalID, on: session.channel, file.customer) == root {
                return identity.externalID
            }
        }
        return file.identities[session.channel]
    }

    /// Who of the customers that are one now is known by an id.
    private func bearer(of externalID: String, on channel: String, _ customer: Customer) async throws -> ID<Customer> {
        for id in customer.merged {
            let record = try await store.customer(id)?.merge
            if record?.owns(channel: channel, externalID: externalID) == true { return id }
        }
        return customer.id
    }

    /// Somebody types, or has stopped: shown, never stored.
    package func typing(_ conversation: ID<Conversation>, by actor: Actor, on: Bool) {
        // Ends with one read and one call; a failure only costs a passing sign.
        Task {
            guard let stored = try? await self.store.conversation(conversation) else { return }
            let isCustomer = if case .customer = actor { true } else { false }
            self.hub.pass(
                .typing(conversation: conversation, by: actor, on: on), customer: stored.customer, exceptCustomer: isCustomer)
            guard !isCustomer, !self.liveChannels.contains(stored.channel),
                let file = try? await self.knownFile(stored.customer),
                let recipient = stored.sender ?? file.identities[stored.channel]
            else { return }
            await self.plugins.typing(channel: stored.channel, recipient: recipient, on: on)
        }
    }

    /// What a customer looked at or did: reaches agents at once and is kept in the journal.
    package func behaviour(_ customer: ID<Customer>, name: String, fields: Value) async throws {
        try await work {
            let customer = try await self.survivor(of: customer)
            let file = try await self.knownFile(customer)
            _ = try await self.store.append(
                Entry(
                    at: self.clock(),
                    events: [
                        Event.Draft(
                            .behaviour, conversation: file.conversation?.id, customer: customer, actor: .customer(customer),
                            payload: fields.merging(["name": .string(name)]))
                    ]))
        }
    }

    /// Marks what the other side sent as read, up to a seq.
    package func markRead(_ conversation: ID<Conversation>, upTo seq: Seq, by reader: Reader) async throws {
        try await work {
            guard let stored = try await self.store.conversation(conversation) else {
                throw DeskError.missing("conversation", conversation)
            }
            if case .customer(let id) = reader, stored.customer != id { throw DeskError.missing("conversation", conversation) }
            let messages = try await self.store.messages(
                MessageFilter(conversation: conversation, includesNotes: false),
                Page(after: seq + 1, limit: 200, descending: true))
            let wanted: MessageDirection = if case .customer = reader { .outbound } else { .inbound }
            let unread = messages.filter {
                $0.direction == wanted && $0.delivery.advanced(by: .read) == .read && $0.delivery != .read
            }
            try await self.report(.read, of: unread.map(\.id))
        }
    }
}
