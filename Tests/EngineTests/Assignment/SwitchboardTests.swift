// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Engine

@Suite("Who waits and who is free")
struct SwitchboardTests {
    let start = Instant(seconds: 1_000_000)

    func agent(_ number: Int64, teams: [String] = ["service"], capacity: Int = 1, _ presence: Agent.Presence = .online) -> Agent {
        Agent(id: ID(number), name: "agent \(number)", teams: teams, capacity: capacity, presence: presence, idleSince: start)
    }

    func waiting(_ number: Int64, team: String? = "service", priority: Int = 0, since: Int64 = 0) -> Conversation {
        var conversation = Conversation(id: ID(number), customer: ID(number), channel: "web", startedAt: start)
        conversation.state = .queued
        conversation.team = team
        conversation.priority = priority
        conversation.queuedAt = start + .seconds(since)
        return conversation
    }

    @Test("the higher priority is served first, then the longer wait")
    func order() {
        var board = Switchboard()
        board.put(agent(1, capacity: 3))
        board.note(waiting(10, since: 5))
        board.note(waiting(11, since: 1))
        board.note(waiting(12, priority: 5, since: 9))
        var served: [Int64] = []
        while let next = board.next(at: start) { served.append(next.waiting.conversation.number) }
        #expect(served == [12, 11, 10])
    }

    @Test("two conversations never take the same last place")
    func lastPlace() {
        var board = Switchboard()
        board.put(agent(1))
        board.note(waiting(10))
        board.note(waiting(11))
        #expect(board.next(at: start)?.agent == ID(1))
        #expect(board.next(at: start) == nil)
        #expect(board.queue.keys.map(\.number) == [11])
    }

    @Test("a place that is given back is taken by the next")
    func givenBack() {
        var board = Switchboard()
        board.put(agent(1))
        board.note(waiting(10))
        board.note(waiting(11, since: 1))
        #expect(board.next(at: start)?.waiting.conversation == ID(10))
        var resolved = waiting(10)
        resolved.state = .resolved
        board.note(resolved)
        #expect(board.load(of: ID(1)) == 0)
        #expect(board.next(at: start)?.waiting.conversation == ID(11))
    }

    @Test("a team that has nobody does not hold up the others")
    func otherTeam() {
        var board = Switchboard()
        board.put(agent(1, teams: ["after_sales"]))
        board.note(waiting(10, team: "service", priority: 9))
        board.note(waiting(11, team: "after_sales"))
        #expect(board.next(at: start)?.waiting.conversation == ID(11))
    }

    @Test("busy, away and offline agents get nothing", arguments: [Agent.Presence.busy, .away, .offline])
    func presence(_ presence: Agent.Presence) {
        var board = Switchboard()
        board.put(agent(1, presence))
        board.note(waiting(10))
        #expect(board.next(at: start) == nil)
    }

    @Test("a postponed conversation fills no place")
    func postponed() {
        var board = Switchboard()
        board.put(agent(1))
        var held = waiting(10)
        held.state = .assigned
        held.agent = ID(1)
        board.note(held)
        #expect(board.load(of: ID(1)) == 1)
        held.state = .pending
        board.note(held)
        #expect(board.load(of: ID(1)) == 0)
    }

    @Test("rules see queues, who is online and whether a team is open")
    func view() {
        var board = Switchboard()
        board.put(agent(1, teams: ["service", "premium"]))
        board.put(Team(id: "service", name: "Service", hours: BusinessHours(week: [:])))
        board.note(waiting(10))
        board.note(waiting(11, team: "premium"))
        let view = board.view(at: start)
        #expect(view.queueLength == 2)
        #expect(view.queues == ["service": 1, "premium": 1])
        #expect(view.online == ["service": 1, "premium": 1])
        #expect(view.open == ["service": false])
    }

    @Test("what each team has waiting is counted as it comes, moves on and goes")
    func counted() {
        var board = Switchboard()
        var random = SplitMix(state: 7)
        for number in 1...3 { board.put(agent(Int64(number), teams: ["service", "premium"], capacity: 2)) }
        for _ in 0..<2000 {
            var conversation = waiting(
                Int64(1 + random.next(below: 40)), team: [nil, "service", "premium", "complaints"][random.next(below: 4)])
            switch random.next(below: 5) {
            case 0: _ = board.next(at: start)
            case 1: board.forget(conversation.id)
            case 2:
                conversation.state = .resolved
                board.note(conversation)
            default: board.note(conversation)
            }
            let counted = board.queue.values.reduce(into: [:]) { $0[$1.team ?? "", default: 0] += 1 }
            #expect(board.view(at: start).queues == counted)
        }
    }
}
