// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Synchronization
import Testing

@testable import luadesk

@Suite("Other systems are told what happens, in order, and nothing is lost", .timeLimit(.minutes(10)))
struct WebHookTests {
    private static let secret = "a-secret-of-32-characters-000000"

    private func configuration(_ hooks: [(name: String, url: String, events: String)]) -> String {
        let base = """
            channels:
              - { id: web, plugin: live, settings: { trust_identity: true } }
            agents:
              - { name: Lin, teams: [service, after_sales, complaints, premium] }

            """
        guard !hooks.isEmpty else { return base }
        return base + "webhooks:\n"
            + hooks.map { "  - { name: \($0.name), url: \"\($0.url)\", secret: \(Self.secret), events: \($0.events) }\n" }
            .joined()
    }

    private func say(_ text: String, _ desk: LuaDeskProcess, _ token: String) async throws {
        let answer = try await DeskAPI(url: desk.url, token: token).post(
            "/v1/live/messages", ["client_id": .string(text), "kind": "text", "text": .string(text)])
        #expect(answer.status == 200 || answer.status == 201, "\(answer.status) \(answer.text)")
    }

    /// The texts of messages that a receiver was told, each event once.
    private func texts(_ receiver: HookReceiver) -> [String] {
        receiver.once.compactMap { $0.value["payload"]?["text"]?.string }
    }

    @Test("the desk is killed again and again: each event is told, in order, genuinely; what was before the hook is not")
    func kills() async throws {
        let receiver = try await HookReceiver.start()
        let data = TemporaryFolder()
        var desk = try await LuaDeskProcess.serve(configuration([]), data: data)
        let token = try await DeskAPI(url: desk.url).session(channel: "web").token
        try await say("before there was a hook", desk, token)
        try await desk.kill()

        let hooked = configuration([("crm", receiver.url + "/in?key=hidden", "[message.received]")])
        var said: [String] = []
        for round in 0..<6 {
            desk = try await LuaDeskProcess.serve(hooked, data: data)
            for number in 0..<20 {
                said.append("\(round).\(number)")
                try await say(said[said.count - 1], desk, token)
            }
            // Killed while it tells, not after.
            if round < 5 { try await desk.kill() }
        }
        let expected = said
        _ = try await eventually("all are told") { texts(receiver).count == expected.count ? true : nil }
        #expect(texts(receiver) == expected)
        #expect(receiver.all.allSatisfy { $0.isGenuine(Self.secret) })
        #expect(receiver.all.allSatisfy { $0.value["hook"] == "crm" && $0.value["id"]?.string == $0.id })
        #expect(Set(receiver.all.compactMap { $0.value["kind"]?.string }) == ["message.received"])
        #expect(receiver.all.first?.isGenuine("another-secret-of-32-characters") == false)

        let api = try await desk.api()
        let state = try await eventually("it has been told everything") {
            try await api.all("/v1/webhooks").first.flatMap { $0["behind"] == 0 && $0["state"] == "waiting" ? $0 : nil }
        }
        #expect(state["name"] == "crm" && state["url"]?.string == receiver.url + "/in")
        let told = receiver.all.count
        try await desk.stop()

        // A hook that is taken away and comes back begins with what happens then.
        desk = try await LuaDeskProcess.serve(configuration([]), data: data)
        try await say("while it was away", desk, token)
        try await desk.stop()
        desk = try await LuaDeskProcess.serve(hooked, data: data)
        try await say("back again", desk, token)
        _ = try await eventually("it is told again") { receiver.all.count > told ? true : nil }
        #expect(texts(receiver).last == "back again" && !texts(receiver).contains("while it was away"))
        try await desk.stop()
    }

