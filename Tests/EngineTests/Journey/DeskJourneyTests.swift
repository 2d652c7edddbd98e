// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import Rules
import Testing

@testable import Engine

@Suite("One message's way")
struct DeskJourneyTests {
    static let rules = [
        "autoreply/basic.lua": """
        reply "hello" { why = "greets", match = keywords { "你好", "hello" }, text = "您好！" }
        reply "person" { why = "asked for", priority = 500, match = keywords { "人工" },
          act = function(c, out) out:hand_off { note = "asked for a person" } end }
        """,
        "escalation/waiting.lua": """
        escalate "waits_long" {
          why = "nobody answered for a minute", match = eq("conversation.state", "queued"),
          after = "60s", of = "waiting", once = "conversation",
          act = function(c, out) out:raise_priority(2) out:tag("waited") end,
        }
        """,
    ]

    @Test("a rule answers, in the same commit as the message")
    func answered() async throws {
        let desk = try await TestDesk(rules: Self.rules)
        let intake = try await desk.say("你好")
        #expect(try await desk.texts(intake.conversation) == ["您好！"])
        #expect(try await desk.conversation(intake.conversation).waitingSince == nil)
        let kinds = try await desk.kinds()
        #expect(kinds.contains(.decision))
        #expect(kinds.contains(.conversationStarted))
        try await desk.stop()
        desk.remove()
    }

    @Test("the same message twice is one message")
    func duplicate() async throws {
        let desk = try await TestDesk(rules: Self.rules)
        let first = try await desk.say("你好", id: "x1")
        let head = desk.engine.store.head
        let second = try await desk.say("你好", id: "x1")
        #expect(second.isDuplicate)
        #expect(second.message == first.message)
        #expect(second.seq == first.seq)
        #expect(desk.engine.store.head == head)
        try await desk.stop()
        desk.remove()
    }

    @Test("a person is asked for: queued, then given to the agent who comes online")
    func handedOver() async throws {
        let desk = try await TestDesk(rules: Self.rules, agents: [.init(name: "Mei", teams: ["service"], capacity: 1)])
        let intake = try await desk.say("人工")
        #expect(try await desk.conversation(intake.conversation).state == .queued)
        #expect(try await desk.texts(intake.conversation, .note) == ["asked for a person"])
        let mei = try await desk.present("Mei")
        let taken = try await desk.until(intake.conversation) { $0.state == .assigned }
        #expect(taken.agent == mei.id)

        let reply = try await desk.engine.reply(
            in: intake.conversation, .text("我来帮您"), note: false, clientID: "r1", by: desk.principal(mei))
        let again = try await desk.engine.reply(
            in: intake.conversation, .text("我来帮您"), note: false, clientID: "r1", by: desk.principal(mei))
        #expect(reply.id == again.id)
        #expect(try await desk.texts(intake.conversation) == ["我来帮您"])
        try await desk.stop()
        desk.remove()
    }

    @Test("the queue is drained the moment a place becomes free")
    func drained() async throws {
        let desk = try await TestDesk(rules: Self.rules, agents: [.init(name: "Mei", teams: ["service"], capacity: 1)])
        let mei = try await desk.present("Mei")
        let first = try await desk.say("人工", as: "a").conversation
        let second = try await desk.say("人工", as: "b").conversation
        #expect(try await desk.conversation(first).agent == mei.id)
        #expect(try await desk.conversation(second).state == .queued)
        _ = try await desk.engine.resolve(first, by: desk.principal(mei))
        #expect(try await desk.until(second) { $0.state == .assigned }.agent == mei.id)
        try await desk.stop()
        desk.remove()
    }

    @Test("autoreplies are silent once a person is asked for")
    func silent() async throws {
        let desk = try await TestDesk(rules: Self.rules)
        let intake = try await desk.say("人工")
        try await desk.say("你好")
        #expect(try await desk.texts(intake.conversation) == [])
        try await desk.stop()
        desk.remove()
    }

    @Test("an escalation fires when its time has come, once, also after a restart")
    func escalated() async throws {
        let desk = try await TestDesk(rules: Self.rules)
        let id = try await desk.say("人工").conversation
        try await desk.stop()
        desk.clock.advance(by: .seconds(61))
        let again = try await TestDesk(on: desk)
        let escalated = try await again.until(id) { $0.tags == ["waited"] }
        #expect(escalated.priority == 2)
        #expect(try await again.engine.store.nextTimer() == nil)
        try await again.stop()
        desk.remove()
    }

