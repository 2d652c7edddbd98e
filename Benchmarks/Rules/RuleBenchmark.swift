// SPDX-License-Identifier: Apache-2.0
import Desk
import Insight
import Lua
import Rules

/// A decision over a hundred rules, beside a linear loop in Lua over as many predicates with the view built each time.
enum RuleBenchmark {
    static func figures(rounds: Int) throws -> [Figure] {
        let source = RuleSource(name: "bench", files: ["rules.lua": Array("return { name = \"bench\", api = 1 }\n".utf8), "autoreply/many.lua": Array(rules.utf8)])
        let (set, problems) = RuleSet.compile(source, names: KnownNames())
        guard let set else { throw BenchmarkFailure(problems.map(\.description).joined(separator: "\n")) }
        let runner = try set.makeRunner(mode: .deadline)
        let situation = situation()
        guard runner.decide(situation).matched.count == 1 else { throw BenchmarkFailure("One rule of the hundred should match.") }
        let ours = measure(rounds) { _ = runner.decide(situation) }

        let state = try LuaState(name: "linear", mode: .deadline, host: [], resolve: { _ in nil })
        let linear = try state.call(try state.load(source: Array(linear.utf8), chunk: "linear.lua"), budget: .load)
        guard let decide = linear.first.flatMap(LuaFunction.init(_:)) else { throw BenchmarkFailure("The reference gave no function.") }
        let view = view(situation)
        let reference = measure(rounds) { _ = try? state.call(decide, [view], budget: .decision) }
        return [
            Figure("decision over 100 rules, p50", ours.quantile(0.5) ?? 0, "ns", beside: ("linear in Lua", reference.quantile(0.5) ?? 0)),
            Figure("decision over 100 rules, p99", ours.quantile(0.99) ?? 0, "ns", beside: ("linear in Lua", reference.quantile(0.99) ?? 0)),
        ]
    }

    private static func measure(_ rounds: Int, _ body: () -> Void) -> Histogram {
        for _ in 0..<rounds / 10 { body() }
        var histogram = Histogram()
        for _ in 0..<rounds {
            let start = ContinuousClock.now
            body()
            let time = ContinuousClock.now - start
            histogram.record(time.components.attoseconds / 1_000_000_000)
        }
        return histogram
    }

    /// Ninety by data alone, ten with a function; the last one matches.
    private static let rules = (0..<100).map { number in
        switch number {
        case 99: "reply \"r99\" { why = \"x\", match = keywords { \"现货\" }, text = \"有货\" }"
        case let number where number % 10 == 0:
            "reply \"r\(number)\" { why = \"x\", match = at_least(\"customer.vip_level\", 3), when = function(c) return c.customer.vip_level == \(number) end, text = \"x\" }"
        case let number where number % 3 == 0: "reply \"r\(number)\" { why = \"x\", match = eq(\"channel\", \"channel-\(number)\"), text = \"x\" }"
        default: "reply \"r\(number)\" { why = \"x\", match = all { keywords { \"词\(number)\" }, at_least(\"customer.vip_level\", 2) }, text = \"x\" }"
        }
    }.joined(separator: "\n")

    private static let linear = "local rules = {}\n" + (0..<100).map { number in
        number == 99
            ? "rules[100] = function(c) return c.message.text:find(\"现货\", 1, true) ~= nil end"
            : "rules[\(number + 1)] = function(c) return c.customer.vip_level >= 2 and c.message.text:find(\"词\(number)\", 1, true) ~= nil end"
    }.joined(separator: "\n") + "\nreturn function(c) for i = 1, #rules do if rules[i](c) then return i end end end\n"

    private static func situation() -> Situation {
        let now = Instant(seconds: 1_750_000_000)
        var customer = Customer(id: ID(1 << 40), name: "林", attributes: ["vip_level": 4, "city": "杭州"], createdAt: now)
        customer.language = "zh-CN"
        var conversation = Conversation(id: ID(1 << 41), customer: customer.id, channel: "plain", startedAt: now)
        conversation.hasBegun = true
        let message = Message(
            id: ID(1 << 42), conversation: conversation.id, customer: customer.id, channel: "plain", direction: .inbound,
            content: .text("请问这件衣服有没有现货？"), author: .customer(customer.id), delivery: .delivered, at: now)
        return Situation(occasion: .message, now: now, seed: 1, customer: customer, conversation: conversation, message: message)
    }

    private static func view(_ situation: Situation) -> Value {
        [
            "customer": situation.customer.value, "conversation": situation.conversation.value,
            "message": situation.message?.value ?? .null, "now": .int(situation.now.milliseconds),
        ]
    }
}
