// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import Lua
import Rules
import Synchronization
import Testing

@testable import Engine

@Suite("Recorded traffic")
struct SelfReplayTests {
    /// The rules that are shipped.
    private static let shipped = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("rules").path
    private static let teams = ["service", "premium", "retention", "after_sales", "leads", "complaints"]
    private static let words = [
        "你好", "hello", "我要退货", "退货", "订单号 20250601123456", "20250601123456", "人工", "转人工客服", "什么时候发货？", "我的快递到哪了",
        "太差劲了！你们这是骗子！", "I am very angry, this is terrible!", "Where is my order?", "I want to return it", "谢谢", "运费多少", "算了",
        "1", "是", "取消",
        "这件衣服有没有现货？", "可以开发票吗", "asdf qwer", "human please", "怎么还没人理我", "退款什么时候到", "好的", "no", "yes", "有什么优惠",
    ]

    /// A few hundred messages of a few dozen customers, with people who answer, hand over and resolve, and time that passes.
    private func traffic(on desk: TestDesk) async throws {
        var random = SplitMix(state: 20_250_601)
        let mei = try await desk.present("Mei")
        for step in 0..<320 {
            let customer = "c\(random.next(below: 24))"
            let word = Self.words[random.next(below: Self.words.count)]
            let intake = try await desk.say(word, as: customer)
            switch random.next(below: 12) {
            case 0: desk.clock.advance(by: .seconds(70))
            case 1: desk.clock.advance(by: .seconds(900))
            case 2:
                _ = try? await desk.engine.handOff(
                    intake.conversation, team: nil, note: "step \(step)", by: desk.principal(mei))
            case 3:
                _ = try? await desk.engine.reply(
                    in: intake.conversation, .text("我来帮您"), note: false, clientID: "r\(step)", by: desk.principal(mei))
            case 4: _ = try? await desk.engine.resolve(intake.conversation, by: desk.principal(mei))
            default: desk.clock.advance(by: .seconds(3))
            }
            // Timers that are due fire now, in turn.
            for timer in await desk.engine.dueTimers(before: desk.clock.now()).due { await desk.engine.fire(timer) }
        }
    }

    private func desk(_ rules: [String: String]? = nil) async throws -> TestDesk {
        let files = try rules ?? RuleSource.read(folder: Self.shipped).files.mapValues { String(decoding: $0, as: UTF8.self) }
        return try await TestDesk(
            rules: files, agents: [.init(name: "Mei", teams: Self.teams, capacity: 5)], teams: Self.teams)
    }

    @Test("comes out byte for byte the same under the rules that were live: messages, flows, hand-offs, timers")
    func exact() async throws {
        let desk = try await desk()
        try await traffic(on: desk)
        let generation = desk.engine.rules.generation
        var log = try await DecisionLog(desk.engine.store, since: nil, limit: nil)
        let lane = RuleLane(number: 0, health: RuleHealth(failures: .max), mode: .counted)
        let rules = desk.engine.rules
        let ids = IDSource()
        var triggers: Set<String> = []
        var occasions: Set<String> = []
        var count = 0
        while let page = try await log.next()?.settlements() {
            for recorded in page {
                let again = await recorded.run(
                    under: generation, on: lane, understanding: recorded.situation.understanding,
                    fallbackTeam: rules.options.fallbackTeam, ids: ids, earlierSet: { await rules.set($0) })
                #expect(again.essence.jsonText == recorded.outcome.essence.jsonText, "\(recorded.trigger) at \(recorded.seq)")
                #expect(again.isSame(as: recorded.outcome))
                #expect(again.arrival == recorded.outcome.arrival)
                triggers.insert(recorded.trigger.value["kind"]?.string ?? "")
                for decision in recorded.outcome.decisions.array ?? [] { occasions.insert(decision["occasion"]?.string ?? "") }
                count += 1
            }
        }
        #expect(count > 320)
        #expect(
            triggers == ["wrote", "due", "hand_off", "changed"] || triggers == ["wrote", "due", "hand_off", "changed", "flow"])
        #expect(occasions.isSuperset(of: ["started", "message", "handed_off", "changed", "due", "flow"]))

