// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import luadesk

@Suite("Rules on trial that take too long") struct SlowCanaryTests {
    /// Live there is time enough for every call; what is judged is how long it takes.
    private static let settings = """
        return {
          name = "test", api = 1, watch = { window = "10m", least = 10 },
          limits = { decision_ms = 1000, decision_instructions = 100000000 },
        }

        """

    /// Answers the same, after about ten milliseconds of counting.
    private static let slow = """
        reply "always" {
          match = contains("message.text", "?"), text = "one",
          act = function(c, out)
            local sum = 0
            for i = 1, 1000000 do sum = sum + i % 7 end
            if sum < 0 then out:tag("never") end
          end,
        }

        """

    @Test("are stopped by the desk itself, which says why; nobody loses an answer") func stopped() async throws {
        let tree = try ReloadTests.tree("one")
        try tree.write(Self.settings, to: "rules/rules.lua")
        let desk = try await LuaDeskProcess.serve(ReloadTests.configuration(tree, watch: false))
        let api = try await desk.api()
        for _ in 0..<12 { #expect(try await ReloadTests.ask(desk) == "one") }
        let live = try await api.get("/v1/rules").value["id"]?.string

        let other = try ReloadTests.tree("one")
        try other.write(Self.settings, to: "rules/rules.lua")
        try other.write(Self.slow, to: "rules/autoreply/always.lua")
        let tried = try await LuaDeskProcess.run(
            ["rules", "activate", "\(other.path)/rules", "--data", desk.folder, "--canary", "50%"])
        #expect(tried.exit.status == 0, "\(tried.text)")
        let candidate = try await api.get("/v1/rules/rollout").value["candidate"]
        #expect(candidate?["plan"] == "canary", "\(String(describing: candidate))")

        // Customers go on asking until the desk has seen enough.
        let note = try await eventually("the trial is over", within: .seconds(60)) { () -> Value? in
            #expect(try await ReloadTests.ask(desk) == "one")
            return try await api.all("/v1/events", query: "kind=rules.rollout").first { $0["payload"]?["step"] == "stopped" }
        }
        let reason = note.at("payload.reason")?.string ?? ""
        #expect(reason.hasPrefix("a settlement's rules take ") && reason.contains("µs on average, before "), "\(reason)")
        #expect(try await api.get("/v1/rules").value["id"]?.string == live)
        #expect(try await api.get("/v1/rules/rollout").value["candidate"]?.object == nil)
        try await desk.waitForLog("The rules that are tried do badly and are stopped.")
        #expect(try await ReloadTests.ask(desk) == "one")
        #expect(try await desk.stop() == .init(status: 0))
    }
}
