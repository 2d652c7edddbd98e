// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import Logging
import Plugins
import Synchronization
import Testing

@testable import Engine

@Suite("A web hook", .timeLimit(.minutes(1)))
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
}
