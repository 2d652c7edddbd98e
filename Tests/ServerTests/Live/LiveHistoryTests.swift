// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Testing

@testable import Server

@Suite("What was said before, for ends that keep only the newest", .timeLimit(.minutes(2)))
struct LiveHistoryTests {
    private func say(_ server: TestServer, _ token: String, _ texts: [String]) async throws {
        for text in texts {
            let body: Value = ["client_id": .string("c-\(text)"), "text": .string(text)]
            #expect(try await server.call("POST", "/v1/live/messages", body, token: token).status == 200)
        }
    }

    private func own(_ answer: TestServer.Answer) -> [String] {
        answer.items.filter { $0["type"] == "message" && $0["direction"] == "in" }.compactMap { $0["text"]?.string }
    }

    @Test("page by page from the newest to the first, each in order, none twice, and then no cursor")
    func pages() async throws {
        try await TestServer.with { server in
            let token = try await server.session()["token"]?.string ?? ""
            let texts = (1...25).map { "m\($0)" }
            try await say(server, token, texts)
            var before = String(Int64.max)
            var all: [Value] = []
            var pages = 0
            while true {
                let page = try await server.call("GET", "/v1/live/events?before=\(before)&limit=10", token: token)
                #expect(page.status == 200)
                all = page.items + all
                pages += 1
                guard let next = page.json["next_cursor"]?.string else { break }
                before = next
            }
            let seqs = all.compactMap { $0["seq"]?.int }
            #expect(seqs == seqs.sorted() && Set(seqs).count == seqs.count && seqs.count == all.count)
            #expect(all.filter { $0["direction"] == "in" }.compactMap { $0["text"]?.string } == texts)
            #expect(pages >= 3)
            // The same as who listens from the start is told.
            let after = try await server.call("GET", "/v1/live/events?after=0&wait=0&limit=1000", token: token)
            let said = after.items.filter { $0["type"] == "message" || $0["type"] == "event" }
            #expect(said.compactMap { $0["seq"]?.int } == seqs)
        }
    }

    @Test("a message is told with its delivery as it is now; notes are not told")
    func deliveries() async throws {
        try await TestServer.with { server in
            let session = try await server.session()
            let token = session["token"]?.string ?? ""
            let id = try #require(session["conversation_id"]?.string)
            try await say(server, token, ["hello"])
            let agent = try await server.token(.admin)
            let path = "/v1/conversations/\(id)/messages"
            let note: Value = ["kind": "text", "text": "secret", "note": true]
            #expect(try await server.call("POST", path, note, token: agent).status == 201)
            let said = try await server.call("POST", path, ["kind": "text", "text": "at your service"], token: agent)
            let seq = try #require(said.json["seq"]?.int)
            #expect(try await server.call("POST", "/v1/live/read", ["seq": .int(seq)], token: token).status == 204)
            let page = try await server.call("GET", "/v1/live/events?before=\(Int64.max)", token: token)
            let shown = page.items.filter { $0["type"] == "message" }
            #expect(!shown.contains { $0["text"] == "secret" })
            #expect(shown.last?["text"] == "at your service" && shown.last?["delivery"] == "read")
            #expect(page.json["next_cursor"] == nil)
            // With nothing older there is nothing.
            let first = try #require(page.items.first?["seq"]?.int)
            let none = try await server.call("GET", "/v1/live/events?before=\(first)", token: token)
            #expect(none.items.isEmpty && none.json["next_cursor"] == nil)
        }
    }

    @Test("nobody is told what another customer said, until both are found to be one")
    func isTheirOwn() async throws {
        try await TestServer.with { server in
            let one = try await server.session()
            let other = try await server.session()
            try await say(server, one["token"]?.string ?? "", ["mine 1", "mine 2"])
            try await say(server, other["token"]?.string ?? "", ["theirs 1", "theirs 2"])
            let path = "/v1/live/events?before=\(Int64.max)"
            #expect(own(try await server.call("GET", path, token: one["token"]?.string)) == ["mine 1", "mine 2"])
            #expect(own(try await server.call("GET", path, token: other["token"]?.string)) == ["theirs 1", "theirs 2"])
            #expect(try await server.call("GET", path).status == 401)
            let admin = try await server.token(.admin)
            let refused = try await server.call("GET", path, token: admin)
            #expect(refused.status == 400 && refused.text.contains("/v1/conversations/{id}/messages"))
            #expect(try await server.call("GET", path + "&after=3", token: one["token"]?.string).status == 400)
            #expect(try await server.call("GET", "/v1/live/events?before=-1", token: one["token"]?.string).status == 400)

            let merged = try await server.call(
                "POST", "/v1/customers/\(one["customer_id"]?.string ?? "")/merge",
                ["other": other["customer_id"] ?? .null], token: admin)
            #expect(merged.status == 200)
            let both = ["mine 1", "mine 2", "theirs 1", "theirs 2"]
            #expect(own(try await server.call("GET", path, token: one["token"]?.string)) == both)
            #expect(own(try await server.call("GET", path, token: other["token"]?.string)) == both)
        }
    }
}
