// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import GRDB

extension SQLiteStore {
    package func customer(_ id: ID<Customer>) async throws -> Customer? {
        let row = try await read { db in
            try SealedRow.fetchOne(
                db.cachedStatement(sql: "SELECT id, body FROM customer WHERE id = ?"), arguments: [id.number])
        }
        return try row.map(customer)
    }

    package func customer(channel: String, externalID: String) async throws -> Customer? {
        let key = vault.identityKey(channel: channel, externalID: externalID)
        let row = try await read { db in
            try SealedRow.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT customer.id, customer.body FROM identity JOIN customer ON customer.id = identity.customer
                        WHERE identity.key = ?
                        """), arguments: [key])
        }
        return try row.map(customer)
    }

    package func customers(_ page: Page) async throws -> [Customer] {
        let rows = try await read { db in
            try SealedRow.fetchAll(
                db,
                sql: "SELECT id, body FROM customer WHERE \(page.condition("id")) ORDER BY id \(page.order) LIMIT ?",
                arguments: page.arguments + [page.boundedLimit])
        }
        return try rows.map(customer)
    }

    package func identities(of customer: ID<Customer>) async throws -> [Identity] {
        let rows = try await read { db in
            try GRDB.Row.fetchAll(
                db.cachedStatement(sql: "SELECT key, body FROM identity WHERE customer = ?"), arguments: [customer.number]
            ).map { (key: $0[0] as Data, body: $0[1] as Data) }
        }
        return try rows.map { row in
            try vault.record(row.body, .identity, Vault.number(of: row.key), Identity.init(value:))
        }.sorted { ($0.channel, $0.externalID) < ($1.channel, $1.externalID) }
    }

    private func customer(_ row: SealedRow) throws -> Customer {
        try vault.record(row.body, .customer, row.id, Customer.init(value:))
    }
}

/// A row of which only the number is in clear.
struct SealedRow: FetchableRecord, Sendable {
    let id: Int64
    let body: Data
    init(row: GRDB.Row) {
        id = row[0]
        body = row[1]
    }
}

extension Vault {
    /// Opens and decodes.
    func record<T>(_ sealed: Data, _ place: Place, _ number: Int64, _ decode: (Value) -> T?) throws -> T {
        guard let record = decode(try value(sealed, place, number)) else {
            throw StoreError(code: .unreadable, message: "A stored \(place) has a form that this program does not know.")
        }
        return record
    }
}

extension Page {
    var order: String { descending ? "DESC" : "ASC" }
    /// What comes after the cursor; always takes one argument.
    func condition(_ column: String) -> String { "\(column) \(descending ? "<" : ">") ?" }
    var arguments: StatementArguments { [after ?? (descending ? Int64.max : Int64.min)] }
}
