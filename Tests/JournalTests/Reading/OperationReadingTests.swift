// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Journal

@Suite("reading what operations need: people, timers, rule sets, tokens, small values")
struct OperationReadingTests {
    @Test("agents, teams and channels are kept and changed")
    func people() async throws {
        try await withStore { store, _ in
            var agent = Agent(id: ID(2), name: "李", teams: ["a"], idleSince: sampleTime)
            let other = Agent(id: ID(1), name: "王", teams: [], idleSince: sampleTime)
            let team = Team(id: "after_sales", name: "售后", hours: .always, strategy: .sticky)
            _ = try await store.append(
                .changes(
                    .agent(agent), .agent(other), .team(team), .team(Team(id: "a", name: "A")),
                    .channel(.init(id: "wx", plugin: "p"))))
            agent.presence = .online
            _ = try await store.append(.changes(.agent(agent), .channel(.init(id: "wx", plugin: "q", enabled: false))))
            #expect(try await store.agents() == [other, agent])
            #expect(try await store.teams() == [Team(id: "a", name: "A"), team])
            #expect(try await store.channels() == [ChannelRecord(id: "wx", plugin: "q", enabled: false)])
        }
    }

    @Test("timers come in the order they are due, move when set again, and go")
    func timers() async throws {
        try await withStore { store, _ in
            func timer(_ key: String, _ second: Int64) -> DeskTimer {
                DeskTimer(key: key, dueAt: sampleTime + .seconds(second), conversation: ID(3), payload: ["kind": "escalate"])
            }
            #expect(try await store.nextTimer() == nil)
            _ = try await store.append(.changes(.timer(timer("a", 30)), .timer(timer("b", 10)), .timer(timer("c", 20))))
            #expect(try await store.nextTimer() == sampleTime + .seconds(10))
            let due = try await store.timers(dueBefore: sampleTime + .seconds(30), limit: 10)
            #expect(due == [timer("b", 10), timer("c", 20)])
            #expect(try await store.timers(dueBefore: sampleTime + .seconds(99), limit: 1) == [timer("b", 10)])
            _ = try await store.append(.changes(.timer(timer("b", 40)), .timerDone(key: "c"), .timerDone(key: "none")))
            #expect(try await store.timers(dueBefore: sampleTime + .seconds(99), limit: 10).map(\.key) == ["a", "b"])
        }
    }

    @Test("rule sets are kept whole; one is active; the list spares the files")
    func ruleSets() async throws {
        try await withStore { store, _ in
            func set(_ id: String, _ second: Int64, activated: Int64? = nil) -> RuleSetRecord {
                RuleSetRecord(
                    id: id, name: "shop", files: ["routing/a.lua": [1, 255, 0], "rules.lua": Array("return {}".utf8)],
                    acceptedAt: sampleTime + .seconds(second), activatedAt: activated.map { sampleTime + .seconds($0) },
                    by: "token:ops")
            }
            #expect(try await store.activeRuleSet() == nil)
            _ = try await store.append(.changes(.ruleSet(set("aa", 1)), .ruleSet(set("bb", 2))))
            _ = try await store.append(.changes(.activateRuleSet(id: "aa"), at: sampleTime + .seconds(5)))
            #expect(try await store.activeRuleSet() == set("aa", 1, activated: 5))
            _ = try await store.append(.changes(.activateRuleSet(id: "bb"), at: sampleTime + .seconds(6)))
            #expect(try await store.activeRuleSet()?.id == "bb")
            // Back to the first, which is accepted once more.
            _ = try await store.append(
                .changes(.ruleSet(set("aa", 7)), .activateRuleSet(id: "aa"), at: sampleTime + .seconds(8)))
            #expect(try await store.activeRuleSet()?.activatedAt == sampleTime + .seconds(8))
            #expect(try await store.ruleSet("bb") == set("bb", 2, activated: 6))
            #expect(try await store.ruleSet("cc") == nil)
            let list = try await store.ruleSets(limit: 10)
            #expect(list.map(\.id) == ["aa", "bb"])
            #expect(list.allSatisfy { $0.files.isEmpty })
            #expect(try await store.ruleSets(limit: 1).count == 1)
        }
    }

    @Test("a token is found by its hash until it is revoked")
    func tokens() async throws {
        try await withStore { store, _ in
            let admin = AccessToken(hash: [1, 2], name: "ops", role: .admin, createdAt: sampleTime)
            let agent = AccessToken(
                hash: [3], name: "li", role: .agent, agent: ID(4), createdAt: sampleTime + .seconds(1))
            _ = try await store.append(.changes(.token(agent), .token(admin)))
            #expect(try await store.tokens() == [admin, agent])
            #expect(try await store.token(hash: [3]) == agent)
            #expect(try await store.token(hash: [1]) == nil)
            _ = try await store.append(.changes(.revokeToken(name: "li")))
            #expect(try await store.token(hash: [3]) == nil)
            #expect(try await store.tokens() == [admin])
        }
    }

    @Test("an idempotency key answers for a day; plugins' values until they expire")
    func expiring() async throws {
        let clock = ManualClock(sampleTime)
        try await withStore(clock: clock.now) { store, _ in
            _ = try await store.append(
                .changes(
                    .idempotent(key: "k", answer: ["id": "m1"]), .stored(namespace: "wx", key: "token", value: "t", expires: nil),
                    .stored(namespace: "wx", key: "brief", value: [1], expires: sampleTime + .seconds(60))))
            #expect(try await store.idempotent(key: "k") == ["id": "m1"])
            #expect(try await store.idempotent(key: "l") == nil)
            #expect(try await store.stored(namespace: "wx", key: "brief", now: clock.now()) == [1])
            #expect(try await store.stored(namespace: "wy", key: "brief", now: clock.now()) == nil)
            clock.advance(by: .seconds(60))
            #expect(try await store.stored(namespace: "wx", key: "brief", now: clock.now()) == nil)
            clock.advance(by: .seconds(86_399 - 60))
            #expect(try await store.idempotent(key: "k") != nil)
            clock.advance(by: .seconds(1))
            #expect(try await store.idempotent(key: "k") == nil)

            // The next commit after that sweeps them away, and only them.
            clock.advance(by: .seconds(120))
            _ = try await store.append(
                .changes(.stored(namespace: "wx", key: "gone", value: 1, expires: nil), at: clock.now()))
            _ = try await store.append(.changes(.stored(namespace: "wx", key: "gone", value: nil, expires: nil)))
            let left = try await store.read {
                try [Int64].fetchAllInts($0, "SELECT (SELECT count(*) FROM idempotent), (SELECT count(*) FROM stored)")
            }
            #expect(left == [0, 1])
            #expect(try await store.stored(namespace: "wx", key: "token", now: clock.now()) == "t")
        }
    }

    @Test("the log is carried over while it is written, and stays small")
    func log() async throws {
        var limits = SQLiteStore.Limits()
        limits.checkpoint = 100
        try await withStore(limits: limits) { store, folder in
            try await withThrowingTaskGroup { group in
                for appender in 0..<20 {
                    group.addTask {
                        for number in 1...50 {
                            let text = String(repeating: "x", count: 1000)
                            _ = try await store.append(.message(.sample(Int64(appender * 100 + number), text: text)))
                        }
                    }
                }
                try await group.waitForAll()
            }
            let log = try folder.contents().first { $0.name == "desk.db-wal" }?.bytes.count ?? 0
            let file = try folder.contents().first { $0.name == "desk.db" }?.bytes.count ?? 0
            #expect(file > 1_000_000)
            #expect(log < 4_000_000)
        }
    }
}
