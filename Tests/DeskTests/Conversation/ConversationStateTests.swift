// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@Suite("ConversationState") struct ConversationStateTests {
    /// Every state and every occurrence, written out; `-` cannot happen.
    static let table = """
                       bot       queued    assigned  pending   resolved
        customerWrote  bot       queued    assigned  assigned  bot
        handedOff      queued    queued    queued    queued    -
        accepted       assigned  assigned  assigned  assigned  -
        released       -         queued    queued    queued    -
        postponed      -         -         pending   pending   -
        returnedToBot  bot       bot       bot       bot       -
        resolved       resolved  resolved  resolved  resolved  -
        """

    struct Step: Sendable, CustomTestStringConvertible {
        let state: ConversationState
        let occurrence: ConversationOccurrence
        let next: ConversationState?
        var testDescription: String { "\(state) + \(occurrence) → \(next.map { "\($0)" } ?? "-")" }
    }

    static let steps: [Step] = {
        let lines = table.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        return lines.dropFirst().flatMap { line in
            zip(lines[0], line.dropFirst()).map { state, next in
                Step(
                    state: ConversationState(rawValue: state)!, occurrence: ConversationOccurrence(rawValue: line[0])!,
                    next: ConversationState(rawValue: next))
            }
        }
    }()

    static let start = Instant(seconds: 1_760_000_000)

    static func sample(_ state: ConversationState = .bot) -> Conversation {
        var conversation = Conversation(id: ID(1), customer: ID(2), channel: "mini", startedAt: start)
        conversation.state = state
        return conversation
    }

    @Test("the table has every pair once") func complete() {
        #expect(Self.steps.count == ConversationState.allCases.count * ConversationOccurrence.allCases.count)
        #expect(Set(Self.steps.map { "\($0.state) \($0.occurrence)" }).count == Self.steps.count)
    }

    @Test("each pair leads where the table says", arguments: steps) func pairs(step: Step) throws {
        #expect(step.state.after(step.occurrence) == step.next)
        var conversation = Self.sample(step.state)
        let before = conversation
        let now = Self.start + .seconds(60)
        if let next = step.next {
            try conversation.apply(step.occurrence, at: now)
            #expect(conversation.state == next)
            #expect(conversation.updatedAt == now)
        } else {
            #expect(throws: IllegalStep(state: step.state.rawValue, occurrence: step.occurrence.rawValue)) {
                try conversation.apply(step.occurrence, at: now)
            }
            #expect(conversation == before, "what cannot happen changes nothing")
        }
    }

    @Test("with people while it is queued, assigned or pending") func withPeople() {
        #expect(ConversationState.allCases.filter(\.isWithPeople) == [.queued, .assigned, .pending])
    }
}

@Suite("Conversation clocks") struct ConversationClockTests {
    private let start = ConversationStateTests.start
    private func at(_ seconds: Int) -> Instant { start + .seconds(seconds) }

    @Test("the first unanswered message starts the wait, later ones do not move it") func waiting() throws {
        var conversation = ConversationStateTests.sample()
        try conversation.apply(.customerWrote, at: at(1))
        try conversation.apply(.customerWrote, at: at(9))
        #expect(conversation.waitingSince == at(1))
        #expect(conversation.lastCustomerMessageAt == at(9))
    }

    @Test("the wait for a person begins once; given back to the queue, the queue begins anew") func personWanted() throws {
        var conversation = ConversationStateTests.sample()
        try conversation.apply(.handedOff, at: at(1))
        try conversation.apply(.handedOff, at: at(5))
        #expect(conversation.queuedAt == at(1))
        try conversation.apply(.accepted, at: at(10))
        conversation.agent = ID(7)
        #expect(conversation.queuedAt == nil)
        #expect(conversation.assignedAt == at(10))
        try conversation.apply(.released, at: at(20))
        #expect(conversation.personWantedSince == at(1))
        #expect(conversation.queuedAt == at(20))
        #expect(conversation.agent == nil)
        #expect(conversation.lastAgent == ID(7))
    }

    @Test("resolved and written to again: nothing of the former stint is left but who had it") func reopened() throws {
        var conversation = ConversationStateTests.sample()
        try conversation.apply(.customerWrote, at: at(0))
        try conversation.apply(.handedOff, at: at(1))
        try conversation.apply(.accepted, at: at(2))
        conversation.agent = ID(7)
        try conversation.apply(.resolved, at: at(3))
        #expect(conversation.resolvedAt == at(3))
        #expect(conversation.waitingSince == nil && conversation.personWantedSince == nil && conversation.queuedAt == nil)
        try conversation.apply(.customerWrote, at: at(4))
        #expect(conversation.state == .bot)
        #expect(conversation.reopenings == 1)
        #expect(conversation.resolvedAt == nil && conversation.agent == nil && conversation.assignedAt == nil)
        #expect(conversation.lastAgent == ID(7))
        #expect(conversation.waitingSince == at(4))
    }

    @Test("back with the bot there is no agent, team or queue") func returned() throws {
        var conversation = ConversationStateTests.sample()
        try conversation.apply(.handedOff, at: at(1))
        conversation.team = "service"
        try conversation.apply(.returnedToBot, at: at(2))
        #expect(conversation.team == nil && conversation.queuedAt == nil && conversation.personWantedSince == nil)
    }

    @Test("reopens within the window, its last moment included", arguments: [(0, true), (3600, true), (3601, false)])
    func window(seconds: Int, expected: Bool) throws {
        var conversation = ConversationStateTests.sample()
        try conversation.apply(.resolved, at: start)
        #expect(conversation.canReopen(at: at(seconds), within: .seconds(3600)) == expected)
    }

    @Test("one that is not resolved simply goes on") func unresolved() {
        #expect(ConversationStateTests.sample(.queued).canReopen(at: at(999_999), within: .zero))
    }

    @Test("served first: higher priority, then the longer wait, then the older id") func order() {
        func queued(_ id: Int64, priority: Int, since: Int) -> Conversation {
            var conversation = Conversation(id: ID(id), customer: ID(2), channel: "mini", startedAt: start)
            (conversation.priority, conversation.queuedAt) = (priority, at(since))
            return conversation
        }
        let all = [
            queued(4, priority: 0, since: 1), queued(3, priority: 2, since: 9), queued(2, priority: 2, since: 5),
            queued(1, priority: 2, since: 9),
        ]
        #expect(all.sorted { $0.isServed(before: $1) }.map(\.id.number) == [2, 1, 3, 4])
    }
}
