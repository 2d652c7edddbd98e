// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import GRDB

extension SQLiteStore {
    package func conversation(_ id: ID<Conversation>) async throws -> Conversation? {
        try await conversations("WHERE id = ?", [id.number], isRepeated: true).first
    }

    package func latestConversation(of customer: ID<Customer>) async throws -> Conversation? {
        try await conversations(
            "WHERE customer = ? ORDER BY id DESC LIMIT 1", [customer.number], isRepeated: true
        ).first
    }

    package func conversations(_ filter: ConversationFilter, _ page: Page) async throws -> [Conversation] {
        if filter.states?.isEmpty == true { return [] }
        var query = Query(page, column: "id")
        query.require("state", oneOf: filter.states.map { $0.map(\.rawValue) })
        query.require("customer", filter.customer?.number)
        query.require("agent", filter.agent?.number)
        query.require("team", filter.team)
        // Most conversations are resolved: who does not ask for those reads the index of the others.
        let isAboutOpen = filter.states.map { !$0.contains(.resolved) } ?? false
        if isAboutOpen { query.require("state <> 'resolved'") }
        let source = isAboutOpen && filter.customer == nil ? Self.open : "conversation"
        return try await conversations(query.sql, query.arguments, from: source)
    }

    package func openConversations() async throws -> [Conversation] {
        try await conversations("WHERE state <> 'resolved' ORDER BY id", [], from: Self.open)
    }

    /// Needs the condition that the state is not resolved.
    private static let open = "conversation INDEXED BY conversation_open"

    private func conversations(
        _ rest: String, _ arguments: StatementArguments, from source: String = "conversation", isRepeated: Bool = false
    ) async throws -> [Conversation] {
        let rows = try await read { db in
            try SealedRow.fetchAll(
                db.statement("SELECT id, body FROM \(source) \(rest)", isRepeated), arguments: arguments)
        }
        return try rows.map { try vault.record($0.body, .conversation, $0.id, Conversation.init(value:)) }
    }
}

/// The conditions of a list, gathered.
struct Query {
    private var conditions: [String]
    private(set) var arguments: StatementArguments
    private let page: Page
    private let column: String

    init(_ page: Page, column: String) {
        self.page = page
        self.column = column
        conditions = [page.condition(column)]
        arguments = page.arguments
    }

    /// Nil: any.
    mutating func require(_ column: String, _ value: (any DatabaseValueConvertible)?) {
        guard let value else { return }
        conditions.append("\(column) = ?")
        arguments += [value]
    }

    /// Nil: any; empty: none.
    mutating func require(_ column: String, oneOf values: [String]?) {
        guard let values else { return }
        conditions.append("\(column) IN (\(values.map { _ in "?" }.joined(separator: ", ")))")
        arguments += StatementArguments(values)
    }

    mutating func require(_ condition: String) { conditions.append(condition) }

    /// From WHERE to LIMIT.
    var sql: String {
        "WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(column) \(page.order) LIMIT \(page.boundedLimit)"
    }
}
