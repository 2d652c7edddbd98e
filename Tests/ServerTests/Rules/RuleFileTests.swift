// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Foundation
import Rules
import Testing

@testable import Server

@Suite("The folder of rules, file by file", .timeLimit(.minutes(10)))
struct RuleFileTests {
    private static func rule(_ answer: String) -> String {
        "reply \"always\" { match = contains(\"message.text\", \"?\"), text = \"\(answer)\" }\n"
    }
    private static let rules = ["autoreply/always.lua": rule("one")]

    private func with(_ body: @Sendable (TestServer, String) async throws -> Void) async throws {
        try await TestServer.with(rules: Self.rules) { server in try await body(server, try await server.token(.lead)) }
    }

    private func hash(_ server: TestServer, _ path: String, _ token: String) async throws -> String {
        try #require(try await server.call("GET", "/v1/rules/files/\(path)", token: token).json["hash"]?.string)
    }

    private func onDisk(_ server: TestServer, _ path: String) -> String? {
        try? String(contentsOfFile: "\(server.folder)/rules/\(path)", encoding: .utf8)
    }

    @Test("are listed with what differs from the live set, and read with an ETag") func listed() async throws {
        try await with { server, token in
            let list = try await server.call("GET", "/v1/rules/files", token: token).json
            #expect(list["items"]?.array?.map { $0["path"] } == ["autoreply/always.lua", "rules.lua"])
            #expect(list["items"]?.array?.allSatisfy { $0["live"] == "same" } == true)
            #expect(list["folder"] == "rules" && list["is_writable"] == true && list["watches"] == false)
            #expect(Components.schemas["RuleFolder"]?.violations(of: list) == [])
            let file = try await server.call("GET", "/v1/rules/files/autoreply/always.lua", token: token)
            #expect(file.json["text"]?.string == Self.rule("one"))
            #expect(file.header("ETag") == "\"\(file.json["hash"]?.string ?? "")\"")
            #expect(try await server.call("GET", "/v1/rules/files/autoreply%2Falways.lua", token: token).json == file.json)
            #expect(try await server.call("GET", "/v1/rules/files/none.lua", token: token).status == 404)
        }
    }

    @Test("a save names what it was based on; what changed meanwhile is not written over, and both versions are told")
    func conflict() async throws {
        try await with { server, token in
            let path = "/v1/rules/files/autoreply/always.lua"
            let base = try await hash(server, "autoreply/always.lua", token)
            let body: Value = ["text": .string(Self.rule("two"))]
            #expect(try await server.call("PUT", path, body, token: token).status == 428)
            let saved = try await server.call("PUT", path, body, token: token, headers: ["If-Match": "\"\(base)\""])
            #expect(saved.status == 200 && onDisk(server, "autoreply/always.lua") == Self.rule("two"))
            let items = try await server.call("GET", "/v1/rules/files", token: token).items
            #expect(items.first?["live"] == "changed" && items.first?["hash"] == saved.json["hash"])

            // Somebody else, with an editor.
            try Self.rule("theirs").write(
                toFile: "\(server.folder)/rules/autoreply/always.lua", atomically: true, encoding: .utf8)
            let late = try await server.call(
                "PUT", path, ["text": "mine"], token: token, headers: ["If-Match": "\"\(saved.json["hash"]?.string ?? "")\""])
            #expect(late.status == 412 && late.code == "changed_meanwhile")
            #expect(late.json["facts"]?["text"]?.string == Self.rule("theirs"))
            #expect(onDisk(server, "autoreply/always.lua") == Self.rule("theirs"))
            let now = try #require(late.json["facts"]?["hash"]?.string)
            #expect(try await server.call("PUT", path, ["text": "mine"], token: token, headers: ["If-Match": now]).status == 200)
            #expect(onDisk(server, "autoreply/always.lua") == "mine")
        }
    }

