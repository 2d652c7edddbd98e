// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import luadesk

@Suite("Recorded decisions as JSON lines, by command")
struct RuleExportTests {
    @Test("beside a running server and without one; masked unless said otherwise, and noted either way")
    func export() async throws {
        let tree = try ReloadTests.tree("one")
        let desk = try await LuaDeskProcess.serve(ReloadTests.configuration(tree, watch: false))
        let customer = try await DeskAPI(url: desk.url).session(channel: "web", identity: ["external_id": "wang", "name": "王小明"])
        let say = DeskAPI(url: desk.url, token: customer.token)
        for number in 0..<3 {
            let said = try await say.post(
                "/v1/live/messages",
                ["client_id": .string("c\(number)"), "kind": "text", "text": "我叫王小明，13800138000，身份证11010519491231002X，well?"])
            #expect(said.status < 300, "\(said.text)")
        }
        let export = ["rules", "export", "--data", desk.folder]
        let beside = try await LuaDeskProcess.run(export)
        #expect(beside.exit.status == 0 && beside.err == ["3 decisions, masked."], "\(beside.text)")
        let lines = try beside.out.map { try Value(json: Array($0.utf8)) }
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { $0["message"]?["text"]?.string?.hasPrefix("我叫<name:") == true }, "\(beside.text)")
        #expect(Set(lines.compactMap { $0["message"]?["text"]?.string }).count == 1)
        for text in ["王小明", "13800138000", "11010519491231002X", "wang", customer.customer, customer.conversation] {
            #expect(!beside.text.contains(text), "\(text)")
        }

        // A file is there when it is whole, for its owner only, and never written over.
        let file = "\(tree.path)/log.jsonl"
        let toFile = export + ["--output", file, "--last", "2", "--since", "1h", "--unmasked"]
        let whole = try await LuaDeskProcess.run(toFile)
        #expect(whole.exit.status == 0 && whole.out.isEmpty, "\(whole.text)")
        #expect(whole.err == ["2 decisions, with all personal data."])
        let text = try #require(tree.read("log.jsonl"))
        #expect(text.split(separator: "\n").count == 2 && text.contains("王小明，13800138000") && text.contains(customer.customer))
        let permissions = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(permissions == 0o600)
        let again = try await LuaDeskProcess.run(toFile)
        #expect(again.exit.status == 1 && again.text.contains("is there already"), "\(again.text)")
        #expect(tree.read("log.jsonl") == text)

        // The running server shows who took it, once it has noticed what another process wrote.
        let lead = try await desk.api(role: "lead")
        let notes = try await eventually("both are noted") { () -> [Value]? in
            let items = try await lead.get("/v1/rules/log").value["items"]?.array ?? []
            let notes = items.filter { $0["kind"] == "rules.exported" }
            return notes.count < 2 ? nil : notes
        }
        #expect(notes.map { $0["payload"]?["masked"] } == [false, true], "\(notes)")
        #expect(notes.allSatisfy { $0["payload"]?["by"]?.string?.isEmpty == false })

        #expect(try await desk.stop() == .init(status: 0))
        let alone = try await LuaDeskProcess.run(export + ["--hide-texts", "--last", "1"])
        #expect(alone.exit.status == 0 && alone.out.count == 1 && !alone.text.contains("well"), "\(alone.text)")
        for wrong in [["--since", "soon"], ["--last", "0"], ["--unmasked", "--hide-texts"]] {
            #expect(try await LuaDeskProcess.run(export + wrong).exit.status == 64, "\(wrong)")
        }
        let nowhere = try await LuaDeskProcess.run(export + ["--output", "\(tree.path)/none/log.jsonl"])
        #expect(nowhere.exit.status == 1 && nowhere.text.contains("cannot be written"), "\(nowhere.text)")
    }
}
