// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua
import Testing

@testable import Rules

/// The manual against what a Lua state, the readers of declarations and the views really hold: neither knows a name that the other lacks.
@Suite("The manual of rules") struct ManualTests {
    private let bench = DeclarationBench(source: RuleSource(name: "t", texts: [:]))

    private func state() throws -> ScriptState {
        try ScriptState(bench.source, texts: .init(texts: [:], fallback: "en"), mode: .counted)
    }

    private func strings(_ value: Value?) -> Set<String> { Set((value?.array ?? []).compactMap(\.string)) }

    private func names(_ owner: String) -> Set<String> { Set(Manual.names(of: owner)) }

    @Test("has exactly the globals of a state, and the fields of their tables") func globals() throws {
        let script = try state()
        let chunk = try script.lua.load(
            source: Array(
                """
                local found = {}
                for name, value in pairs(_G) do
                  found[#found + 1] = name
                  if type(value) == "table" and name ~= "_G" then
                    for field in pairs(value) do found[#found + 1] = name .. "." .. field end
                  end
                end
                return found
                """.utf8), chunk: "names")
        let there = strings(try script.lua.call(chunk, [], budget: .load).first)
        let tables = (Manual.luaLibraries + ["pattern", "log"]).flatMap { table in
            Manual.names(of: table).map { "\(table).\($0)" }
        }
        #expect(there == HostLibrary.names.union(tables))
        #expect(there.count > 100)
    }

    @Test("has exactly the methods of out and chat, and the options of their calls") func methods() throws {
        let script = try state()
        let found = try #require(try script.lua.call(script["names"], [], budget: .load).first)
        #expect(strings(found["out"]) == names("out"))
        #expect(strings(found["chat"]) == names("chat"))
        let options = try #require(found["options"]?.object)
        #expect(options.names.count == 6)
        for pair in options.pairs { #expect(strings(pair.value) == names("chat:\(pair.name)"), "chat:\(pair.name)") }
    }

    @Test("tests see exactly its globals") func testGlobals() throws {
        let known = HostLibrary.testNames.sorted().map { "[\"\($0)\"] = true" }.joined(separator: ", ")
        let set = try ruleSet(
            "",
            [
                "tests/names.lua": """
                local known, count = { \(known) }, 0
                test "names" (function(t)
                  for name in pairs(_G) do
                    if not known[name] then error("not in the manual: " .. name) end
                    count = count + 1
                  end
                  if count ~= \(HostLibrary.testNames.count) then error("there are " .. count) end
                end)
                """
            ])
        let report = RuleTester.run(set, understand: { _ in Understanding() })
        #expect(report.failures.map(\.description) == [])
        #expect(report.passed == 1)
    }

    private func asked(_ kind: RuleKind, _ value: Value) -> [String: Set<String>] {
        let place = RulePlace(file: "rules/main.lua", line: 1)
        let reader = SpecReader(
            Declaration(kind: kind, id: "x", place: place, fields: value.object ?? .init()), bench, LuaOutline())
        switch kind {
        case .route: _ = RouteRule(reader)
        case .escalate: _ = EscalationRule(reader)
        case .reply: _ = ReplyRule(reader)
        case .flow: _ = FlowRule(reader, outline: LuaOutline())
        case .alert: _ = AlertRule(reader)
        }
        reader.finish()
        return reader.asked
    }

    @Test("has exactly the fields that are read of each kind of declaration", arguments: RuleKind.allCases)
    func fields(kind: RuleKind) {
        var known = asked(kind, kind == .flow ? ["start": bench.token(MatchTerm.all([]))] : .object(.init()))[""] ?? []
        // Read only to say better what to do instead.
        if kind == .route { known.subtract(["act", "hand_off"]) }
        #expect(known == Set(Manual.fields(of: kind).map(\.name)))
    }

    @Test("has exactly the fields that are read of the tables within") func tables() {
        let none: Value = .object(.init())
        let read = asked(
            .escalate,
            [
                "options": .array([none]), "content": none, "hand_off": none, "notify": none, "open_ticket": none, "assign": none,
            ])
        for (path, owner) in [
            ("options.1", "option"), ("content", "content"), ("hand_off", "hand_off"), ("notify", "notify"),
            ("open_ticket", "open_ticket"), ("assign", "assign"),
        ] {
            let told = Manual.entries.filter { $0.owner == owner && $0.places.contains(.loading) }.map(\.name)
            #expect(read[path] == Set(told), "\(owner)")
        }
    }

    @Test("has exactly the measures there are, each with what it can be divided by") func measures() {
        #expect(names("measure").subtracting(["count"]) == Set(Measure.allCases.map(\.rawValue)))
        for entry in Manual.measures.entries {
            guard let measure = Measure(rawValue: entry.name) else { continue }
            #expect(entry.shape == .value(Self.name(of: measure.form)))
            for label in measure.labels { #expect(entry.summary.contains("`\(label)`"), "\(entry.name)") }
        }
    }

    @Test("has exactly the conditions, patterns and paths there are") func conditions() {
        let told = Set(Manual.conditions.entries.map(\.name))
        #expect(told == Set(MatchTerm.makers.keys).union(["anomaly"]))
        #expect(names("pattern") == Set(NamedPattern.allCases.map(\.rawValue)))
        let open = names("path").filter { $0.hasSuffix("NAME") || $0.hasSuffix("TEAM") }
        #expect(names("path").subtracting(open) == Set(MatchPath.named.keys))
        #expect(Set(open.map { String($0.dropLast(4)) }) == Set(MatchPath.beginnings))
    }

    @Test("has exactly what views hold when all is known") func views() {
        let customer = Customer.sample(["city": "Shanghai"], language: "en")
        let conversation = Conversation.sample {
            ($0.team, $0.agent, $0.sla) = ("service", ID(9), "vip")
            ($0.waitingSince, $0.queuedAt, $0.assignedAt, $0.personWantedSince) = (noon, noon, noon, noon)
            ($0.lastCustomerMessageAt, $0.lastReplyAt) = (noon, noon)
            $0.replies[$0.place, default: ReplyAllowance()].open(.init(messages: 5, window: .seconds(60)), at: noon)
            $0.flow = FlowRecord(flow: "f", version: 1, ruleSet: "r", stage: "s", state: .null, startedAt: noon)
        }
        let situation = Situation.sample(
            customer: customer, conversation: conversation, content: MessageContent(kind: .event, fields: ["name": "enter"]),
            intent: "price")
        let view = SituationView.value(Facts(situation, offset: .zero))
        func there(_ value: Value?) -> Set<String> { Set(value?.object?.names ?? []) }
        #expect(there(view) == names("c"))
        for part in ["conversation", "message", "now", "desk"] { #expect(there(view[part]) == names("c.\(part)"), "\(part)") }
        #expect(there(view["customer"]).subtracting(["city"]) == names("c.customer"))
    }

    private static let onlyLoading = Manual.entries.filter {
        $0.owner.isEmpty && !$0.places.contains(.function) && !["test", "property"].contains($0.name)
    }
    .map(\.name)

    @Test("what it has for files alone fails in functions, with a sentence", arguments: onlyLoading)
    func places(name: String) throws {
        let decision = try runner("reply \"x\" { when = function() return \(name)(\"a\") end, text = \"x\" }").decide(
            .sample(text: "x"))
        #expect(decision.failures.first?.message.contains("\(name) ") == true, "\(decision.failures)")
    }

    private static func name(of form: Measure.Form) -> String {
        switch form {
        case .duration: "time"
        case .share: "share"
        case .count: "count"
        case .level: "level"
        }
    }
}
