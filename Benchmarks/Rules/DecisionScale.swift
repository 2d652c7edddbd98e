// SPDX-License-Identifier: Apache-2.0
import Desk
import Insight
import Lua
import Rules

/// What a decision costs over a hundred, a thousand and ten thousand rules, and what it costs to load them; beside a loop over as many
/// predicates in Lua as it comes, with the view built for each decision.
enum DecisionScale {
    static let sizes = [100, 1000, 10_000]

    /// - Parameter rounds: decisions over each set.
    static func figures(rounds: Int) throws -> [Figure] {
        var figures: [Figure] = []
        for size in sizes {
            let source = source(size)
            let clock = ContinuousClock()
            var runner: RuleRunner?
            let loading = try clock.measure { runner = try made(source) }
            guard let runner else { throw BenchmarkFailure("No runner was made.") }
            let plain = try clock.measure { try load(source) }
            figures.append(
                Figure(
                    "\(size) rules compiled, checked, loaded", milliseconds(loading), "ms",
                    beside: ("files run in Lua alone", milliseconds(plain)),
                    note: size == 1000 ? "at most 150 ms, aim 40 ms" : ""))

            let situation = situation()
            let decision = runner.decide(situation)
            guard decision.matched.map(\.rule) == ["r\(size - 1)"], decision.failures.isEmpty else {
                throw BenchmarkFailure("Of \(size) rules the last should match, not \(decision.matched.map(\.rule)).")
            }
            let ours = measure(rounds) { _ = runner.decide(situation) }
            let linear = try LinearLoop(size)
            let reference = try measure(max(100, min(rounds, 1_000_000 / size))) { try linear.decide(view(situation)) }
            let bounds = [100: "at most 15 µs, aim 4 µs", 10_000: "at most 100 µs, aim 10 µs"]
            for (label, share) in [("p50", 0.5), ("p99", 0.99)] {
                figures.append(
                    Figure(
                        "decision over \(size) rules, \(label)", (ours.quantile(share) ?? 0) / 1000, "µs",
                        beside: ("linear in Lua", (reference.quantile(share) ?? 0) / 1000),
                        note: label == "p50" ? bounds[size] ?? "" : ""))
            }
        }
        return figures
    }

    private static func made(_ source: RuleSource) throws -> RuleRunner {
        let (set, problems) = RuleSet.compile(source, names: KnownNames())
        guard let set else { throw BenchmarkFailure(problems.map(\.description).joined(separator: "\n")) }
        return try set.makeRunner(mode: .deadline)
    }

    /// The same files in a state where declarations do nothing.
    private static func load(_ source: RuleSource) throws {
        let names = ["reply", "keywords", "eq", "all", "at_least"]
        let empty = HostFunction("__nothing") { _ in .values([]) }
        let state = try LuaState(name: "plain", mode: .deadline, host: [empty], resolve: { _ in nil })
        let prelude = names.map { "local function \($0)() return function() end end\n" }.joined()
        for (path, bytes) in source.files where path.hasPrefix("autoreply/") {
            let chunk = try state.load(source: Array(prelude.utf8) + bytes, chunk: path)
            _ = try state.call(chunk, budget: .load)
        }
    }

