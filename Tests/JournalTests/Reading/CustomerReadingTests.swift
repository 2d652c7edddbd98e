// SPDX-License-Identifier: Apache-2.0
import Desk
import GRDB
import Testing

@testable import Journal

@Suite("reading customers, conversations and tickets")
struct CustomerReadingTests {
    func customer(_ number: Int64, name: String? = nil) -> Customer {
        Customer(id: ID(number), name: name, createdAt: sampleTime)
    }

    func conversation(
        _ number: Int64, customer: Int64 = 1, state: ConversationState = .bot, agent: Int64? = nil, team: String? = nil
    ) -> Conversation {
        var it = Conversation(id: ID(number), customer: ID(customer), channel: "wx", startedAt: sampleTime)
        it.state = state
        it.agent = agent.map { ID($0) }
        it.team = team
        return it
    }

    @Test("a customer is found by id and by any identity, and changes")
    func customers() async throws {
        try await withStore { store, _ in
            var wang = customer(1, name: "王")
            let identities = [("web", "u1"), ("wx", "o1"), ("wx", "o2")].map {
                Identity(channel: $0.0, externalID: $0.1, customer: ID(1))
            }
            _ = try await store.append(
                .changes(.customer(wang), .identity(identities[2]), .identity(identities[0]), .identity(identities[1])))
            #expect(try await store.customer(ID(1)) == wang)
            #expect(try await store.customer(channel: "wx", externalID: "o2") == wang)
            #expect(try await store.customer(channel: "web", externalID: "o2") == nil)
            #expect(try await store.customer(ID(2)) == nil)
            #expect(try await store.identities(of: ID(1)) == identities)
            wang.tags = ["vip"]
            _ = try await store.append(.changes(.customer(wang)))
            #expect(try await store.customer(ID(1)) == wang)

            // An identity that turns out to be another person's moves there.
            let li = customer(2, name: "李")
            _ = try await store.append(
                .changes(.customer(li), .identity(Identity(channel: "wx", externalID: "o2", customer: ID(2)))))
            #expect(try await store.customer(channel: "wx", externalID: "o2") == li)
            #expect(try await store.identities(of: ID(1)).count == 2)
        }
    }

    @Test("lists go by pages in both directions")
    func pages() async throws {
        try await withStore { store, _ in
            for number in 1...7 { _ = try await store.append(.changes(.customer(customer(Int64(number))))) }
            func numbers(_ page: Page) async throws -> [Int64] { try await store.customers(page).map(\.id.number) }
            #expect(try await numbers(Page(limit: 3)) == [1, 2, 3])
            #expect(try await numbers(Page(after: 3, limit: 3)) == [4, 5, 6])
            #expect(try await numbers(Page(after: 6, limit: 3)) == [7])
            #expect(try await numbers(Page(limit: 2, descending: true)) == [7, 6])
            #expect(try await numbers(Page(after: 6, limit: 2, descending: true)) == [5, 4])
            #expect(try await numbers(Page(limit: 0)) == [1])
            #expect(try await numbers(Page(limit: 1_000_000)).count == 7)
        }
    }

    @Test("conversations are found by customer, state, agent and team, before and after they change")
    func conversations() async throws {
        try await withStore { store, _ in
            var first = conversation(1, customer: 1, state: .resolved)
            let all = [
                first, conversation(2, customer: 1, state: .queued, team: "a"),
                conversation(3, customer: 2, state: .assigned, agent: 9, team: "a"),
                .full(ID(4), customer: ID(3), at: sampleTime),
            ]
            for it in all { _ = try await store.append(.changes(.conversation(it))) }
            #expect(try await store.conversation(ID(4)) == all[3])
            #expect(try await store.conversation(ID(5)) == nil)
            #expect(try await store.latestConversation(of: ID(1)) == all[1])
            #expect(try await store.latestConversation(of: ID(8)) == nil)
            #expect(try await store.openConversations() == Array(all.dropFirst()))
            func numbers(_ filter: ConversationFilter) async throws -> [Int64] {
                try await store.conversations(filter, Page()).map(\.id.number)
            }
            #expect(try await numbers(.init()) == [1, 2, 3, 4])
            #expect(try await numbers(.init(states: [.queued, .resolved])) == [1, 2])
            #expect(try await numbers(.init(states: [])) == [])
            #expect(try await numbers(.init(customer: ID(1))) == [1, 2])
            #expect(try await numbers(.init(agent: ID(9))) == [3])
            #expect(try await numbers(.init(team: "a")) == [2, 3])
            #expect(try await numbers(.init(states: [.assigned], customer: ID(2), agent: ID(9), team: "a")) == [3])

            // A change of what is searched for, and one of something else only.
            first.state = .bot
            _ = try await store.append(.changes(.conversation(first)))
            first.priority = 5
            _ = try await store.append(.changes(.conversation(first)))
            #expect(try await store.conversation(ID(1)) == first)
            #expect(try await numbers(.init(states: [.bot])) == [1])
            #expect(try await numbers(.init(states: [.resolved])) == [])
        }
    }

