// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import luadesk

@Suite("Signals: SIGTERM drains, a second one ends at once, SIGHUP reads rules again")
struct ShutdownTests {
    @Test("SIGTERM with open sockets: they are closed with 1001, what was acknowledged is there, status 0")
    func drains() async throws {
        let data = TemporaryFolder()
        let desk = try await LuaDeskProcess.serve(StartTests.web, data: data)
        let api = DeskAPI(url: desk.url)
        var sockets: [LiveSocket] = []
        for _ in 0..<8 {
            let session = try await api.session(channel: "web")
            let socket = try await LiveSocket.open(port: desk.port, token: session.token)
            _ = try await socket.next("ready")
            sockets.append(socket)
        }
        for (number, socket) in sockets.enumerated() {
            socket.say("before the end \(number)", clientID: "last")
            _ = try await socket.next("ack")
        }
        // One connection that never sends a request, and one that is silent after its hello, must not hold it up either.
        let idle = try await LiveSocket.open(port: desk.port, token: nil)
        // Less than the 25 s after which whatever still holds it up is cut.
        let exit = try await desk.stop(within: .seconds(20))
        #expect(exit == .init(status: 0), "\(desk.log.suffix(10))")
        for socket in sockets {
            await #expect(throws: LiveSocket.Closed(code: 1001)) { while true { _ = try await socket.next() } }
        }
        await #expect(throws: (any Error).self) { while true { _ = try await idle.next() } }

        let again = try await LuaDeskProcess.serve(StartTests.web, data: data)
        let texts = Set(try await again.api().messages(channel: "web").compactMap { $0["text"]?.string })
        #expect((0..<8).allSatisfy { texts.contains("before the end \($0)") })
    }

    @Test("a second SIGTERM ends a desk at once that waits for a platform; what was acknowledged is there")
    func secondSignal() async throws {
        let data = TemporaryFolder()
        // A platform that takes connections and never answers.
        let silent = try await HookReceiver.start { _, _ in nil }
        let account = WeChatAccount(mode: .plain)
        let configuration = """
            channels:
            \(account.yaml(apiBase: "\(silent.url)"))

            """
        let desk = try await LuaDeskProcess.serve(configuration, data: data)
        let api = try await desk.api()
        #expect(try await api.hook(account, account.text("多久发货？", from: "o-late", id: 1)).status == 200)
        _ = try await eventually("the platform is asked") { silent.all.isEmpty ? nil : true }
        desk.process.send(SIGTERM)
        try await desk.waitForLog("Draining")
        desk.process.send(SIGTERM)
        let exit = try await within(patience, "the end") { [process = desk.process] in try await process.exit() }
        #expect(exit == .init(status: 128 + SIGTERM))
        let again = try await LuaDeskProcess.serve(configuration, data: data)
        #expect(try await again.api().messages(channel: account.channel).contains { $0["text"] == "多久发货？" })
    }

    @Test("the run file and its token go with the server")
    func runFile() async throws {
        let desk = try await LuaDeskProcess.serve(StartTests.web)
        let file = try #require(RunFile.read(in: desk.folder))
        #expect(file.url == desk.url)
        let attributes = try FileManager.default.attributesOfItem(atPath: RunFile.path(in: desk.folder))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try await DeskAPI(url: desk.url, token: file.token).get("/v1/me").status == 200)
        #expect(try await desk.stop() == .init(status: 0))
        #expect(RunFile.read(in: desk.folder) == nil)
        let again = try await LuaDeskProcess.serve(StartTests.web, data: desk.data)
        #expect(try await DeskAPI(url: again.url, token: file.token).get("/v1/me").status == 401)
    }

    @Test("/healthz answers while it lives, /readyz when it is ready, /metrics in Prometheus' words")
    func health() async throws {
        let desk = try await LuaDeskProcess.serve(StartTests.web)
        let api = DeskAPI(url: desk.url)
        #expect(try await api.get("/healthz").status == 200)
        #expect(try await api.get("/readyz").status == 200)
        let metrics = try await api.get("/metrics")
        #expect(metrics.status == 200 && metrics.text.contains("# TYPE "))
    }

    @Test("logs are lines of JSON when asked for, and hold no message texts")
    func jsonLog() async throws {
        let desk = try await LuaDeskProcess.serve(StartTests.web + "log: { format: json, level: debug }\n")
        let session = try await DeskAPI(url: desk.url).session(channel: "web")
        let customer = DeskAPI(url: desk.url, token: session.token)
        let sent = try await customer.post(
            "/v1/live/messages", ["client_id": "c1", "kind": "text", "text": "my number is 13800138000"])
        #expect((200..<300).contains(sent.status), "\(sent.text)")
        #expect(try await desk.stop() == .init(status: 0))
        #expect(!desk.log.isEmpty)
        for line in desk.log {
            #expect((try? Value(json: line))?["level"]?.string != nil, "\(line)")
            #expect(!line.contains("13800138000") && !line.contains(session.token), "\(line)")
        }
    }
}
