// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import luadesk

@Suite("A decision that was made becomes a test, by command")
struct RulePinTests {
    @Test("beside a running server and without one: it holds under the rules that decided, and fails under others")
    func pin() async throws {
        let tree = try ReloadTests.tree("one")
        let folder = "\(tree.path)/rules"
        let desk = try await LuaDeskProcess.serve(ReloadTests.configuration(tree, watch: false))
        let customer = try await DeskAPI(url: desk.url).session(channel: "web", identity: ["external_id": "w", "name": "王小明"])
        let said = try await DeskAPI(url: desk.url, token: customer.token).post(
            "/v1/live/messages", ["client_id": "c1", "kind": "text", "text": "王小明，13800138000，well?"])
        #expect(said.status < 300, "\(said.text)")
        let message = try await desk.api().messages(channel: "web").first { $0["direction"] == "in" }
        let id = try #require(message?["id"]?.string)

        let nothing = try await LuaDeskProcess.run(["rules", "test", folder])
        #expect(nothing.exit.status == 0 && nothing.text.contains("0 passed"), "\(nothing.text)")
        let command = ["rules", "pin", "--data", desk.folder, id, folder]
        let pinned = try await LuaDeskProcess.run(command)
        let file = "rules/tests/pinned/\(id).json"
        #expect(pinned.exit.status == 0 && pinned.text.contains("Pinned: \(tree.path)/\(file)"), "\(pinned.text)")
        #expect(pinned.text.contains("Masked: customer.name, message.text."), "\(pinned.text)")
        let text = try #require(tree.read(file))
        #expect(!text.contains("王小明") && !text.contains("13800138000") && text.contains("well?"), "\(text)")

        let holds = try await LuaDeskProcess.run(["rules", "test", folder])
        #expect(holds.exit.status == 0 && holds.text.contains("1 passed, 0 failed"), "\(holds.text)")
        try tree.write(ReloadTests.rules("two"), to: "rules/autoreply/always.lua")
        let fails = try await LuaDeskProcess.run(["rules", "test", folder])
        #expect(fails.exit.status == 1 && fails.text.contains("0 passed, 1 failed"), "\(fails.text)")
        for part in [id, "expected", "one", "two"] { #expect(fails.text.contains(part), "\(fails.text)") }
        // Nor does such a set go live.
        let refused = try await LuaDeskProcess.run(["rules", "activate", folder, "--data", desk.folder])
        #expect(refused.exit.status == 1 && refused.text.contains(id), "\(refused.text)")
        #expect(try await ReloadTests.ask(desk) == "one")

        // Meant so: pinned again it would be the old decision still; without the pin the new rules hold.
        #expect(try await desk.stop() == .init(status: 0))
        let alone = try await LuaDeskProcess.run(command)
        #expect(alone.exit.status == 0 && tree.read(file) == text, "\(alone.text)")
        try FileManager.default.removeItem(atPath: "\(tree.path)/\(file)")
        #expect(try await LuaDeskProcess.run(["rules", "test", folder]).exit.status == 0)

        let unknown = try await LuaDeskProcess.run(["rules", "pin", "--data", desk.folder, "m0000000000001", folder])
        #expect(unknown.exit.status == 1 && unknown.text.contains("m0000000000001"), "\(unknown.text)")
    }
}