    @Test("of many changes of one conversation in one commit the last one counts")
    func coalescing() async throws {
        try await withStore { store, _ in
            let appends = (0..<50).map { number in
                var it = conversation(1)
                it.priority = number % 10
                it.reopenings = number
                return Entry(at: sampleTime, events: [.init(.conversationChanged)], changes: [.conversation(it)])
            }
            let seqs = try await withThrowingTaskGroup(of: (Int, Seq).self) { group in
                for (number, entry) in appends.enumerated() {
                    group.addTask { (number, try #require(try await store.append(entry).first)) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let last = try #require(seqs.max { $0.1 < $1.1 })
            #expect(try await store.conversation(ID(1))?.reopenings == last.0)
        }
    }

    @Test("tickets are numbered from 1 without gaps, and their event says so")
    func tickets() async throws {
        try await withStore { store, _ in
            try await withThrowingTaskGroup { group in
                for number in 1...30 {
                    group.addTask {
                        let ticket = Ticket(id: ID(Int64(number)), subject: "坏了", createdAt: sampleTime)
                        // Every third meets a message that is known: it must not use up a number.
                        var entry = Entry(
                            at: sampleTime, events: [.init(.ticketCreated, ticket: ticket.id, payload: ticket.value)],
                            changes: [.ticket(ticket)])
                        if number % 3 == 0 {
                            entry.events += Entry.message(.sample(1)).events
                            entry.changes.append(.message(.sample(Int64(number), externalID: "same"), event: 1))
                        }
                        _ = try await store.append(entry)
                    }
                }
                try await group.waitForAll()
            }
            let tickets = try await store.tickets(.init(), Page(limit: 100))
            #expect(tickets.map(\.number).sorted() == Array(1...21))
            for filter in [EventFilter(kinds: [.ticketCreated]), .init(kinds: [.ticketCreated], ticket: tickets[0].id)] {
                for event in try await store.events(after: 0, limit: 100, matching: filter) {
                    let ticket = tickets.first { $0.id == event.ticket }
                    #expect(event.payload["number"]?.int == ticket?.number)
                }
            }
            // From the disk, too.
            let row = try await store.read { try EventRow.fetchOne($0, sql: "SELECT * FROM event WHERE kind = 'ticket.created'") }
            let event = try #require(try row?.event(store.vault))
            #expect(event.payload["number"]?.int == tickets.first { $0.id == event.ticket }?.number)
        }
    }

    @Test("a ticket keeps its number however it is written again")
    func ticketNumber() async throws {
        try await withStore { store, _ in
            var ticket = Ticket(id: ID(1), subject: "a", createdAt: sampleTime)
            _ = try await store.append(.changes(.ticket(ticket)))
            ticket.status = .open
            _ = try await store.append(.changes(.ticket(ticket)))
            ticket = try #require(try await store.ticket(ID(1)))
            #expect(ticket.number == 1)
            #expect(ticket.status == .open)
            ticket.subject = "b"
            _ = try await store.append(.changes(.ticket(ticket)))
            #expect(try await store.ticket(ID(1)) == ticket)
            #expect(try await store.ticket(ID(2)) == nil)
        }
    }

    @Test("tickets are found by status, requester, conversation, assignee and team")
    func ticketFilters() async throws {
        try await withStore { store, _ in
            let full = Ticket.full(ID(2), at: sampleTime)
            var plain = Ticket(id: ID(1), number: 11, subject: "x", createdAt: sampleTime)
            plain.requester = ID(77)
            _ = try await store.append(.changes(.ticket(full), .ticket(plain)))
            func numbers(_ filter: TicketFilter) async throws -> [Int64] {
                try await store.tickets(filter, Page()).map(\.id.number)
            }
            #expect(try await store.ticket(ID(2)) == full)
            #expect(try await numbers(.init()) == [1, 2])
            #expect(try await numbers(.init(statuses: [.pending])) == [2])
            #expect(try await numbers(.init(requester: ID(77))) == [1])
            #expect(try await numbers(.init(conversation: full.conversation)) == [2])
            #expect(try await numbers(.init(assignee: full.assignee)) == [2])
            #expect(try await numbers(.init(team: "after_sales")) == [2])
            #expect(try await numbers(.init(statuses: [.new], team: "after_sales")) == [])
        }
    }
}
