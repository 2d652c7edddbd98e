// SPDX-License-Identifier: Apache-2.0
import Lua

/// What the tests of one run share: states of the rule sets they play with, which take far longer to load than a test to run.
final class TestStage {
    private(set) var runners: [String: RuleRunner] = [:]
    private var successors: [String: RuleSet] = [:]

    /// Nothing has been decided on it yet.
    var isFresh: Bool { runners.isEmpty }

    func runner(_ set: RuleSet, trail: TextTrail? = nil) throws(TestProblem) -> RuleRunner {
        let runner = if let known = runners[set.id] { known } else { try Self.load(set) }
        runners[set.id] = runner
        runner.script.bench.trail = trail
        return runner
    }

    static func load(_ set: RuleSet) throws(TestProblem) -> RuleRunner {
        do { return try set.makeRunner(mode: .counted, health: RuleHealth(failures: .max)) } catch {
            throw TestProblem("the rules cannot be loaded: \(error)")
        }
    }

    /// A set that differs from another in nothing but its id.
    func newer(_ set: RuleSet) throws(TestProblem) -> RuleSet {
        if let known = successors[set.id] { return known }
        var files = set.source.files
        files["reload-\(successors.count + 1).csv"] = []
        let (newer, problems) = RuleSet.compile(RuleSource(name: set.source.name, files: files, folder: set.source.folder))
        guard let newer else { throw TestProblem("the rules do not load again: \(problems.first?.description ?? "")") }
        successors[set.id] = newer
        return newer
    }
}
