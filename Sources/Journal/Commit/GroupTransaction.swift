// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import GRDB

/// What is open while one group of entries is written; lives inside the writer's transaction.
///
/// A value: the copy from before an entry is what remains if that entry fails.
struct GroupTransaction {
    let db: Database
    let vault: Vault
    /// The seq of the next event; read from the database, because other processes write too.
    private(set) var nextSeq: Seq
    /// For the ring of the newest events.
    private(set) var events: [Event] = []
    /// Rows of which only the last state in the group is written.
    private var conversations: [Int64: ConversationRow] = [:]
    private var customers: [Int64: CustomerRow] = [:]

    init(db: Database, vault: Vault) throws {
        self.db = db
        self.vault = vault
        nextSeq = try (db.numbers("SELECT coalesce(max(seq), 0) FROM event")?[0] ?? 0) + 1
    }

    /// Writes one entry, or nothing if one of its messages is known.
    mutating func apply(_ entry: PreparedEntry) throws -> Receipt {
        for key in entry.messageKeys {
            if let duplicate = try message(with: key) { return duplicate }
        }
        let first = nextSeq
        let numbers = try writeTickets(of: entry)
        for index in entry.drafts.indices { try write(entry, event: index, numbers: numbers) }
        for row in entry.rows { try write(row, first: first, at: entry.at) }
        return .committed(first: first, last: nextSeq - 1)
    }

    /// Writes what has been held back. Sorted, so that neighbours share pages.
    mutating func flush() throws {
        for row in customers.values.sorted(by: { $0.id < $1.id }) { try write(row) }
        for row in conversations.values.sorted(by: { $0.id < $1.id }) { try write(row) }
        customers.removeAll()
        conversations.removeAll()
    }

    private func message(with key: Data) throws -> Receipt? {
        let known = try db.numbers(
            "SELECT message.id, message.seq FROM message_key JOIN message USING (seq) WHERE key = ?", .blob(key))
        return known.map { .duplicate(of: ID($0[0]), seq: $0[1]) }
    }

    private mutating func write(_ entry: PreparedEntry, event index: Int, numbers: [Int64: Int64]) throws {
        var draft = entry.drafts[index]
        var payload = entry.payloads[index]
        if draft.kind == .ticketCreated, !numbers.isEmpty {
            // One new ticket needs no name; of several the event must say which.
            let number = draft.ticket.flatMap { numbers[$0.number] } ?? (numbers.count == 1 ? numbers.first?.value : nil)
            if let number {
                draft.payload["number"] = .int(number)
                payload = try vault.seal(draft.payload, .event, entry.at.milliseconds)
            }
        }
        try db.run(
            "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            .number(nextSeq), .number(entry.at.milliseconds), .text(draft.kind.rawValue), .number(draft.conversation?.number),
            .number(draft.ticket?.number), .number(draft.customer?.number), .text(draft.channel), .text(draft.actor.text),
            .number(draft.cause), .blob(payload))
        events.append(Event(seq: nextSeq, at: entry.at, draft: draft))
        nextSeq += 1
    }

    /// - Returns: the numbers given to new tickets, by ticket.
    private func writeTickets(of entry: PreparedEntry) throws -> [Int64: Int64] {
        var given: [Int64: Int64] = [:]
        for case .ticket(let row) in entry.rows {
            var number = row.number
            if number == 0 {
                // A caller who has not read the ticket back yet may write it again without its number.
                let next = try db.numbers(
                    """
                    SELECT coalesce((SELECT number FROM ticket WHERE id = ?), (SELECT coalesce(max(number), 0) + 1 FROM ticket))
                    """, .number(row.id))
                number = next?[0] ?? 1
                given[row.id] = number
            }
            try db.run(
                """
                INSERT INTO ticket VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET status = excluded.status,
                  requester = excluded.requester, conversation = excluded.conversation, assignee = excluded.assignee,
                  team = excluded.team, body = excluded.body
                """,
                .number(row.id), .number(number), .text(row.status), .number(row.requester), .number(row.conversation),
                .number(row.assignee), .text(row.team), .blob(row.body))
        }
        return given
    }

    private mutating func write(_ row: PreparedEntry.Row, first: Seq, at: Instant) throws {
        switch row {
        case .customer(let it): customers[it.id] = it
        case .conversation(let it): conversations[it.id] = it
        case .message(let it): try write(it, seq: first + Seq(it.event))
        case .ticket: break
        default: try writeRarer(row, at: at)
        }
    }

    private func write(_ row: CustomerRow) throws {
        try db.run(
            "INSERT INTO customer VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body", .number(row.id),
            .blob(row.body))
    }

    private func write(_ row: ConversationRow) throws {
        // Mostly nothing that an index holds has changed: then no index page is touched.
        try db.run(
            "UPDATE conversation SET body = ? WHERE id = ? AND customer = ? AND state = ? AND agent IS ? AND team IS ?",
            .blob(row.body), .number(row.id), .number(row.customer), .text(row.state), .number(row.agent), .text(row.team))
        guard db.changesCount == 0 else { return }
        try db.run(
            """
            INSERT INTO conversation VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET customer = excluded.customer, state = excluded.state,
              agent = excluded.agent, team = excluded.team, body = excluded.body
            """,
            .number(row.id), .number(row.customer), .text(row.state), .number(row.agent), .text(row.team), .blob(row.body))
    }

    private func write(_ row: MessageRow, seq: Seq) throws {
        try db.run(
            "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, NULL)", .number(seq), .number(row.id), .text(row.channel),
            .text(row.direction), .text(row.delivery), .blob(row.failure))
        for key in row.keys { try db.run("INSERT INTO message_key VALUES (?, ?)", .blob(key), .number(seq)) }
    }
}
