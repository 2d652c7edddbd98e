// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import luadesk

@Suite("Tokens, backup and restore work beside a running server")
struct KeepingTests {
    @Test("a token works at once, shows its role, is listed without its secret, and is worthless once revoked")
    func tokens() async throws {
        let desk = try await LuaDeskProcess.serve(StartTests.web)
        let made = try await LuaDeskProcess.run([
            "token", "create", "--data", desk.folder, "--role", "auditor", "--name", "audit",
        ])
        #expect(made.exit.status == 0 && made.out.count == 1)
        let api = DeskAPI(url: desk.url, token: made.out[0])
        #expect(try await api.get("/v1/me").value["role"] == "auditor")
        #expect(try await api.get("/v1/events").status == 200)
        #expect(try await api.post("/v1/rules/activate").status == 403)
        let listed = try await LuaDeskProcess.run(["token", "list", "--data", desk.folder])
        #expect(listed.text.contains("audit") && !listed.text.contains(made.out[0]))
        let twice = try await LuaDeskProcess.run([
            "token", "create", "--data", desk.folder, "--role", "auditor", "--name", "audit",
        ])
        #expect(twice.exit.status == 1 && twice.text.contains("audit"))
        let role = try await LuaDeskProcess.run(["token", "create", "--data", desk.folder, "--role", "boss"])
        #expect(role.exit.status == 64 && role.text.contains("admin"), "\(role.text)")
        #expect(try await LuaDeskProcess.run(["token", "revoke", "--data", desk.folder, "--name", "audit"]).exit.status == 0)
        _ = try await eventually("the revoked token is refused") { try await api.get("/v1/me").status == 401 ? true : nil }
    }

    @Test("a token can be made before the first start")
    func tokenFirst() async throws {
        let data = TemporaryFolder()
        let made = try await LuaDeskProcess.run(["token", "create", "--data", "\(data.path)/data", "--role", "admin"])
        #expect(made.exit.status == 0, "\(made.text)")
        let desk = try await LuaDeskProcess.serve(StartTests.web, data: data)
        #expect(try await DeskAPI(url: desk.url, token: made.out.last).get("/v1/me").status == 200)
    }

    @Test("a backup of a running desk is verified, restored elsewhere, and serves what was said")
    func backup() async throws {
        let desk = try await LuaDeskProcess.serve(StartTests.web)
        let session = try await DeskAPI(url: desk.url).session(channel: "web")
        let socket = try await LiveSocket.open(port: desk.port, token: session.token)
        _ = try await socket.next("ready")
        socket.say("kept in the backup", clientID: "1")
        _ = try await socket.next("ack")

        let file = "\(desk.data.path)/backup.db"
        let made = try await LuaDeskProcess.run(["backup", "--data", desk.folder, "--to", file])
        #expect(made.exit.status == 0, "\(made.text)")
        #expect(try await LuaDeskProcess.run(["backup", "--data", desk.folder, "--to", file]).exit.status == 1)
        #expect(try await LuaDeskProcess.run(["verify", "--data", desk.folder, file]).exit.status == 0)
        let raw = try #require(FileManager.default.contents(atPath: file))
        #expect(raw.range(of: Data("kept in the backup".utf8)) == nil, "the backup holds the text in clear")

        let elsewhere = TemporaryFolder()
        let restored = try await LuaDeskProcess.run(
            ["restore", "--from", file, "--data", "\(elsewhere.path)/data", "--key", "\(desk.folder)/desk.key"])
        #expect(restored.exit.status == 0, "\(restored.text)")
        let over = try await LuaDeskProcess.run([
            "restore", "--from", file, "--data", desk.folder, "--key", "\(desk.folder)/desk.key",
        ])
        #expect(over.exit.status == 1, "\(over.text)")
        let again = try await LuaDeskProcess.serve(StartTests.web, data: elsewhere)
        #expect(try await again.api().messages(channel: "web").contains { $0["text"] == "kept in the backup" })

        var damaged = raw
        let middle = damaged.count / 2
        for index in middle..<min(middle + 8192, damaged.count) { damaged[index] = 0x5a }
        try damaged.write(to: URL(fileURLWithPath: "\(desk.data.path)/damaged.db"))
        let refused = try await LuaDeskProcess.run(["verify", "--data", desk.folder, "\(desk.data.path)/damaged.db"])
        #expect(refused.exit.status == 1, "\(refused.text)")
    }

    @Test("the demo prints addresses and tokens that work, and keeps them over a restart")
    func demo() async throws {
        let desk = try await LuaDeskProcess.demo()
        let lines = desk.process.output.out
        #expect(lines.contains { $0.contains("\(desk.url)/chat") })
        let link = try #require(lines.compactMap { $0.split(separator: " ").first { $0.contains("/desk#token=") } }.first)
        let token = String(link.split(separator: "=")[1])
        let me = try await DeskAPI(url: desk.url, token: token).get("/v1/me").value
        #expect(me["role"] == "agent" && me["agent_id"]?.string != nil)
        #expect(try await desk.stop() == .init(status: 0))
        let again = try await LuaDeskProcess.demo(data: desk.data)
        #expect(again.process.output.out.contains { $0.contains(token) })
        #expect(try await DeskAPI(url: again.url, token: token).get("/v1/me").status == 200)
    }

    @Test("luadesk simulate acts as WeChat towards the demo, and shows what comes back")
    func simulate() async throws {
        let desk = try await LuaDeskProcess.demo()
        let result = try await LuaDeskProcess.run([
            "simulate", "wechat-miniprogram", "我要退货", "--data", desk.folder, "--wait", "40",
        ])
        #expect(result.exit.status == 0, "\(result.text)")
        #expect(
            result.out.first?.hasPrefix("→ 我要退货") == true && result.out.first?.contains("status 200") == true, "\(result.text)")
        #expect(result.out.contains { $0.hasPrefix("← ") && $0.contains("sent") }, "\(result.text)")
        let nobody = try await LuaDeskProcess.run(["simulate", "wechat-miniprogram", "hi", "--data", "/nowhere"])
        #expect(nobody.exit.status == 1 && nobody.text.contains("luadesk demo"), "\(nobody.text)")
    }
}
