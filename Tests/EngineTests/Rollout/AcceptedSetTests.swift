// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Rules
import Testing

@testable import Engine

@Suite("A set that was live, and that a check of today would not take") struct AcceptedSetTests {
    /// As an older program has left it, which did not look at names in functions.
    private static let old = RuleSource(
        name: "old",
        texts: [
            "rules.lua": "return { name = \"old\", api = 1 }\n",
            "a.lua": """
            reply "hello" { match = keywords "hello", text = "hi" }
            reply "odd" { match = keywords "odd", text = "x", act = function(c, out) log.eror("x") end }
            """,
        ])

    private static func leave(_ desk: TestDesk) async throws {
        let record = RuleSetRecord(
            id: old.id, name: old.name, files: old.files, acceptedAt: desk.clock.now(), activatedAt: desk.clock.now(), by: "mei")
        _ = try await desk.engine.store.append(
            Entry(at: desk.clock.now(), changes: [.ruleSet(record), .activateRuleSet(id: old.id)]))
        try await desk.stop()
    }

    @Test("runs on after a start, the folder broken or not; only its own function fails") func start() async throws {
        #expect(RuleSet.compile(Self.old).set == nil)
        for folder in ["reply \"x\" { txt = 1 }", String(decoding: Self.old.files["a.lua"] ?? [], as: UTF8.self)] {
            let desk = try await TestDesk()
            defer { desk.remove() }
            try await Self.leave(desk)
            try TestDesk.write(
                ["rules.lua": "return { name = \"old\", api = 1 }\n", "a.lua": folder], to: desk.folder + "/rules")
            let again = try await TestDesk(on: desk)
            #expect(again.engine.rules.active.id == Self.old.id)
            let id = try await again.say("hello").conversation
            #expect(try await again.texts(id) == ["hi"])
            try await again.stop()
        }
    }

    @Test("can be gone back to; saved anew it is refused") func rollback() async throws {
        let desk = try await TestDesk()
        defer { desk.remove() }
        try await Self.leave(desk)
        let again = try await TestDesk(rules: ["b.lua": "reply \"new\" { match = keywords \"hello\", text = \"new\" }"], on: desk)
        #expect(again.engine.rules.active.id != Self.old.id)
        _ = try await again.engine.rules.rollback(to: Self.old.id, by: "mei")
        #expect(again.engine.rules.active.id == Self.old.id)
        var files = Self.old.files
        files["a.lua"]?.append(contentsOf: Array("\n-- more\n".utf8))
        await #expect(throws: RuleRejection.self) {
            try await again.engine.rules.activate(RuleSource(name: "old", files: files), by: "mei")
        }
        #expect(again.engine.rules.active.id == Self.old.id)
        try await again.stop()
    }
}
