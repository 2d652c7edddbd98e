// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation

extension PreparedEntry {
    /// - Throws: `StoreError.invalid` if the entry contradicts itself.
    init(_ entry: Entry, vault: Vault) throws {
        at = entry.at
        drafts = entry.events
        var keys: [Data] = []
        var rows: [Row] = []
        rows.reserveCapacity(entry.changes.count)
        for change in entry.changes {
            if case .message(let message, let number) = change {
                guard drafts.indices.contains(number) else {
                    throw StoreError(code: .invalid, message: "Message \(message.id) names event \(number), which is not there.")
                }
                drafts[number].carry(message)
                let row = try MessageRow(message, event: number, vault: vault)
                keys += row.keys
                rows.append(.message(row))
            } else {
                rows.append(try Row(change, at: entry.at, vault: vault))
            }
        }
        guard Set(keys).count == keys.count else {
            throw StoreError(code: .invalid, message: "Two messages of one entry bear the same external or client id.")
        }
        messageKeys = keys
        self.rows = rows
        payloads = try drafts.map { try vault.seal($0.payload, .event, entry.at.milliseconds) }
    }
}

extension Event.Draft {
    /// Makes this the event that a message is read from: its payload has all of the message, and its conversation leads here.
    fileprivate mutating func carry(_ message: Message) {
        if conversation == nil { conversation = message.conversation }
        if payload["id"]?.string != message.id.text { payload = message.value.merging(payload) }
    }
}

extension MessageRow {
    init(_ message: Message, event: Int, vault: Vault) throws {
        var keys: [Data] = []
        if let external = message.externalID {
            keys.append(vault.messageKey(channel: message.channel, externalID: external))
        }
        if let client = message.clientID {
            keys.append(vault.messageKey(conversation: message.conversation, clientID: client))
        }
        self.init(
            id: message.id.number, channel: message.channel, direction: message.direction.rawValue,
            delivery: message.delivery.name,
            failure: try message.delivery.reason.map { try vault.seal(.string($0), .delivery, message.id.number) },
            event: event, keys: keys)
    }
}

extension PreparedEntry.Row {
    fileprivate init(_ change: Change, at: Instant, vault: Vault) throws {
        switch change {
        case .customer(let it):
            self = .customer(.init(id: it.id.number, body: try vault.seal(it.value, .customer, it.id.number)))
        case .identity(let it):
            let key = vault.identityKey(channel: it.channel, externalID: it.externalID)
            let body = try vault.seal(it.value, .identity, Vault.number(of: key))
            self = .identity(key: key, customer: it.customer.number, body: body)
        case .conversation(let it):
            self = .conversation(
                .init(
                    id: it.id.number, customer: it.customer.number, state: it.state.rawValue, agent: it.agent?.number,
                    team: it.team, body: try vault.seal(it.value, .conversation, it.id.number)))
        case .message(let it, let event):
            self = .message(try MessageRow(it, event: event, vault: vault))
        case .delivery(let id, let delivery, let externalID, let further):
            self = .delivery(
                message: id.number, state: delivery.name,
                failure: try delivery.reason.map { try vault.seal(.string($0), .delivery, id.number) },
                external: try externalID.map { ($0, try vault.seal(.string($0), .delivery, id.number)) }, further: further)
        case .ticket(let it):
            self = .ticket(
                .init(
                    id: it.id.number, number: it.number, status: it.status.rawValue, requester: it.requester?.number,
                    conversation: it.conversation?.number, assignee: it.assignee?.number, team: it.team,
                    body: try vault.seal(it.value, .ticket, it.id.number)))
        case .agent(let it):
            self = .agent(id: it.id.number, body: try vault.seal(it.value, .agent, it.id.number))
        case .team(let it):
            self = .team(id: it.id, body: try vault.seal(it.value, .team, vault.number(of: it.id)))
        case .channel(let it): self = .channel(it)
        case .outbox(let it):
            self = .outbox(
                .init(
                    message: it.message.number, channel: it.channel, state: it.state.rawValue,
                    queuedAt: it.queuedAt.milliseconds, body: try vault.seal(it.value, .outbox, it.message.number)))
        case .outboxDone(let id): self = .outboxDone(id.number)
        case .timer(let it):
            self = .timer(
                .init(
                    key: it.key, dueAt: it.dueAt.milliseconds, conversation: it.conversation?.number,
                    body: try vault.seal(it.payload, .timer, vault.number(of: it.key))))
        case .timerDone(let key): self = .timerDone(key: key)
        case .ruleSet(let it):
            let files = Value.object(
                .init(unchecked: it.files.sorted { $0.key < $1.key }.map { .init($0.key, .bytes($0.value)) }))
            self = .ruleSet(
                .init(
                    id: it.id, name: it.name, acceptedAt: it.acceptedAt.milliseconds,
                    activatedAt: it.activatedAt?.milliseconds, by: it.by,
                    files: try vault.seal(files, .ruleSet, vault.number(of: it.id))))
        case .activateRuleSet(let id): self = .activateRuleSet(id: id)
        case .token(let it): self = .token(it)
        case .revokeToken(let name): self = .revokeToken(name: name)
        case .idempotent(let key, let answer):
            let key = vault.answerKey(key)
            self = .idempotent(
                key: key, expires: (at + .seconds(86_400)).milliseconds,
                answer: try vault.seal(answer, .answer, Vault.number(of: key)))
        case .trimDecisions(let after, let through, let limit):
            self = .trimDecisions(after: after, through: through, limit: limit)
        case .stored(let namespace, let key, let value, let expires):
            let key = vault.storedKey(namespace: namespace, key: key)
            guard let value else { self = .storedGone(key: key); return }
            self = .stored(
                key: key, namespace: namespace, expires: expires?.milliseconds,
                body: try vault.seal(value, .stored, Vault.number(of: key)))
        }
    }
}
