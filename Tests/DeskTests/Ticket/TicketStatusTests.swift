// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@Suite("TicketStatus") struct TicketStatusTests {
    /// Every status and every occurrence, written out; `-` cannot happen.
    static let table = """
                          new      open     pending  on_hold  solved  closed
        assigned          open     open     pending  on_hold  solved  -
        customerReplied   new      open     open     on_hold  open    -
        agentReplied      open     open     pending  on_hold  solved  -
        awaitingCustomer  pending  pending  pending  pending  -       -
        heldUp            on_hold  on_hold  on_hold  on_hold  -       -
        resumed           open     -        open     open     -       -
        solved            solved   solved   solved   solved   -       -
        closed            -        -        -        -        closed  -
        reopened          -        -        -        -        open    -
        """

    struct Step: Sendable, CustomTestStringConvertible {
        let status: TicketStatus
        let occurrence: TicketOccurrence
        let next: TicketStatus?
        var testDescription: String { "\(status) + \(occurrence) → \(next.map { "\($0)" } ?? "-")" }
    }

    static let steps: [Step] = {
        let lines = table.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        return lines.dropFirst().flatMap { line in
            zip(lines[0], line.dropFirst()).map { status, next in
                Step(
                    status: TicketStatus(rawValue: status)!, occurrence: TicketOccurrence(rawValue: line[0])!,
                    next: TicketStatus(rawValue: next))
            }
        }
    }()

    static let start = Instant(seconds: 1_760_000_000)
    static func sample(_ status: TicketStatus = .new) -> Ticket {
        Ticket(id: ID(1), status: status, subject: "Broken cup", createdAt: start)
    }

    @Test("the table has every pair once") func complete() {
        #expect(Self.steps.count == TicketStatus.allCases.count * TicketOccurrence.allCases.count)
        #expect(Set(Self.steps.map { "\($0.status) \($0.occurrence)" }).count == Self.steps.count)
    }

    @Test("each pair leads where the table says", arguments: steps) func pairs(step: Step) throws {
        #expect(step.status.after(step.occurrence) == step.next)
        var ticket = Self.sample(step.status)
        let before = ticket
        if let next = step.next {
            try ticket.apply(step.occurrence, at: Self.start + .seconds(1))
            #expect(ticket.status == next)
        } else {
            #expect(throws: IllegalStep(state: step.status.rawValue, occurrence: step.occurrence.rawValue)) {
                try ticket.apply(step.occurrence, at: Self.start + .seconds(1))
            }
            #expect(ticket == before)
        }
    }

    @Test("what a person may choose from a status") func choices() {
        let expected: [TicketStatus: [TicketStatus]] = [
            .new: [.open, .pending, .onHold, .solved], .open: [.pending, .onHold, .solved],
            .pending: [.open, .pending, .onHold, .solved],
            .onHold: [.open, .pending, .onHold, .solved], .solved: [.open, .closed], .closed: [],
        ]
        for status in TicketStatus.allCases {
            let open = TicketStatus.allCases.filter { other in
                // To where it stands already no step is needed; only pauses take it.
                status == .open && other == .open ? false : status.occurrence(to: other) != nil
            }
            #expect(open == expected[status], "\(status)")
        }
    }
}

@Suite("Ticket clocks") struct TicketClockTests {
    private func at(_ seconds: Int) -> Instant { TicketStatusTests.start + .seconds(seconds) }

    @Test("the clocks stand still while it waits for the customer or somebody else, and pauses add up") func pauses() throws {
        var ticket = TicketStatusTests.sample()
        try ticket.apply(.assigned, at: at(10))
        try ticket.apply(.awaitingCustomer, at: at(20))
        #expect(ticket.pausedSince == at(20))
        try ticket.apply(.heldUp, at: at(50))
        #expect(ticket.pausedSince == at(20), "from one pause to another is one pause")
        #expect(ticket.paused == .zero)
        try ticket.apply(.resumed, at: at(80))
        #expect(ticket.paused == .seconds(60))
        #expect(ticket.pausedSince == nil)
        try ticket.apply(.awaitingCustomer, at: at(100))
        try ticket.apply(.customerReplied, at: at(105))
        #expect(ticket.paused == .seconds(65))
        try ticket.apply(.awaitingCustomer, at: at(110))
        try ticket.apply(.solved, at: at(120))
        #expect(ticket.paused == .seconds(75))
        #expect(ticket.solvedAt == at(120))
    }

    @Test("a customer's answer does not wake a ticket that waits for a supplier") func onHold() throws {
        var ticket = TicketStatusTests.sample(.open)
        try ticket.apply(.heldUp, at: at(1))
        try ticket.apply(.customerReplied, at: at(2))
        #expect(ticket.status == .onHold)
        #expect(ticket.pausedSince == at(1))
    }

    @Test("the first reply stays the first") func firstReply() throws {
        var ticket = TicketStatusTests.sample()
        try ticket.apply(.agentReplied, at: at(5))
        try ticket.apply(.agentReplied, at: at(9))
        #expect(ticket.firstReplyAt == at(5))
    }

    @Test("solved, reopened by the customer, solved again, closed for good") func reopening() throws {
        var ticket = TicketStatusTests.sample(.open)
        try ticket.apply(.solved, at: at(1))
        try ticket.apply(.customerReplied, at: at(2))
        #expect(ticket.reopenings == 1)
        #expect(ticket.solvedAt == nil)
        try ticket.apply(.solved, at: at(3))
        try ticket.apply(.reopened, at: at(4))
        #expect(ticket.reopenings == 2)
        try ticket.apply(.solved, at: at(5))
        try ticket.apply(.closed, at: at(6))
        #expect(ticket.solvedAt == at(5))
        #expect(ticket.closedAt == at(6))
        #expect(throws: IllegalStep.self) { try ticket.apply(.customerReplied, at: at(7)) }
    }
}
