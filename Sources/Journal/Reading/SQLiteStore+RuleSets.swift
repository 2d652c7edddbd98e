// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import GRDB

extension SQLiteStore {
    package func ruleSets(limit: Int) async throws -> [RuleSetRecord] {
        try await read { db in
            try StoredRuleSet.fetchAll(
                db,
                sql: """
                    SELECT id, name, accepted_at, activated_at, by, NULL FROM rule_set
                    ORDER BY coalesce(activated_at, accepted_at) DESC, rowid DESC LIMIT ?
                    """, arguments: [min(max(limit, 1), 1000)])
        }.map { try $0.record(vault) }
    }

    package func ruleSet(_ id: String) async throws -> RuleSetRecord? { try await ruleSet("id = ?", [id]) }

    package func activeRuleSet() async throws -> RuleSetRecord? { try await ruleSet("is_active = 1", []) }

    private func ruleSet(_ condition: String, _ arguments: StatementArguments) async throws -> RuleSetRecord? {
        try await read { db in
            try StoredRuleSet.fetchOne(
                db, sql: "SELECT id, name, accepted_at, activated_at, by, files FROM rule_set WHERE \(condition)",
                arguments: arguments)
        }?.record(vault)
    }
}

private struct StoredRuleSet: FetchableRecord, Sendable {
    private let id: String
    private let name: String
    private let acceptedAt: Int64
    private let activatedAt: Int64?
    private let by: String
    private let files: Data?

    init(row: GRDB.Row) {
        id = row[0]
        name = row[1]
        acceptedAt = row[2]
        activatedAt = row[3]
        by = row[4]
        files = row[5]
    }

    func record(_ vault: Vault) throws -> RuleSetRecord {
        let tree = try files.map { try vault.value($0, .ruleSet, vault.number(of: id)) }
        let pairs = tree?.object?.pairs ?? []
        return RuleSetRecord(
            id: id, name: name, files: Dictionary(uniqueKeysWithValues: pairs.map { ($0.name, $0.value.utf8 ?? []) }),
            acceptedAt: Instant(milliseconds: acceptedAt), activatedAt: activatedAt.map(Instant.init(milliseconds:)), by: by)
    }
}
