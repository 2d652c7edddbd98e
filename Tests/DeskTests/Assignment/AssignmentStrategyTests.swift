// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@Suite("Assignment") struct AssignmentStrategyTests {
    private static let start = Instant(seconds: 1_760_000_000)

    /// Idle for so many seconds; given one so many seconds ago.
    private static func candidate(
        _ id: Int64, load: Int = 0, capacity: Int = 5, idle: Int = 0, given: Int? = nil, presence: Agent.Presence = .online,
        teams: [String] = ["service"], skills: [String] = []
    ) -> Candidate {
        Candidate(
            agent: Agent(
                id: ID(id), name: "A\(id)", teams: teams, skills: skills, capacity: capacity, presence: presence,
                idleSince: start - .seconds(idle)),
            load: load, lastGiven: given.map { start - .seconds($0) })
    }

    private static func picked(
        _ strategy: AssignmentStrategy, _ candidates: [Candidate], team: String? = "service", skills: [String] = [],
        last: Int64? = nil
    ) -> Int64? {
        let last = last.map { ID<Agent>($0) }
        let forwards = strategy.pick(from: candidates, team: team, skills: skills, last: last)?.agent.id.number
        let backwards = strategy.pick(from: candidates.reversed(), team: team, skills: skills, last: last)?.agent.id.number
        #expect(forwards == backwards, "the order of the candidates must not matter")
        return forwards
    }

    @Test("nobody is picked who may not have it", arguments: AssignmentStrategy.allCases) func barred(
        strategy: AssignmentStrategy
    ) {
        let barred = [
            Self.candidate(1, presence: .busy), Self.candidate(2, presence: .away), Self.candidate(3, presence: .offline),
            Self.candidate(4, load: 5), Self.candidate(5, load: 6), Self.candidate(6, capacity: 0),
            Self.candidate(7, teams: ["premium"]),
            Self.candidate(8, teams: []),
        ]
        #expect(Self.picked(strategy, barred, last: 4) == nil)
        #expect(Self.picked(strategy, []) == nil)
        #expect(Self.picked(strategy, barred + [Self.candidate(9)], last: 4) == 9)
    }

    @Test("all skills are needed; more do no harm", arguments: AssignmentStrategy.allCases) func skills(
        strategy: AssignmentStrategy
    ) {
        let candidates = [
            Self.candidate(1, skills: ["en"]), Self.candidate(2, load: 3, skills: ["refund", "en", "ja"]),
            Self.candidate(3, skills: ["refund"]),
        ]
        #expect(Self.picked(strategy, candidates, skills: ["en", "refund"]) == 2)
        #expect(Self.picked(strategy, candidates, skills: ["fr"]) == nil)
    }

    @Test("without a team anybody will do", arguments: AssignmentStrategy.allCases) func anyTeam(strategy: AssignmentStrategy) {
        #expect(Self.picked(strategy, [Self.candidate(1, teams: [])], team: nil) == 1)
    }

    @Test("a tie goes to the lowest id", arguments: AssignmentStrategy.allCases) func ties(strategy: AssignmentStrategy) {
        #expect(Self.picked(strategy, [Self.candidate(3), Self.candidate(1), Self.candidate(2)]) == 1)
    }

    @Test("least loaded: by the share of capacity, then who is idle longest") func leastLoaded() {
        #expect(
            Self.picked(.leastLoaded, [Self.candidate(1, load: 1, capacity: 2), Self.candidate(2, load: 3, capacity: 10)]) == 2)
        #expect(Self.picked(.leastLoaded, [Self.candidate(1, load: 1, idle: 5), Self.candidate(2, load: 1, idle: 50)]) == 2)
    }

    @Test("round robin: whose turn was longest ago; who never had one comes first") func roundRobin() {
        #expect(
            Self.picked(
                .roundRobin, [Self.candidate(1, given: 10), Self.candidate(2, load: 4, given: 60), Self.candidate(3, given: 30)])
                == 2)
        #expect(Self.picked(.roundRobin, [Self.candidate(1, given: 10), Self.candidate(2, load: 4)]) == 2)
    }

    @Test("round robin gives everybody a turn before anybody a second") func fairness() {
        var given: [Int64: Int] = [:]
        var turns: [Int64] = []
        for turn in 0..<9 {
            let candidates = (1...3 as ClosedRange<Int64>).map { Self.candidate($0, given: given[$0].map { 100 - $0 }) }
            let next = AssignmentStrategy.roundRobin.pick(from: candidates, team: "service")!.agent.id.number
            given[next] = turn
            turns.append(next)
        }
        #expect(turns == [1, 2, 3, 1, 2, 3, 1, 2, 3])
    }

    @Test("longest idle: whatever the load") func longestIdle() {
        #expect(Self.picked(.longestIdle, [Self.candidate(1, load: 0, idle: 5), Self.candidate(2, load: 4, idle: 50)]) == 2)
    }

    @Test("sticky: the one from last time if free, otherwise the least loaded") func sticky() {
        let candidates = [Self.candidate(1), Self.candidate(2, load: 4)]
        #expect(Self.picked(.sticky, candidates, last: 2) == 2)
        #expect(Self.picked(.sticky, candidates, last: 9) == 1)
        #expect(Self.picked(.sticky, candidates) == 1)
        #expect(Self.picked(.sticky, [Self.candidate(1), Self.candidate(2, load: 5)], last: 2) == 1)
        #expect(Self.picked(.sticky, [Self.candidate(1), Self.candidate(2, presence: .away)], last: 2) == 1)
    }
}