    @Test("a resolved conversation is reopened within the window and begun anew after it")
    func reopened() async throws {
        let desk = try await TestDesk(rules: Self.rules)
        let first = try await desk.say("你好").conversation
        _ = try await desk.engine.resolve(first, by: TestDesk.admin)
        desk.clock.advance(by: .seconds(3600))
        #expect(try await desk.say("你好").conversation == first)
        #expect(try await desk.conversation(first).reopenings == 1)
        _ = try await desk.engine.resolve(first, by: TestDesk.admin)
        desk.clock.advance(by: .seconds(25 * 3600))
        #expect(try await desk.say("你好").conversation != first)
        try await desk.stop()
        desk.remove()
    }

    @Test("messages of one customer keep their order, whoever brings them, and many customers go on beside each other")
    func order() async throws {
        let desk = try await TestDesk(rules: Self.rules)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for customer in 0..<20 {
                group.addTask {
                    for number in 0..<10 { try await desk.say("\(number)", as: "c\(customer)", id: "\(customer)-\(number)") }
                }
            }
            try await group.waitForAll()
        }
        for customer in 0..<20 {
            let known = try #require(try await desk.engine.store.customer(channel: "web", externalID: "c\(customer)"))
            let said = try await desk.engine.store.messages(MessageFilter(customer: known.id), Page(limit: 100))
                .filter { $0.direction == .inbound }.map(\.content.text)
            #expect(said == (0..<10).map(String.init))
        }
        let events = try await desk.engine.store.events(after: 0, limit: 1000, matching: .all)
        #expect(events.map(\.seq) == Array(1...Seq(events.count)))
        try await desk.stop()
        desk.remove()
    }

    @Test("a newcomer's first messages, all at once, make one customer and one conversation")
    func newcomer() async throws {
        let desk = try await TestDesk(rules: Self.rules)
        let intakes = try await withThrowingTaskGroup(of: Intake.self) { group in
            for number in 0..<16 { group.addTask { try await desk.say("hi \(number)", as: "new") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(intakes.map(\.customer)).count == 1)
        #expect(Set(intakes.map(\.conversation)).count == 1)
        try await desk.stop()
        desk.remove()
    }

    @Test("a broken rule set leaves the old one running and says file and line")
    func brokenRules() async throws {
        let desk = try await TestDesk(rules: Self.rules)
        let before = desk.engine.rules.active.id
        try TestDesk.write(
            ["autoreply/bad.lua": "\nreply \"x\" { match = keywords { \"a\" }, txet = \"b\" }\n"], to: desk.folder + "/rules")
        let rejection = try await #require(throws: RuleRejection.self) { try await desk.engine.rules.reloadFromDisk(by: "test") }
        let problem = try #require(rejection.problems.first { $0.severity == .error })
        #expect(problem.file == "rules/autoreply/bad.lua")
        #expect(problem.line == 2)
        #expect(desk.engine.rules.active.id == before)
        let id = try await desk.say("你好").conversation
        #expect(try await desk.texts(id) == ["您好！"])
        try await desk.stop()
        desk.remove()
    }

    @Test("rules are swapped whole, taken back with one call, and a start does not take the declined tree again")
    func rollback() async throws {
        let desk = try await TestDesk(rules: Self.rules)
        let before = desk.engine.rules.active.id
        try TestDesk.write(
            ["autoreply/new.lua": "reply \"hi\" { why = \"x\", match = keywords { \"你好\" }, text = \"新\" }\n"],
            to: desk.folder + "/rules")
        try await desk.engine.rules.reloadFromDisk(by: "test")
        let id = try await desk.say("你好").conversation
        #expect(try await desk.texts(id) == ["新"])
        try await desk.engine.rules.rollback(to: nil, by: "test")
        #expect(desk.engine.rules.active.id == before)
        try await desk.stop()
        let again = try await TestDesk(on: desk)
        #expect(again.engine.rules.active.id == before)
        try await again.stop()
        desk.remove()
    }

    @Test("going back twice leads two sets back, never to the one that was left; that one is taken by its id")
    func rollbackTwice() async throws {
        let desk = try await TestDesk(rules: Self.rules)
        let rules = desk.engine.rules
        var ids = [rules.active.id]
        func take(_ text: String) async throws {
            try TestDesk.write(
                ["autoreply/new.lua": "reply \"hi\" { why = \"x\", match = keywords { \"你好\" }, text = \"\(text)\" }\n"],
                to: desk.folder + "/rules")
            try await rules.reloadFromDisk(by: "test")
        }
        for text in ["B", "C"] {
            try await take(text)
            ids.append(rules.active.id)
        }
        #expect(Set(ids).count == 3)
        try await rules.rollback(to: nil, by: "test")
        #expect(rules.active.id == ids[1])
        try await rules.rollback(to: nil, by: "test")
        #expect(rules.active.id == ids[0])
        await #expect(throws: DeskError.self) { try await rules.rollback(to: nil, by: "test") }
        #expect(rules.active.id == ids[0])
        try await rules.rollback(to: ids[2], by: "test")
        #expect(rules.active.id == ids[2])
        try await rules.rollback(to: nil, by: "test")
        #expect(rules.active.id == ids[0], "what was live before it was taken by its id")
        for text in ["B", "C", "B", "C"] { try await take(text) }
        #expect(rules.active.id == ids[2])
        try await rules.rollback(to: nil, by: "test")
        #expect(rules.active.id == ids[1])
        try await rules.rollback(to: nil, by: "test")
        #expect(rules.active.id == ids[0], "a set that was live twice is left once")
        try await desk.stop()
        desk.remove()
    }

    @Test("a rule that throws costs its own turn: the message still reaches a person")
    func throwing() async throws {
        var rules = Self.rules
        rules["autoreply/throws.lua"] = """
            reply "oops" { why = "x", priority = 900, match = keywords { "人工" }, when = function(c) error("oops") end, text = "never" }
            """
        let desk = try await TestDesk(rules: rules)
        let id = try await desk.say("人工").conversation
        #expect(try await desk.conversation(id).state == .queued)
        let failed = try #require(
            try await desk.engine.store.events(after: 0, limit: 100, matching: EventFilter(kinds: [.ruleFailed])).first)
        #expect(failed.payload["file"]?.string == "rules/autoreply/throws.lua")
        #expect(failed.payload["line"]?.int == 1)
        try await desk.stop()
        desk.remove()
    }

    @Test("a live reader gets what it missed, then what comes: nothing lost, nothing twice, in order")
    func live() async throws {
        let desk = try await TestDesk(rules: Self.rules)
        let session = try await desk.engine.openLiveSession(channel: "web", identity: ["external_id": "lin"], trusted: false)
        for number in 0..<30 { try await desk.say("\(number)") }
        async let more: Void = {
            for number in 30..<60 { try await desk.say("\(number)") }
        }()
        let subscription = desk.engine.hub.subscribe(.customer(session.customer), after: 0)
        var seen: [String] = [], seqs: [Seq] = []
        for try await frame in subscription {
            guard case .event(let event) = frame else { continue }
            seqs.append(event.seq)
            if event.kind == .messageReceived { seen.append(event.payload["text"]?.string ?? "") }
            if seen.count == 60 { break }
        }
        try await more
        #expect(seen == (0..<60).map(String.init))
        #expect(seqs == seqs.sorted() && Set(seqs).count == seqs.count)
        subscription.close()
        try await desk.stop()
        desk.remove()
    }

    @Test("a reader that does not read is cut off and can come back")
    func slowReader() async throws {
        let desk = try await TestDesk(rules: Self.rules)
        let first = try await desk.say("0")
        let slow = desk.engine.hub.subscribe(.customer(first.customer), after: nil, capacity: 4)
        let quick = desk.engine.hub.subscribe(.customer(first.customer), after: nil)
        for number in 1...20 { try await desk.say("\(number)") }
        var count = 0
        for try await frame in quick {
            if case .event(let event) = frame, event.kind == .messageReceived { count += 1 }
            if count == 20 { break }
        }
        await #expect(throws: LiveOverflow.self) { for try await _ in slow {} }
        try await desk.stop()
        desk.remove()
    }

    @Test("notes never reach a customer's reader")
    func notes() async throws {
        let desk = try await TestDesk(rules: Self.rules)
        let intake = try await desk.say("人工")
        _ = try await desk.engine.reply(in: intake.conversation, .text("secret"), note: true, clientID: nil, by: TestDesk.admin)
        try await desk.say("end")
        let reader = desk.engine.hub.subscribe(.customer(intake.customer), after: 0)
        for try await frame in reader {
            guard case .event(let event) = frame else { continue }
            #expect(event.kind != .noteAdded)
            #expect(!event.payload.jsonText.contains("secret"))
            if event.payload["text"]?.string == "end" { break }
        }
        try await desk.stop()
        desk.remove()
    }

    @Test("while draining nothing is taken in, and what was acknowledged is there afterwards")
    func draining() async throws {
        let desk = try await TestDesk(rules: Self.rules)
        let intake = try await desk.say("你好", id: "last")
        try await desk.stop()
        await #expect(throws: DeskError.self) { try await desk.say("too late") }
        let again = try await TestDesk(on: desk)
        #expect(try await again.engine.store.message(channel: "web", externalID: "last")?.id == intake.message)
        try await again.stop()
        desk.remove()
    }
}