        let report = try await rules.replay(generation.set.source)
        #expect(report.count == count)
        #expect(report.changed == 0)
        try await desk.stop()
        desk.remove()
    }

    @Test("several threads come to the same report as one, in the same order")
    func severalThreads() async throws {
        let desk = try await desk()
        try await traffic(on: desk)
        let rules = desk.engine.rules
        let files = try RuleSource.read(folder: Self.shipped).files.filter { $0.key != "autoreply/answers.lua" }
        let candidate = try #require(RuleSet.compile(RuleSource(name: "candidate", files: files)).set)
        var replayer = rules.replayer
        replayer.mostLanes = 1
        let one = try await replayer.run(candidate, since: nil, limit: nil).value
        replayer.pageSize = 23
        replayer.mostLanes = 3
        replayer.pagesForAnother = 1
        let noted = Mutex<[Double]>([])
        let many = try await replayer.run(candidate, since: nil, limit: nil) { _, progress in
            noted.withLock { $0.append(progress) }
        }
        .value
        #expect(many["decisions"]?.int ?? 0 > 320)
        #expect(many["changed"]?.int ?? 0 > 0)
        for name in ["decisions", "asked", "changed", "changes", "new_matches", "lost_matches", "errors", "arrivals"] {
            #expect(many[name] == one[name], "\(name)")
        }
        let progress = noted.withLock { $0 }
        #expect(progress.count > 20)
        #expect(progress == progress.sorted())

        // Cancelled on the way, it ends.
        let (started, begun) = AsyncStream.makeStream(of: Void.self)
        let task = Task { [replayer] in try await replayer.run(candidate, since: nil, limit: nil) { _, _ in begun.yield() } }
        for await _ in started { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        try await desk.stop()
        desk.remove()
    }

    private static let small = [
        "autoreply/a.lua": """
        reply "hello" { why = "greets", match = keywords { "你好" }, text = "您好！", tags = { "greeted" } }
        reply "person" { why = "asked for", match = keywords { "人工" }, act = function(c, out) out:hand_off {} end }
        """
    ]
    private static func candidate(_ text: String, gates: String = "") -> RuleSource {
        RuleSource(
            name: "candidate",
            texts: ["rules.lua": "return { name = \"candidate\", api = 1, \(gates) }", "autoreply/a.lua": text])
    }

    @Test("a rule that fails of the same further down, or in a folder of another name, has not changed") func movedFailure()
        async throws
    {
        let desk = try await desk([
            "autoreply/a.lua": """
            reply "boom" { match = keywords "boom", act = function() error("broken", 0) end }
            reply "loop" { match = keywords "loop", act = function() while true do end end }
            """
        ])
        try await desk.say("boom", as: "a")
        try await desk.say("loop", as: "b")
        let report = try await desk.engine.rules.replay(
            Self.candidate(
                """

                reply "boom" { match = keywords "boom", act = function() error("broken", 0) end }

                reply "loop" { match = keywords "loop", act = function()
                  while true do end
                end }
                """))
        #expect(report.count == 2)
        #expect(report.changed == 0, "\(report.value["changes"]?.jsonText ?? "")")
        #expect(report.value["errors"]?["before"] == 2 && report.value["errors"]?["after"] == 2)
        let other = try await desk.engine.rules.replay(
            Self.candidate("reply \"boom\" { match = keywords \"boom\", act = function() error(\"other\", 0) end }"))
        #expect(other.changed == 2)
        try await desk.stop()
        desk.remove()
    }

    @Test("says what a candidate would change: new and lost matches, from and to, with the message")
    func differs() async throws {
        let desk = try await desk(Self.small)
        let intake = try await desk.say("你好", as: "a")
        try await desk.say("在吗", as: "b")
        try await desk.say("人工", as: "c")
        let report = try await desk.engine.rules.replay(
            Self.candidate(
                """
                reply "hello" { why = "greets", match = keywords { "你好" }, text = "欢迎！", tags = { "greeted" } }
                reply "here" { why = "was unanswered", match = keywords { "在吗" }, text = "在的" }
                reply "person" { why = "asked for", match = keywords { "人工" }, act = function(c, out) out:hand_off {} end }
                """))
        #expect(report.count == 3)
        #expect(report.changed == 2)
        #expect(report.reworded == 1)
        let value = report.value
        let changes = value["changes"]?.array ?? []
        let greeting = try #require(changes.first { $0["rule"] == "hello" })
        #expect(greeting["field"] == "reply")
        #expect(greeting["from"] == "您好！")
        #expect(greeting["to"] == "欢迎！")
        #expect(greeting["examples"]?[0]?["message_id"]?.string == intake.message.text)
        #expect(value["new_matches"]?.array?.compactMap { $0["rule"]?.string } == ["here"])
        #expect(value["lost_matches"]?.array?.isEmpty == true)
        #expect(try await desk.kinds().filter { $0 == .messageSent }.count == 1, "nothing was sent by it")
        try await desk.stop()
        desk.remove()
    }

    @Test("says which failure a candidate ends")
    func mends() async throws {
        func rules(_ act: String) -> String {
            "reply \"hello\" { why = \"x\", match = keywords { \"你好\" }, text = \"您好！\" }\n"
                + "escalate \"bad\" { why = \"x\", match = keywords { \"你好\" }, act = function(c, out) \(act) end }\n"
        }
        let desk = try await desk(["escalation/a.lua": rules("error(\"no luck\")")])
        try await desk.say("你好", as: "a")
        let report = try await desk.engine.rules.replay(
            RuleSource(name: "candidate", texts: ["escalation/a.lua": rules("local nothing = c")]))
        let change = try #require(report.value["changes"]?.array?.first)
        #expect(change["rule"] == "bad" && change["field"] == "failure")
        #expect(change["from"]?.string?.contains("no luck") == true)
        #expect(change["to"]?.string == nil)
        #expect(report.failuresBefore > 0 && report.failuresAfter == 0)
        try await desk.stop()
        desk.remove()
    }

    @Test(
        "shuts the gates of rules.lua on a candidate that changes too much, and force passes them",
        arguments: [
            "gates = { max_changed = 0.2, least = 2 }", "gates = { max_changed = \"50%\", least = 0 }",
            "gates = { never_change = { \"greeted\" } }",
        ])
    func gates(_ gates: String) async throws {
        let desk = try await desk(Self.small)
        try await desk.say("你好", as: "a")
        try await desk.say("你好", as: "b")
        let before = desk.engine.rules.active.id
        let candidate = Self.candidate(
            "reply \"hello\" { why = \"x\", match = keywords { \"你好\" }, text = \"欢迎！\" }", gates: gates)
        let rejection = await #expect(throws: RuleRejection.self) {
            try await desk.engine.rules.activate(candidate, by: "test")
        }
        #expect(rejection?.problems.first?.code == "gate")
        #expect(rejection?.problems.first?.file == "rules.lua")
        #expect(desk.engine.rules.active.id == before)
        let record = try await desk.engine.rules.activate(candidate, by: "test", force: true)
        #expect(desk.engine.rules.active.id == record.id)
        // What is on record was decided by the set before: it speaks against no candidate that decides as the live one does.
        let same = Self.candidate(
            "-- the same\nreply \"hello\" { why = \"x\", match = keywords { \"你好\" }, text = \"欢迎！\" }", gates: gates)
        try await desk.engine.rules.activate(same, by: "test")
        #expect(desk.engine.rules.active.id == same.id)
        let diff = try await desk.engine.rules.diff(from: before, to: record.id)
        #expect(diff["rules"]?.array?.contains { $0["rule"] == "person" && $0["change"] == "removed" } == true)
        try await desk.stop()
        desk.remove()
    }

    @Test("lets one pass the gates that says the same in other words, and not one that says something else")
    func reworded() async throws {
        func files(_ greeting: String, _ answer: String, says key: String = "hello") -> [String: String] {
            [
                "rules.lua":
                    "return { name = \"shop\", api = 1, gates = { max_changed = 0, least = 0, never_change = { \"greeted\" } } }",
                "i18n/zh-CN.lua": "return { hello = \"\(greeting)\", bye = \"再见！\" }",
                "data/knowledge.json": #"{ "shipping": { "zh-CN": "\#(answer)" } }"#,
                "autoreply/a.lua": """
                reply "hello" { match = keywords { "你好" }, text = i18n "\(key)", tags = { "greeted" } }
                reply "shipping" { match = keywords { "发货" }, knowledge = "shipping" }
                """,
            ]
        }
        let desk = try await desk(files("您好，{name}！", "48 小时内发货。"))
        try await desk.say("你好", as: "a")
        try await desk.say("发货", as: "a")
        let reworded = RuleSource(name: "candidate", texts: files("欢迎光临，{name}！", "当天发货。"))
        let report = try await desk.engine.rules.replay(reworded)
        #expect((report.changed, report.reworded) == (2, 2))
        #expect(report.value["reworded"]?.int == 2)
        try await desk.engine.rules.activate(reworded, by: "test")
        #expect(desk.engine.rules.active.id == reworded.id)
        // What is live is compared with, not what was said then.
        let another = RuleSource(name: "candidate", texts: files("欢迎光临，{name}！", "当天发货。", says: "bye"))
        let rejection = await #expect(throws: RuleRejection.self) {
            try await desk.engine.rules.activate(another, by: "test")
        }
        #expect(rejection?.problems.count == 2)
        #expect(rejection?.problems.first?.message.hasPrefix("1 of 2 recorded decisions change (50.0 %)") == true)
        #expect(desk.engine.rules.active.id == reworded.id)
        try await desk.stop()
        desk.remove()
    }
}
