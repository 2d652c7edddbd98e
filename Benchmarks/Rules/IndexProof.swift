// SPDX-License-Identifier: Apache-2.0
import Desk
import Insight
import Lua
import Rules

/// Whether the index finds what looking at every rule finds: random rule sets, decided as a whole and in pieces so small that no index
/// is made for them. Stops at the first difference.
enum IndexProof {
    /// - Parameter rounds: pairs of an event and a rule set.
    static func figures(rounds: Int) throws -> [Figure] {
        var dice = Dice(state: 1)
        var done = 0
        var matches = 0
        let begin = ContinuousClock.now
        while done < rounds {
            let rules = (0..<8).map { "escalate \"r\($0)\" { match = \(dice.term(2)), tags = \"t\" }" }
            let whole = try runner(rules)
            let pieces = [try runner(Array(rules[..<4])), try runner(Array(rules[4...]))]
            for _ in 0..<min(10_000, rounds - done) {
                let situation = dice.situation()
                let found = whole.decide(situation).matched.map(\.rule)
                let plain = pieces.flatMap { $0.decide(situation).matched.map(\.rule) }
                guard found == plain else {
                    throw BenchmarkFailure("The index finds \(found), without it \(plain):\n\(rules.joined(separator: "\n"))")
                }
                matches += found.count
                done += 1
            }
        }
        guard matches > done / 20 else { throw BenchmarkFailure("Hardly a rule matched: the comparison says nothing.") }
        let time = (ContinuousClock.now - begin).components
        let seconds = Double(time.seconds) + Double(time.attoseconds) / 1e18
        return [
            Figure(
                "random decisions found the same with and without index", Double(done), "",
                note:
                    "\(matches) matches, \(Int(seconds.rounded())) s")
        ]
    }

    private static func runner(_ rules: [String]) throws -> RuleRunner {
        let source = RuleSource(
            name: "proof",
            texts: ["rules.lua": "return { name = \"proof\", api = 1 }", "escalation/a.lua": rules.joined(separator: "\n")])
        let (set, problems) = RuleSet.compile(source)
        guard let set else { throw BenchmarkFailure(problems.map(\.description).joined(separator: "\n")) }
        return try set.makeRunner(mode: .deadline)
    }

    private struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }

        mutating func pick<Item>(_ items: [Item]) -> Item { items[Int.random(in: items.indices, using: &self)] }
        private mutating func list(_ items: [String]) -> String { "{ \"\(pick(items))\", \"\(pick(items))\" }" }

        private static let words = ["hi", "this", "is", "发票", "发", "票", "hi*", "Ｈi", "week", "价", "开发票"]
        private static let texts = ["live", "web", "杭州", "a", "b", "price"]

        mutating func term(_ depth: Int) -> String {
            if depth > 0, pick([true, true, false]) {
                let parts = (0..<pick([1, 2, 3])).map { _ in term(depth - 1) }.joined(separator: ", ")
                return "\(pick(["all", "any", "any", "none"])) { \(parts) }"
            }
            let number = pick([-1, 0, 1, 3, 4, 5])
            switch Int.random(in: 0..<14, using: &self) {
            case 0: return "eq(\"customer.city\", \"\(pick(Self.texts))\")"
            case 1: return "ne(\"customer.city\", \"\(pick(Self.texts))\")"
            case 2: return "\(pick(["at_least", "at_most", "above", "below", "eq"]))(\"customer.vip\", \(number))"
            case 3: return "between(\"now.hour\", \(pick([0, 9, 22])), \(pick([6, 12, 23])))"
            case 4: return "within(\"customer.last\", \"\(pick(["1s", "2d", "60w"]))\")"
            case 5: return "one_of(\"customer.labels\", \(list(Self.texts)))"
            case 6: return "\(pick(["exists", "missing"]))(\"\(pick(["customer.city", "conversation.team"]))\")"
            case 7: return "has_tag \(list(["return", "loyal", "x"]))"
            case 8: return "contains(\"\(pick(["message.text", "customer.city"]))\", \(list(Self.words)))"
            case 9: return "prefix(\"\(pick(["message.text", "customer.city"]))\", \(list(Self.words)))"
            case 10: return "keywords \(list(Self.words))"
            case 11: return "channel \(list(["live", "web", "wechat"]))"
            case 12: return "event \(list(["enter", "paid"]))"
            default: return "matches(\"message.text\", pattern.\(pick(["order_no", "number", "text"])))"
            }
        }

        mutating func situation() -> Situation {
            let now = Instant(seconds: 1_750_000_000 + Int64.random(in: 0..<200_000, using: &self))
            var attributes: Value = ["vip": pick([.int(4), .double(4.5), .int(0), .string("4")])]
            if pick([true, false]) { attributes["city"] = .string(pick(Self.texts)) }
            if pick([true, false]) { attributes["labels"] = .array([.string(pick(Self.texts)), .string(pick(Self.texts))]) }
            if pick([true, false]) { attributes["last"] = pick([.string("2025-06-15"), .int(1_749_999_999)]) }
            let customer = Customer(id: ID(1), name: nil, attributes: attributes, tags: [pick(["loyal", "new"])], createdAt: now)
            var conversation = Conversation(
                id: ID(2), customer: customer.id, channel: pick(["live", "web", "wechat"]), startedAt: now)
            conversation.tags = pick([[], ["return"]])
            conversation.team = pick([nil, "service"])
            let text = (0..<pick([1, 3])).map { _ in pick(Self.words + ["THIS", "SO-2026010", "12"]) }
            let content: MessageContent =
                pick([true, true, false])
                ? .text(text.joined(separator: pick([" ", ""])))
                : MessageContent(kind: .event, text: "", fields: ["name": .string(pick(["enter", "paid"]))])
            let message = Message(
                id: ID(3), conversation: conversation.id, customer: customer.id, channel: conversation.channel,
                direction: .inbound,
                content: content, author: .customer(customer.id), delivery: .delivered, at: now)
            return Situation(
                occasion: .message, now: now, seed: 1, customer: customer, conversation: conversation, message: message)
        }
    }
}
