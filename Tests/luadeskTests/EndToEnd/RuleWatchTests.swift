// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import luadesk

@Suite("A command that watches answers to every save")
struct RuleWatchTests {
    private static func rules(_ answer: String) -> String {
        """
        reply "always" {
          match = contains("message.text", "?"), text = "\(answer)",
          examples = { { given = { text = "well?" }, reply = "one" } },
        }

        """
    }

    /// A command at work, and how much of what it printed was seen.
    private final class Watcher {
        let process: ChildProcess
        private var seen = 0

        init(_ arguments: [String]) throws {
            process = try ChildProcess(LuaDeskProcess.program, arguments, environment: LuaDeskProcess.home)
        }

        deinit { process.send(SIGKILL) }

        /// The lines of the next answer, up to the one that ends it.
        func answer(endingWith last: String) async throws -> [String] {
            let (process, seen) = (process, seen)
            try await within(patience, "an answer with '\(last)'") {
                try await process.wait { $0.out.dropFirst(seen).contains { $0.contains(last) } }
            }
            let lines = Array(process.output.out.dropFirst(seen))
            let end = try #require(lines.firstIndex { $0.contains(last) }, "\(process.output.err)")
            self.seen += end + 1
            return Array(lines[...end])
        }

        /// Ctrl-C.
        func interrupt() async throws -> ChildProcess.Exit {
            process.send(SIGINT)
            return try await within(patience, "the command ends") { [process] in try await process.exit() }
        }
    }

    @Test("test --watch: passes, fails, says what cannot be read, and passes again") func test() async throws {
        let tree = try ReloadTests.tree("-")
        try tree.write(Self.rules("one"), to: "rules/autoreply/always.lua")
        let watcher = try Watcher(["rules", "test", "\(tree.path)/rules", "--watch"])
        let end = "Waiting for the next save"
        #expect(try await watcher.answer(endingWith: end).contains { $0.contains("1 passed, 0 failed") })
        try tree.write(Self.rules("two"), to: "rules/autoreply/always.lua")
        let failed = try await watcher.answer(endingWith: end)
        #expect(failed.contains { $0.contains("0 passed, 1 failed") } && failed.joined().contains("always"), "\(failed)")
        try tree.write("reply \"always\" {\n", to: "rules/autoreply/always.lua")
        let broken = try await watcher.answer(endingWith: end)
        #expect(broken.contains { $0.contains("rules/autoreply/always.lua:") }, "\(broken)")
        #expect(broken.contains { $0.contains("1 error: no test was run.") }, "\(broken)")
        try tree.write(Self.rules("one"), to: "rules/autoreply/always.lua")
        #expect(try await watcher.answer(endingWith: end).contains { $0.contains("1 passed, 0 failed") })
        #expect(try await watcher.interrupt().signal == SIGINT)
    }

    @Test("test --watch --json: one line of JSON for each save") func json() async throws {
        let tree = try ReloadTests.tree("-")
        try tree.write(Self.rules("one"), to: "rules/autoreply/always.lua")
        let watcher = try Watcher(["rules", "test", "\(tree.path)/rules", "--watch", "--json"])
        for (saved, isOK) in [(nil, true), ("two", false), ("one", true)] {
            if let saved { try tree.write(Self.rules(saved), to: "rules/autoreply/always.lua") }
            let line = try #require(try await watcher.answer(endingWith: "\"ms\":").last)
            #expect(try Value(json: Array(line.utf8))["ok"]?.bool == isOK, "\(line)")
        }
    }

    @Test("check --watch: names file and line at each save, a new file's too, and says when all is well") func check()
        async throws
    {
        let tree = try ReloadTests.tree("one")
        let watcher = try Watcher(["rules", "check", "\(tree.path)/rules", "--watch"])
        let end = "Waiting for the next save"
        #expect(try await watcher.answer(endingWith: end).contains { $0.contains("1 rules, 0 flows, 0 alerts, 0 warnings.") })
        try tree.write("reply \"new\" {\n  txt = \"two\",\n}\n", to: "rules/autoreply/new.lua")
        let wrong = try await watcher.answer(endingWith: end)
        #expect(wrong.contains { $0.hasPrefix("rules/autoreply/new.lua:2: unknown field 'txt'") }, "\(wrong)")
        #expect(wrong.contains { $0.contains("2 errors, ") }, "\(wrong)")
        try tree.write(
            "reply \"new\" { text = \"two\", priority = 1, match = keywords \"二\" }\n", to: "rules/autoreply/new.lua")
        let mended = try await watcher.answer(endingWith: end)
        #expect(mended.contains { $0.contains("2 rules, 0 flows, 0 alerts") }, "\(mended)")
        // The folder is gone: the command is not.
        try FileManager.default.moveItem(atPath: "\(tree.path)/rules", toPath: "\(tree.path)/away")
        #expect(try await watcher.answer(endingWith: end).contains { $0.contains("there is no such folder") })
        #expect(try await watcher.interrupt().signal == SIGINT)
    }
}
