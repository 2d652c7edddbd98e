// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import Rules
import Testing

@testable import Engine

@Suite("Rules that are saved while the desk starts", .timeLimit(.minutes(10))) struct SavedAtStartTests {
    private static func rule(_ text: String) -> String { "reply \"r\" { match = keywords \"hello\", text = \"\(text)\" }\n" }

    @Test("are taken, though they were saved before anybody watched the folder") func taken() async throws {
        let desk = try await TestDesk(rules: ["autoreply/r.lua": Self.rule("old")], watchesFiles: true) { folder in
            try Data(Self.rule("new").utf8).write(to: URL(fileURLWithPath: folder + "/autoreply/r.lua"))
        }
        var seq = desk.engine.store.head
        while try await desk.engine.rules.history(limit: 2).count < 2 {
            try await desk.engine.store.waitForEvent(after: seq)
            seq = desk.engine.store.head
        }
        let intake = try await desk.say("hello")
        #expect(try await desk.texts(intake.conversation) == ["new"])
        try await desk.stop()
    }

    @Test("what was gone back from is not taken again by a start, and the log says that other rules run than the folder holds")
    func goneBackFrom() async throws {
        let desk = try await TestDesk(rules: ["autoreply/r.lua": Self.rule("old")])
        let old = desk.engine.rules.active.id
        try Data(Self.rule("new").utf8).write(to: URL(fileURLWithPath: desk.folder + "/rules/autoreply/r.lua"))
        try await desk.engine.rules.reloadFromDisk(by: "test")
        #expect(desk.engine.rules.active.id != old)
        _ = try await desk.engine.rules.rollback(to: old, by: "test")
        try await desk.stop()

        let lines = LogLines()
        let again = try await TestDesk(on: desk, watchesFiles: true, log: lines)
        #expect(try await again.engine.rules.reloadFromDisk(by: "file watch") == nil)
        let intake = try await again.say("hello")
        #expect(try await again.texts(intake.conversation) == ["old"])
        #expect(again.engine.rules.active.id == old)
        #expect(lines.all.contains { $0.contains("other files than what runs") }, "\(lines.all)")
        try await again.stop()
    }
}
