// SPDX-License-Identifier: Apache-2.0
import CAllocations
import Desk
import Lua
import Rules

/// What the Swift side asks of the allocator in a decision, counted: Lua has an allocator of its own.
enum AllocationCount {
    static func figures(rounds: Int) throws -> [Figure] {
        let (set, problems) = RuleSet.compile(DecisionScale.source(100), names: KnownNames())
        guard let set else { throw BenchmarkFailure(problems.map(\.description).joined(separator: "\n")) }
        let runner = try set.makeRunner(mode: .deadline)
        let matching = DecisionScale.situation()
        let silent = DecisionScale.situation(saying: "谢谢，没有别的了")
        guard runner.decide(matching).matched.count == 1, runner.decide(silent).matched.isEmpty else {
            throw BenchmarkFailure("One rule should match the one text, none the other.")
        }
        return [("one matches", matching), ("none matches", silent)].map { name, situation in
            var decision = Decision(ruleSet: set.id, occasion: situation.occasion.name)
            let count = count(rounds) { runner.decide(situation, into: &decision) }
            return Figure("allocations in a decision, \(name)", count, "", note: "wanted 0")
        }
    }

    private static func count(_ rounds: Int, _ body: () -> Void) -> Double {
        for _ in 0..<100 { body() }
        let before = allocations_of_thread()
        for _ in 0..<rounds { body() }
        return Double(allocations_of_thread() - before) / Double(rounds)
    }
}