    private static func milliseconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) * 1000 + Double(duration.components.attoseconds) / 1e15
    }

    private static func measure(_ rounds: Int, _ body: () throws -> Void) rethrows -> Histogram {
        for _ in 0..<rounds / 10 { try body() }
        var histogram = Histogram()
        for _ in 0..<rounds {
            let start = ContinuousClock.now
            try body()
            let time = ContinuousClock.now - start
            histogram.record(time.components.attoseconds / 1_000_000_000)
        }
        return histogram
    }

    // MARK: - The rules

    /// A tenth with a function, of which three are called; the last rule matches.
    static func source(_ size: Int) -> RuleSource {
        let rules = (0..<size).map { number in
            switch number {
            case size - 1: "reply \"r\(number)\" { why = \"x\", match = keywords { \"现货\" }, text = \"有货\" }"
            case let number where number % 10 == 0:
                "reply \"r\(number)\" { why = \"x\", match = eq(\"customer.city\", \"\(number < 30 ? "杭州" : "城\(number)")\"), when = function(c) return c.customer.vip_level == \(number + 100) end, text = \"x\(number)\" }"
            case let number where number % 3 == 0:
                "reply \"r\(number)\" { why = \"x\", match = eq(\"channel\", \"channel-\(number)\"), text = \"x\" }"
            default:
                "reply \"r\(number)\" { why = \"x\", match = all { keywords { \"词\(number)\" }, at_least(\"customer.vip_level\", 2) }, text = \"x\" }"
            }
        }
        // A person would not write all into one file, either.
        var files = ["rules.lua": Array("return { name = \"bench\", api = 1 }\n".utf8)]
        for start in stride(from: 0, to: size, by: 500) {
            let text = rules[start..<min(start + 500, size)].joined(separator: "\n")
            let name = String(start / 500 + 100)
            files["autoreply/f\(name).lua"] = Array(text.utf8)
        }
        return RuleSource(name: "bench", files: files)
    }

    static func situation(_ text: String = "请问这件衣服有没有现货？") -> Situation {
        let now = Instant(seconds: 1_750_000_000)
        var customer = Customer(id: ID(1 << 40), name: "林", attributes: ["vip_level": 4, "city": "杭州"], createdAt: now)
        customer.language = "zh-CN"
        var conversation = Conversation(id: ID(1 << 41), customer: customer.id, channel: "plain", startedAt: now)
        conversation.hasBegun = true
        let message = Message(
            id: ID(1 << 42), conversation: conversation.id, customer: customer.id, channel: "plain", direction: .inbound,
            content: .text(text), author: .customer(customer.id), delivery: .delivered, at: now)
        return Situation(
            occasion: .message, now: now, seed: 1, customer: customer, conversation: conversation, message: message)
    }

    /// The same that functions of rules see, as a loop would be given it.
    private static func view(_ situation: Situation) -> Value {
        let (customer, conversation) = (situation.customer, situation.conversation)
        return [
            "customer": (customer.attributes).merging([
                "id": .string(customer.id.text), "name": Value(customer.name), "language": Value(customer.language),
                "created_at": .string(customer.createdAt.rfc3339),
            ]),
            "conversation": conversation.value,
            "message": ["text": .string(situation.message?.content.text ?? ""), "kind": "text"],
            "now": ["at": .string(situation.now.rfc3339), "hour": 12], "channel": .string(conversation.channel), "mood": 0,
        ]
    }
}

/// The reference: predicates in a list, asked one after another; the last says yes.
private struct LinearLoop {
    private let state: LuaState
    private let function: LuaFunction

    init(_ size: Int) throws {
        state = try LuaState(name: "linear", mode: .deadline, host: [], resolve: { _ in nil })
        let predicates = (0..<size).map { number in
            number == size - 1
                ? "rules[\(size)] = function(c) return c.message.text:find(\"现货\", 1, true) ~= nil end"
                : "rules[\(number + 1)] = function(c) return c.customer.vip_level >= 2 and c.message.text:find(\"词\(number)\", 1, true) ~= nil end"
        }
        // A function holds so many constants only.
        let parts = stride(from: 0, to: size, by: 200).map { start in
            "do " + predicates[start..<min(start + 200, size)].joined(separator: "\n") + " end"
        }
        let source =
            "local rules = {}\n" + parts.joined(separator: "\n")
            + "\nreturn function(c) for i = 1, #rules do if rules[i](c) then return i end end end\n"
        let chunk = try state.load(source: Array(source.utf8), chunk: "linear.lua")
        guard let function = try state.call(chunk, budget: .load).first.flatMap(LuaFunction.init(_:)) else {
            throw BenchmarkFailure("The reference gave no function.")
        }
        self.function = function
    }

    func decide(_ view: Value) throws {
        guard try state.call(function, [view], budget: .pluginCall) != [] else { throw BenchmarkFailure("Nothing matched.") }
    }
}
