// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import luadesk

@Suite("What recorded traffic would come to under other rules, by command")
struct RuleReplayTests {
    @Test("beside a running server and without one: the same report, and nothing is sent; diff names what differs")
    func replay() async throws {
        let tree = try ReloadTests.tree("one")
        let desk = try await LuaDeskProcess.serve(ReloadTests.configuration(tree, watch: false))
        for _ in 0..<3 { #expect(try await ReloadTests.ask(desk) == "one") }
        let other = try ReloadTests.tree("two")
        let command = ["rules", "replay", "\(other.path)/rules", "--data", desk.folder, "--since", "1d", "--json"]
        let beside = try await LuaDeskProcess.run(command)
        let report = try Value(json: Array(beside.out.joined().utf8))
        #expect(beside.exit.status == 0 && report["changed"] == 3, "\(beside.text)")
        let change = try #require(report["changes"]?.array?.first)
        #expect(change["rule"] == "always" && change["from"] == "one" && change["to"] == "two" && change["count"] == 3)
        #expect(try await desk.api().messages(channel: "web").filter { $0["direction"] == "out" }.count == 3)
        let same = try await LuaDeskProcess.run(["rules", "replay", "\(tree.path)/rules", "--data", desk.folder])
        #expect(same.exit.status == 0 && same.text.contains("0 change"), "\(same.text)")

        let activate = try await LuaDeskProcess.run(["rules", "activate", "\(other.path)/rules", "--data", desk.folder])
        #expect(activate.exit.status == 0, "\(activate.text)")
        let sets = try #require(try await desk.api(role: "lead").get("/v1/rules/history").value["items"]?.array)
        let ids = sets.compactMap { $0["id"]?.string }.map { String($0.prefix(12)) }
        #expect(ids.count == 2)
        let diff = try await LuaDeskProcess.run(["rules", "diff", "--data", desk.folder, ids[1], ids[0]])
        #expect(diff.exit.status == 0 && diff.text.contains("changed  autoreply/always.lua"), "\(diff.text)")
        #expect(diff.text.contains("changed  reply always"), "\(diff.text)")

        #expect(try await desk.stop() == .init(status: 0))
        let alone = try await LuaDeskProcess.run(command)
        let second = try Value(json: Array(alone.out.joined().utf8))
        #expect(alone.exit.status == 0 && second["changes"] == report["changes"], "\(alone.text)")
    }
}