    @Test("one that does not answer and one that fails hold up neither each other, nor a third, nor the desk; each is seen")
    func slow() async throws {
        let silent = try await HookReceiver.start { _, _ in nil }
        let failing = try await HookReceiver.start { _, number in number <= 2 ? 503 : 204 }
        let fine = try await HookReceiver.start()
        let desk = try await LuaDeskProcess.serve(
            configuration([
                ("silent", silent.url, "[\"*\"]"), ("failing", failing.url, "[message.received, \"conversation.*\"]"),
                ("fine", fine.url, "[message.received, conversation.queued]"),
            ]))
        let session = try await DeskAPI(url: desk.url).session(channel: "web")
        for number in 0..<30 { try await say("\(number)", desk, session.token) }
        try await say("人工", desk, session.token)
        _ = try await eventually("the third is told all, of the queue, too") {
            texts(fine).last == "人工" && fine.once.contains { $0.value["kind"] == "conversation.queued" } ? true : nil
        }
        #expect(texts(fine) == (0..<30).map(String.init) + ["人工"])
        // It is asked again when its ten seconds are over, and never of the next.
        _ = try await eventually("the silent one is told of the first event") { silent.once.count == 1 ? true : nil }
        let api = try await desk.api()
        let states = try await eventually("it is still told of it") {
            let states = try await api.all("/v1/webhooks")
            return states.first?["state"] == "telling" ? states : nil
        }
        #expect(states.map { $0["name"]?.string } == ["silent", "failing", "fine"])
        #expect((states.first?["behind"]?.int ?? 0) > 30)
        _ = try await eventually("the failing one is told all, too") {
            texts(failing) == texts(fine) ? true : nil
        }
        // The same event until it is taken, under the same id, signed anew.
        #expect(Set(failing.all.prefix(3).map(\.id)).count == 1 && failing.all.prefix(3).allSatisfy { $0.isGenuine(Self.secret) })
        #expect(failing.all.prefix(3).map { $0.header("x-attempt") } == ["1", "2", "3"])
        let metrics = try await api.get("/metrics").text
        #expect(metrics.contains("luadesk_webhook_failures_total{hook=\"failing\"} 2\n"), "\(metrics.suffix(900))")
        #expect(metrics.contains("luadesk_webhook_failing{hook=\"fine\"} 0\n"))
        let agent = DeskAPI(url: desk.url, token: try await desk.token(role: "agent", agent: "Lin"))
        #expect(try await agent.get("/v1/webhooks").status == 403)
        _ = try await eventually("the third waits for news") {
            try await api.get("/v1/webhooks/fine").value["state"] == "waiting" ? true : nil
        }
        #expect(silent.once.count == 1)
        #expect(try await api.get("/v1/webhooks/none").status == 404)
        let exit = try await desk.stop()
        #expect(exit.status == 0)
    }

    @Test(
        "many events in one POST, signed under both secrets: in order, and after a kill none is missing; files have addresses that open"
    )
    func batches() async throws {
        let second = "another-secret-of-32-characters0"
        let closed = Mutex(true)
        let receiver = try await HookReceiver.start { _, _ in closed.withLock { $0 } ? 503 : 200 }
        let data = TemporaryFolder()
        let yaml = """
            channels:
              - { id: web, plugin: live, settings: { trust_identity: true } }
            webhooks:
              - { name: crm, url: "\(receiver.url)", secret: \(Self.secret), second_secret: \(second), batch: 20, events: [message.received] }

            """
        var desk = try await LuaDeskProcess.serve(yaml, data: data)
        let session = try await DeskAPI(url: desk.url).session(channel: "web")
        for number in 0..<50 { try await say("\(number)", desk, session.token) }
        // It was told and refused; what comes after the kill is told again, with those that came meanwhile.
        try await desk.kill()
        closed.withLock { $0 = false }
        desk = try await LuaDeskProcess.serve(yaml, data: data)
        @Sendable func events() -> [Value] {
            var seen: Set<String> = []
            return receiver.all.flatMap { $0.value["events"]?.array ?? [] }.filter {
                seen.insert($0["id"]?.string ?? "").inserted
            }
        }
        _ = try await eventually("all are told") { events().count == 50 ? true : nil }
        #expect(events().compactMap { $0["payload"]?["text"]?.string } == (0..<50).map(String.init))
        let counts = receiver.all.map { $0.value["events"]?.array?.count ?? 0 }
        #expect(counts.contains(20) && counts.allSatisfy { (1...20).contains($0) }, "\(counts)")
        #expect(receiver.all.map { $0.header("x-event-count") } == counts.map { "\($0)" })
        #expect(receiver.all.allSatisfy { $0.isGenuine(Self.secret) && $0.isGenuine(second, in: "x-signature-second") })
        #expect(try await desk.api().get("/v1/webhooks/crm").value["batch"] == 20)

        let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Array("picture".utf8)
        let customer = DeskAPI(url: desk.url, token: session.token)
        let stored = try await customer.send(
            "POST", "/v1/live/media", body: png, headers: ["content-type": "image/png"])
        let id = try #require(stored.value["media_id"]?.string, "\(stored.text)")
        _ = try await customer.post(
            "/v1/live/messages", ["client_id": "picture", "kind": "image", "text": "", "fields": ["media_id": .string(id)]])
        let path = try await eventually("the picture is told") {
            events().last?["payload"]?["fields"]?["url"]?.string
        }
        // Without a public address it is a path on this desk; it opens without a token.
        #expect(path.hasPrefix("/media/\(id)?"))
        #expect(try await DeskAPI(url: desk.url).get(path).status == 200)
        try await desk.stop()
    }
}
