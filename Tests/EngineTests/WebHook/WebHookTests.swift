// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import Logging
import Plugins
import Synchronization
import Testing

@testable import Engine

@Suite("A web hook", .timeLimit(.minutes(10)))
struct WebHookTests {
    private static func hook(_ events: [String] = ["*"]) throws -> WebHook {
        try #require(
            WebHook(name: "crm", url: "http://crm.example/in", secret: "a-secret-of-32-characters-000000", events: events))
    }

    @Test("a word means a kind, a family or all") func words() {
        #expect(WebHook.kinds(meantBy: "ticket.created") == [.ticketCreated])
        #expect(WebHook.kinds(meantBy: "ticket.*") == [.ticketCreated, .ticketChanged, .ticketCommented])
        #expect(WebHook.kinds(meantBy: "ticket") == WebHook.kinds(meantBy: "ticket."))
        #expect(WebHook.kinds(meantBy: "*") == Set(Event.Kind.allCases))
        for word in ["", ".", "tick", "ticket.creat", "ticket.created.*"] { #expect(WebHook.kinds(meantBy: word).isEmpty) }
        #expect(WebHook(name: "a", url: "ftp://x", secret: "s", events: ["*"]) == nil)
        #expect(WebHook(name: "a", url: "http://x", secret: "s", events: ["nothing"]) == nil)
    }

    /// Computed by `printf 'v0:1700000000:{"a":1}' | openssl dgst -sha256 -hmac a-secret-of-32-characters-000000`.
    @Test("the signature is what other programs compute") func signature() {
        #expect(
            WebHook.signature(of: Array(#"{"a":1}"#.utf8), timestamp: "1700000000", secret: "a-secret-of-32-characters-000000")
                == "v0=6b5685f53729268a52e4f6d295b678f76859c8252a54c50942e0c649a30ff307")
    }

    @Test("what an answer means") func answers() {
        func verdict(_ status: Int, attempt: Int = 1, retryAfter: String? = nil) -> WebHook.Verdict {
            let headers = retryAfter.map { [(name: "retry-after", value: $0)] } ?? []
            return WebHook.judge(
                .success(OutgoingResponse(status: status, headers: headers)), attempt: attempt, backoff: Backoff(), draw: 1)
        }
        for status in [200, 201, 204, 299, 409] { #expect(verdict(status) == .taken) }
        for status in [301, 302, 401, 403, 404, 408, 410, 429, 500, 503] {
            #expect(verdict(status, attempt: 99) == .again(after: .seconds(300), reason: "HTTP \(status)"))
        }
        for status in [400, 413, 415, 422] {
            #expect(verdict(status, attempt: 1) == .again(after: .seconds(1), reason: "HTTP \(status)"))
            #expect(verdict(status, attempt: 8) == .refused(reason: "HTTP \(status)"))
        }
        #expect(verdict(429, retryAfter: "60") == .again(after: .seconds(60), reason: "HTTP 429"))
        #expect(verdict(429, retryAfter: "999999") == .again(after: .seconds(3600), reason: "HTTP 429"))
        #expect(verdict(429, retryAfter: "-5") == .again(after: .seconds(1), reason: "HTTP 429"))
        let broken = WebHook.judge(
            .failure(HTTPFailure(.timeout, "no answer in time")), attempt: 3, backoff: Backoff(), draw: 0)
        #expect(broken == .again(after: .seconds(2), reason: "no answer in time"))
    }

    @Test("an event that is refused for good is left out and counted, and the next ones are told") func refusal() async throws {
        let desk = try await TestDesk()
        let store = desk.engine.store
        let told = Mutex<[String]>([])
        var backoff = Backoff()
        backoff.first = .zero
        let hooks = WebHooks(
            [try Self.hook(["message.received"])], store: store, clock: desk.clock.now, backoff: backoff,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { request in
            let text = (try? Value(json: request.body))?["payload"]?["text"]?.string ?? ""
            if text == "bad" { return .success(OutgoingResponse(status: 422)) }
            told.withLock { $0.append(text) }
            return .success(OutgoingResponse(status: 200))
        }
        try await hooks.takeStock()
        let running = Task { await hooks.run() }
        for text in ["one", "bad", "two"] { try await desk.say(text) }
        while hooks.all[0].status.delivered < 2 { await Task.yield() }
        #expect(told.withLock { $0 } == ["one", "two"])
        #expect(hooks.all[0].status.refused == 1 && hooks.all[0].status.failures == WebHook.patience)
        running.cancel()
        await running.value
        try await desk.stop()
        desk.remove()
    }

    private static let text = "a-secret-of-32-characters-000000"

    /// Follows with a receiver that answers so, until so many events are taken.
    private func follow(
        _ hook: WebHook, _ texts: [String], until taken: Int, answer: @escaping @Sendable (Value, Int) -> Int
    ) async throws -> (requests: [WebHook.Request], status: WebHookStatus) {
        let desk = try await TestDesk()
        let requests = Mutex<[WebHook.Request]>([])
        var backoff = Backoff()
        backoff.first = .zero
        let hooks = WebHooks(
            [hook], store: desk.engine.store, clock: desk.clock.now, backoff: backoff,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { request in
            let number = requests.withLock { requests in
                requests.append(request)
                return requests.count
            }
            return .success(OutgoingResponse(status: answer((try? Value(json: request.body)) ?? .null, number)))
        }
        try await hooks.takeStock()
        // All are there before the first is told.
        for text in texts { try await desk.say(text) }
        let running = Task { await hooks.run() }
        while hooks.all[0].status.delivered < taken { await Task.yield() }
        let status = hooks.all[0].status
        running.cancel()
        await running.value
        try await desk.stop()
        desk.remove()
        return (requests.withLock { $0 }, status)
    }

    private static func texts(_ body: Value) -> [String] {
        (body["events"]?.array ?? []).compactMap { $0["payload"]?["text"]?.string }
    }

    @Test("several events go in one POST, bounded, in order, and are taken together") func batches() async throws {
        let hook = try #require(
            WebHook(name: "crm", url: "http://crm.example/in", secret: Self.text, batch: 3, events: ["message.received"]))
        let said = (1...7).map { "m\($0)" }
        let (requests, status) = try await follow(hook, said, until: 7) { _, number in number == 2 ? 503 : 200 }
        let bodies = try requests.map { try Value(json: $0.body) }
        let ids = bodies.flatMap { $0["events"]?.array ?? [] }.compactMap { $0["id"]?.string }
        #expect(bodies.map(Self.texts) == [["m1", "m2", "m3"], ["m4", "m5", "m6"], ["m4", "m5", "m6"], ["m7"]])
        #expect(status.delivered == 7 && status.failures == 1 && status.refused == 0)
        #expect(bodies.allSatisfy { $0["hook"] == "crm" })
        #expect(Set(ids).count == 7)
        let counts = requests.map { request in request.headers.first { $0.name == "X-Event-Count" }?.value }
        #expect(counts == ["3", "3", "3", "1"])
        let names = Set(requests.flatMap { $0.headers.map(\.name) })
        #expect(!names.contains("X-Event-Id") && !names.contains("X-Signature-Second"))
    }

    @Test("one event that is called wrong is found among many, and the others are told") func wrongOne() async throws {
        let hook = try #require(
            WebHook(name: "crm", url: "http://crm.example/in", secret: Self.text, batch: 8, events: ["message.received"]))
        let said = (1...8).map { $0 == 6 ? "bad" : "m\($0)" }
        let taken = Mutex<[String]>([])
        let (_, status) = try await follow(hook, said, until: 7) { body, _ in
            let texts = Self.texts(body)
            if texts.contains("bad") { return 422 }
            taken.withLock { $0 += texts }
            return 200
        }
        #expect(taken.withLock { $0 } == said.filter { $0 != "bad" })
        #expect(status.refused == 1)
    }

    @Test("what is large goes in POSTs of its own") func large() throws {
        let hook = try #require(WebHook(name: "a", url: "http://x.example", secret: Self.text, batch: 10, events: ["*"]))
        func event(_ seq: Seq, _ count: Int) -> Event {
            Event(
                seq: seq, at: Instant(seconds: 1),
                draft: .init(.messageReceived, payload: ["text": .string(String(repeating: "x", count: count))]))
        }
        func told(_ sizes: [Int]) -> Int {
            hook.request(
                for: sizes.enumerated().map { event(Seq($0.offset + 1), $0.element) }, attempt: 1, at: Instant(seconds: 1)
            ).count
        }
        #expect(told([10, 10, 10]) == 3)
        #expect(told([600_000, 400_000, 400_000]) == 2)
        #expect(told([3_000_000, 10]) == 1)
        #expect(told(Array(repeating: 1, count: 30)) == 10)
        #expect(WebHook(name: "a", url: "http://x.example", secret: "s", batch: 501, events: ["*"]) == nil)
        #expect(WebHook(name: "a", url: "http://x.example", secret: "s", batch: 0, events: ["*"]) == nil)
    }

    @Test("where a message has files their signed addresses are told") func files() async throws {
        let desk = try await TestDesk()
        let id = try await desk.engine.media.put([0x89, 0x50], contentType: "image/png", name: "a.png")
        let links = desk.engine.mediaLinks
        let hook = try Self.hook()
        func told(_ event: Event, base: String = "https://desk.example") throws -> Value {
            let (request, _) = hook.request(for: [event], attempt: 1, at: desk.clock.now()) {
                links.payload(of: $0, base: base)
            }
            return try #require(try Value(json: request.body)["payload"])
        }
        func opens(_ address: String?) throws -> Bool {
            let address = try #require(address)
            let parts = try #require(URLComponents(string: address))
            #expect(parts.host == "desk.example" && parts.path == "/media/\(id)")
            let query = Dictionary(uniqueKeysWithValues: (parts.queryItems ?? []).map { ($0.name, $0.value ?? "") })
            return links.opens(id, until: Int64(query["until"] ?? "") ?? 0, signature: query["signature"] ?? "")
        }
        let intake = try await desk.engine.receive(
            InboundMessage(
                channel: "web", sender: "lin", externalID: "1",
                content: MessageContent(
                    kind: .image, text: "", fields: ["media_id": .string(id), "attachments": [["media_id": .string(id)]]])))
        let events = try await desk.engine.store.events(
            after: 0, limit: 100, matching: EventFilter(kinds: [.messageReceived]))
        let payload = try told(try #require(events.first { $0.conversation == intake.conversation }))
        #expect(try opens(payload["fields"]?["url"]?.string))
        #expect(try opens(payload["fields"]?["attachments"]?.array?.first?["url"]?.string))
        let stored = Event(
            seq: 9, at: desk.clock.now(), draft: .init(.mediaStored, payload: ["media": .string(id), "_own": "hidden"]))
        #expect(try opens(try told(stored)["url"]?.string))
        let shown = try told(stored)
        #expect(shown["media"] == .string(id))
        #expect(shown["media_id"] == nil && shown["_own"] == nil)
        let path = try told(stored, base: "")["url"]?.string
        #expect(path?.hasPrefix("/media/\(id)?until=") == true, "\(path ?? "")")
        try await desk.stop()
        desk.remove()
    }

    @Test("with two secrets each of them proves a request") func twoSecrets() async throws {
        let second = "another-secret-of-32-characters0"
        let hook = try #require(
            WebHook(
                name: "crm", url: "http://crm.example/in", secret: Self.text, secondSecret: second, events: ["message.received"]))
        let (requests, _) = try await follow(hook, ["one"], until: 1) { _, _ in 200 }
        let request = try #require(requests.first)
        func header(_ name: String) -> String? { request.headers.first { $0.name == name }?.value }
        let timestamp = try #require(header("X-Signature-Timestamp"))
        #expect(header("X-Signature") == WebHook.signature(of: request.body, timestamp: timestamp, secret: Self.text))
        #expect(header("X-Signature-Second") == WebHook.signature(of: request.body, timestamp: timestamp, secret: second))
        let single = try await follow(try Self.hook(["message.received"]), ["one"], until: 1) { _, _ in 200 }
        let names = single.requests.flatMap { $0.headers.map(\.name) }
        #expect(!names.contains("X-Signature-Second"))
    }
}
