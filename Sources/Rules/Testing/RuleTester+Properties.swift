// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// `property("name", function(g, t) … end)`: a function that is run with many random situations.
extension RuleTester {
    struct Property {
        let name: String
        let line: Int
        let body: Value
        let runs: Int
        /// Of the first run; the others count on.
        let seed: UInt64
    }

    private static let usualRuns = 100
    private static let mostRuns: Int64 = 10_000
    private static let budget = LuaBudget(instructions: 20_000_000, time: .seconds(10))

    mutating func runProperty(_ property: Property, _ declared: Declared, _ state: ScriptState, _ shown: String) {
        guard let runner = declared.propertyRunner else { return }
        /// Runs the function once; gives what went wrong.
        func failure(_ draws: PropertyDraws) -> LuaFailure? {
            let desk = newDesk()
            declared.desk = desk
            declared.draws = draws
            defer { report.covered.formUnion(desk.everMatched) }
            do throws(LuaFailure) {
                _ = try state.lua.call(runner, [property.body], budget: Self.budget)
                return nil
            } catch {
                return error
            }
        }
        for run in 0..<property.runs {
            let seed = property.seed &+ UInt64(run)
            guard let first = failure(PropertyDraws(seed: seed)) else { continue }
            let smallest = PropertyShrinking.smallest(declared.draws.taken) { draws in
                failure(PropertyDraws(again: draws)) == nil ? nil : declared.draws.taken
            }
            let last = failure(PropertyDraws(again: smallest)) ?? first
            return fail(
                property.name, last.file ?? shown, last.line ?? property.line,
                "\(last.plainMessage); the smallest it fails with: \(declared.draws.text) (run \(run + 1), seed \(seed))")
        }
        report.passed += 1
    }

    func propertyFunctions(_ declared: Declared) -> [HostFunction] {
        [
            HostFunction("property") { call in
                guard let name = call[0].string, LuaFunction(call[1]) != nil else {
                    return .failure("property needs a name and a function: property(\"…\", function(g, t) … end)")
                }
                let options = call[2]
                for option in options.object?.names ?? [] where !["runs", "seed"].contains(option) {
                    return .failure(
                        "unknown option '\(option)' of a property"
                            + (Spelling.hint(for: option, among: ["runs", "seed"]).map { "; \($0)" } ?? ""))
                }
                let runs = options["runs"]?.int ?? Int64(Self.usualRuns)
                guard (1...Self.mostRuns).contains(runs) else {
                    return .failure("a property runs between 1 and \(Self.mostRuns) times")
                }
                declared.properties.append(
                    Property(
                        name: name, line: call.line ?? 1, body: call[1], runs: Int(runs),
                        seed: options["seed"]?.int.map { UInt64(bitPattern: $0) } ?? Self.seed(of: name)))
                return .values([])
            },
            HostFunction("__property_runner") { call in
                declared.propertyRunner = LuaFunction(call[0])
                return .values([])
            },
            HostFunction("__property_draw") { call in
                guard let number = declared.draws.next(below: Int(call[0].int ?? 1)) else {
                    return .failure("a property draws too much: look for a loop that does not end")
                }
                return .values([.int(Int64(number))])
            },
            HostFunction("__property_drawn") { call in
                declared.draws.show(call[0].string ?? "", call[1])
                return .values([])
            },
            HostFunction("__property_words") { _ in
                let words = declared.words ?? PropertyWords.value(of: set)
                declared.words = words
                return .values([words])
            },
            HostFunction("__property_decide") { call in
                do throws(TestProblem) { return .values([try decide(call[0], call[1])]) } catch {
                    return .failure(error.message)
                }
            },
        ]
    }

    /// The same name begins with the same numbers each time (FNV-1a): a failure stays until it is mended.
    private static func seed(of name: String) -> UInt64 {
        name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 } >> 32
    }

    // MARK: - One decision

    private static let occasions = ["start", "handoff", "message", "change"]

    /// What the rules want in a situation, as a table with plain fields.
    private func decide(_ event: Value, _ occasion: Value) throws(TestProblem) -> Value {
        let name = occasion.string ?? "message"
        guard Self.occasions.contains(name) else {
            throw TestProblem(
                "there is no occasion '\(name)'" + (Spelling.hint(for: name, among: Self.occasions).map { "; \($0)" } ?? ""))
        }
        let kind: RuleKind = name == "message" ? .reply : name == "change" ? .escalate : .route
        let situation = try ExampleScene(kind: kind, id: "").situation(
            ["given": event, "on": .string(name)], scene: TestScene(offset: set.settings.offset), understand: understand)
        let decision = try stage.runner(set).decide(situation)
        meter?.saw(situation, decision)
        if let failure = decision.failures.first {
            throw TestProblem("rule \(failure.rule) failed at \(failure.file ?? "?"):\(failure.line ?? 0): \(failure.message)")
        }
        return decision.testValue
    }
}

extension Decision {
    /// `{ matched = { … }, reply = "…", team = "…", bot = true, hand_off = true, tags = { … }, priority = 3, flow = "…", … }`; what is
    /// not wanted is absent.
    fileprivate var testValue: Value {
        var value: Value = ["matched": .array(matched.map { .string($0.rule) })]
        var tags: [Value] = [], notes: [Value] = [], notified: [Value] = []
        for intent in intents {
            switch intent.action {
            case .assign(let assignment):
                value["team"] = assignment.team.map(Value.string)
                value["agent"] = assignment.agent.map(Value.string)
                value["sla"] = assignment.sla.map(Value.string)
                if assignment.toBot { value["bot"] = true }
                if let priority = assignment.priority { value["priority"] = Value(priority) }
            case .handOff(let team, _):
                value["hand_off"] = true
                if let team { value["team"] = .string(team) }
            case .reply(let content): value["reply"] = .string(content.text)
            case .note(let text): notes.append(.string(text))
            case .tag(let names): tags += names.map(Value.string)
            case .untag(let names): value["untags"] = .array(names.map(Value.string))
            case .raisePriority(let steps): value["raise_priority"] = Value(steps)
            case .setPriority(let level): value["priority"] = Value(level)
            case .startFlow(let flow): value["flow"] = .string(flow)
            case .stopFlow: value["stop_flow"] = true
            case .notify(let to, let text): notified.append(.string(to.joined(separator: " ") + " " + text))
            case .openTicket(let draft): value["ticket"] = .string(draft.subject)
            case .resolve: value["resolve"] = true
            case .setAttributes(let fields): value["set"] = fields
            case .setCustomer(let fields): value["set_customer"] = fields
            }
        }
        value["tags"] = .array(tags)
        value["notes"] = .array(notes)
        value["notified"] = .array(notified)
        return value
    }
}
