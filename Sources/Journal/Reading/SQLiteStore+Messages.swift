// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import GRDB

extension SQLiteStore {
    package func message(_ id: ID<Message>) async throws -> Message? {
        try await messages("WHERE message.id = ?", [id.number], isRepeated: true).first
    }

    package func messages(_ ids: [ID<Message>]) async throws -> [Message] {
        guard !ids.isEmpty else { return [] }
        let list = ids.map { String($0.number) }.joined(separator: ",")
        return try await messages("WHERE message.id IN (\(list))", [])
    }

    package func message(channel: String, externalID: String) async throws -> Message? {
        try await message(key: vault.messageKey(channel: channel, externalID: externalID))
    }

    package func message(conversation: ID<Conversation>, clientID: String) async throws -> Message? {
        try await message(key: vault.messageKey(conversation: conversation, clientID: clientID))
    }

    private func message(key: Data) async throws -> Message? {
        try await messages("WHERE message.seq = (SELECT seq FROM message_key WHERE key = ?)", [key], isRepeated: true).first
    }

    package func messages(_ filter: MessageFilter, _ page: Page) async throws -> [Message] {
        // By conversation the index of events leads; otherwise the messages do, whose rows are small.
        let isByConversation = filter.conversation != nil || filter.customer != nil
        var query = Query(page, column: isByConversation ? "event.seq" : "message.seq")
        query.require("event.conversation", filter.conversation?.number)
        query.require("message.channel", filter.channel)
        if !filter.includesNotes { query.require("message.direction <> 'note'") }
        if let customer = filter.customer {
            query.require("event.conversation IN (SELECT id FROM conversation WHERE customer = \(customer.number))")
        }
        return try await messages(
            query.sql, query.arguments, from: isByConversation ? "event CROSS JOIN message" : "message CROSS JOIN event")
    }

    /// - Parameters:
    ///   - source: CROSS JOIN keeps its order in SQLite.
    ///   - isRepeated: the same words each time, so that the statement is kept.
    private func messages(
        _ rest: String, _ arguments: StatementArguments, from source: String = "message CROSS JOIN event",
        isRepeated: Bool = false
    ) async throws -> [Message] {
        let sql = """
            SELECT message.id, message.seq, message.delivery, message.failure, message.external, event.at, event.payload
            FROM \(source) ON message.seq = event.seq \(rest)
            """
        let rows = try await read { db in try StoredMessage.fetchAll(db.statement(sql, isRepeated), arguments: arguments) }
        return try rows.map { try $0.message(vault) }
    }
}

/// A message as it lies in the tables: said in its event, delivered in its row.
private struct StoredMessage: FetchableRecord, Sendable {
    private let id: Int64
    private let seq: Seq
    private let delivery: String
    private let failure: Data?
    private let external: Data?
    private let at: Int64
    private let payload: Data

    init(row: GRDB.Row) {
        id = row[0]
        seq = row[1]
        delivery = row[2]
        failure = row[3]
        external = row[4]
        at = row[5]
        payload = row[6]
    }

    func message(_ vault: Vault) throws -> Message {
        var message = try vault.record(payload, .event, at, Message.init(value:))
        message.seq = seq
        let reason = try failure.flatMap { try vault.value($0, .delivery, id).string }
        if let delivery = Delivery(name: delivery, reason: reason) { message.delivery = delivery }
        if let external = try external.flatMap({ try vault.value($0, .delivery, id).string }) { message.externalID = external }
        return message
    }
}