    @Test("a new file is made only where none lies; renaming and deleting look, too") func newRenameDelete() async throws {
        try await with { server, token in
            let new = ["If-None-Match": "*"]
            let made = try await server.call(
                "PUT", "/v1/rules/files/routing/新规则.lua".addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? "",
                ["text": "-- new\n"], token: token, headers: new)
            #expect(made.status == 200 && onDisk(server, "routing/新规则.lua") == "-- new\n")
            let again = try await server.call(
                "PUT", "/v1/rules/files/autoreply/always.lua", ["text": ""], token: token, headers: new)
            #expect(again.status == 412)

            let base = try #require(made.json["hash"]?.string)
            func rename(_ to: String, _ base: String) async throws -> TestServer.Answer {
                try await server.call(
                    "POST", "/v1/rules/rename", ["path": "routing/新规则.lua", "to": .string(to), "base": .string(base)],
                    token: token)
            }
            #expect(try await rename("rules.lua", base).status == 412)
            #expect(try await rename("routing/b.lua", String(repeating: "0", count: 64)).status == 412)
            #expect(try await rename("flows/deep/b.lua", base).status == 200)
            #expect(onDisk(server, "routing/新规则.lua") == nil && onDisk(server, "flows/deep/b.lua") == "-- new\n")
            #expect(!FileManager.default.fileExists(atPath: "\(server.folder)/rules/routing"))

            let path = "/v1/rules/files/flows/deep/b.lua"
            #expect(try await server.call("DELETE", path, token: token).status == 428)
            #expect(
                try await server.call("DELETE", path, token: token, headers: ["If-Match": String(repeating: "0", count: 64)])
                    .status
                    == 412)
            #expect(try await server.call("DELETE", path, token: token, headers: ["If-Match": base]).status == 204)
            #expect(!FileManager.default.fileExists(atPath: "\(server.folder)/rules/flows"))
            #expect(FileManager.default.fileExists(atPath: "\(server.folder)/rules"))
        }
    }

    @Test(
        "nothing outside the folder is reached",
        arguments: [
            "..%2F..%2Fpasswd.lua", "../secret.lua", "a/../../secret.lua", ".hidden.lua", "a/.b/c.lua", "meta/x.lua", "a%00b.lua",
            "a%0Ab.lua",
            "shell.sh", "noending", "a%5Cb.lua", "a/b/c/d/e/f.lua", "%2Fetc%2Fx.lua", "link/inside.lua", "link.lua",
        ])
    func outside(_ path: String) async throws {
        try await with { server, token in
            let manager = FileManager.default
            let outside = server.folder + "/outside"
            try manager.createDirectory(atPath: outside, withIntermediateDirectories: true)
            try "classified".write(toFile: outside + "/inside.lua", atomically: true, encoding: .utf8)
            try manager.createSymbolicLink(atPath: server.folder + "/rules/link", withDestinationPath: outside)
            try manager.createSymbolicLink(
                atPath: server.folder + "/rules/link.lua", withDestinationPath: outside + "/inside.lua")
            for headers in [["If-None-Match": "*"], ["If-Match": RuleTree.hash("classified".utf8)]] {
                let answer = try await server.call(
                    "PUT", "/v1/rules/files/\(path)", ["text": "x"], token: token, headers: headers)
                #expect([404, 409, 422].contains(answer.status), "\(answer.status) \(answer.text)")
                let gone = try await server.call("DELETE", "/v1/rules/files/\(path)", token: token, headers: headers)
                #expect([400, 404, 409, 422].contains(gone.status), "\(gone.status) \(gone.text)")
            }
            let read = try await server.call("GET", "/v1/rules/files/\(path)", token: token)
            #expect([404, 409, 422].contains(read.status) && !read.text.contains("classified"), "\(read.text)")
            #expect(try manager.contentsOfDirectory(atPath: outside) == ["inside.lua"])
            #expect(try String(contentsOfFile: outside + "/inside.lua", encoding: .utf8) == "classified")
            #expect(
                Set(try manager.contentsOfDirectory(atPath: server.folder)).isSubset(of: ["rules", "outside", "data", "media"]))
            #expect(
                Set(try manager.contentsOfDirectory(atPath: server.folder + "/rules")) == [
                    "rules.lua", "autoreply", "link", "link.lua",
                ])
        }
    }

    @Test("edits are checked and tested over the folder without being saved") func edits() async throws {
        try await with { server, token in
            let broken: Value = ["edits": ["autoreply/always.lua": "reply \"always\" {\n  txt = 1,\n}\n"]]
            let check = try await server.call("POST", "/v1/rules/check", broken, token: token).json
            #expect(check["ok"] == false)
            let problems = check["problems"]?.array ?? []
            #expect(
                problems.contains {
                    $0["file"] == "rules/autoreply/always.lua" && $0["line"]?.int != nil
                        && $0["message"]?.string?.contains("txt") == true
                }, "\(check.jsonText)")
            #expect(try await server.call("POST", "/v1/rules/check", [:], token: token).json["ok"] == true)
            let removed = try await server.call(
                "POST", "/v1/rules/test", ["edits": ["autoreply/always.lua": .null, "routing/a.lua": "-- nothing\n"]],
                token: token
            ).json
            #expect(removed["ok"] == true && removed["rules"] == 0)
            #expect(onDisk(server, "autoreply/always.lua") == Self.rule("one") && onDisk(server, "routing/a.lua") == nil)
            let both = try await server.call("POST", "/v1/rules/check", ["edits": [:], "files": [:]], token: token)
            #expect(both.status == 422)
        }
    }

    @Test("edits go live and to the disk together, or not at all") func activate() async throws {
        try await with { server, token in
            let base = try await hash(server, "autoreply/always.lua", token)
            func activate(_ text: Value, _ base: Value) async throws -> TestServer.Answer {
                try await server.call(
                    "POST", "/v1/rules/activate",
                    ["edits": ["autoreply/always.lua": text], "bases": ["autoreply/always.lua": base]], token: token)
            }
            let before = server.engine.rules.active.id
            #expect(try await activate("reply \"always\" { txt = 1 }", .string(base)).status == 422)
            #expect(try await activate(.string(Self.rule("two")), .string(String(repeating: "0", count: 64))).status == 412)
            #expect(try await activate(.string(Self.rule("two")), .null).status == 412)
            #expect(server.engine.rules.active.id == before && onDisk(server, "autoreply/always.lua") == Self.rule("one"))
            let live = try await activate(.string(Self.rule("two")), .string(base))
            #expect(
                live.status == 200 && live.json["id"]?.string == server.engine.rules.active.id
                    && live.json["id"]?.string != before)
            #expect(onDisk(server, "autoreply/always.lua") == Self.rule("two"))
            let list = try await server.call("GET", "/v1/rules/files", token: token).json
            #expect(list["items"]?.array?.allSatisfy { $0["live"] == "same" } == true)

            let log = try await server.call("GET", "/v1/rules/log", token: token).items
            #expect(log.prefix(3).map { $0["kind"]?.string } == ["rules.edited", "rules.activated", "rules.rejected"])
            #expect(log.prefix(3).allSatisfy { $0["payload"]?["by"]?.string?.hasPrefix("lead") == true })
            #expect(log.first?["payload"]?["files"]?.array?.first?["path"] == "autoreply/always.lua")
            let old = try await server.call("GET", "/v1/rules/files/autoreply/always.lua?set=\(before)", token: token).json
            #expect(old["text"]?.string == Self.rule("one"))
        }
    }

    @Test("a folder that nobody may write to, a link in it and bytes that are no text are said so") func oddFolders() async throws
    {
        try await with { server, token in
            let folder = server.folder + "/rules"
            try Data([0x66, 0xff]).write(to: URL(fileURLWithPath: folder + "/lib.lua"))
            #expect(try await server.call("GET", "/v1/rules/files/lib.lua", token: token).code == "not_text")
            try FileManager.default.createSymbolicLink(atPath: folder + "/x", withDestinationPath: "/etc")
            let list = try await server.call("GET", "/v1/rules/files", token: token).json
            #expect(list["problems"]?.array?.first?.string?.hasPrefix("x: links") == true)
            #expect(list["items"]?.array?.contains { $0["path"]?.string?.hasPrefix("x/") == true } == false)
        }
    }

    @Test("an agent and an auditor read, and change nothing") func roles() async throws {
        try await with { server, _ in
            for role in [Role.agent, .auditor, .integration] {
                let token = try await server.token(role)
                #expect(try await server.call("GET", "/v1/rules/files/rules.lua", token: token).status == 200)
                #expect(try await server.call("GET", "/v1/rules/statistics", token: token).status == 200)
                let put = try await server.call(
                    "PUT", "/v1/rules/files/a.lua", ["text": ""], token: token, headers: ["If-None-Match": "*"])
                #expect(put.status == 403)
                #expect(onDisk(server, "a.lua") == nil)
            }
        }
    }

    @Test("counters tell what each rule did, and which never matched") func counters() async throws {
        let rules = Self.rules.merging([
            "autoreply/never.lua": "reply \"never\" { match = contains(\"message.text\", \"zzz\"), text = \"z\" }\n"
        ]) { $1 }
        try await TestServer.with(rules: rules) { server in
            let session = try await server.session()["token"]?.string ?? ""
            for id in ["a", "b"] {
                try await server.call("POST", "/v1/live/messages", ["client_id": .string(id), "text": "well?"], token: session)
            }
            let found = try await server.call("GET", "/v1/rules/statistics", token: try await server.token(.agent)).json
            #expect(Components.schemas["RuleStatistics"]?.violations(of: found) == [])
            let byRule = Dictionary(uniqueKeysWithValues: (found["items"]?.array ?? []).map { ($0["rule"]?.string ?? "", $0) })
            #expect(byRule["always"]?["matches"] == 2 && byRule["always"]?["last_match"] != nil)
            #expect(byRule["never"]?["matches"] == 0 && byRule["never"]?["last_match"] == nil)
        }
    }

    @Test("the editor is served from where the package puts it, those files of it and no others") func editor() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/editor-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder + "/lib", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "code".write(toFile: folder + "/lib/codemirror.js", atomically: true, encoding: .utf8)
        try "other".write(toFile: folder + "/lib/other.js", atomically: true, encoding: .utf8)
        try await TestServer.with({ $0.editorFolder = folder }) { server in
            let answer = try await server.call("GET", "/editor/lib/codemirror.js")
            #expect(
                answer.status == 200 && answer.text == "code"
                    && answer.header("Content-Type")?.hasPrefix("text/javascript") == true)
            for path in ["lib/other.js", "mode/lua/lua.js", "lib/..%2Flib%2Fother.js", "..%2Fx", ""] {
                #expect(try await server.call("GET", "/editor/\(path)").status == 404)
            }
        }
    }
}
