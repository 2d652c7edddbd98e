// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Desk
import Engine
import Foundation
import Journal
import NIOCore
import NIOHTTP1
import Testing

@testable import Server

@Suite("The live channel without a WebSocket", .timeLimit(.minutes(10)))
struct LiveWithoutSocketTests {
    @Test("a message is answered when it is on disk, and comes back by long poll") func says() async throws {
        try await TestServer.with { server in
            let token = try await server.session()["token"]?.string ?? ""
            let body: Value = ["client_id": "c-1", "kind": "text", "text": "hello"]
            let ack = try await server.call("POST", "/v1/live/messages", body, token: token)
            #expect(ack.status == 200)
            #expect(ack.json["type"] == "ack")
            let again = try await server.call("POST", "/v1/live/messages", body, token: token)
            #expect(again.json == ack.json)
            let events = try await server.call("GET", "/v1/live/events?after=0&wait=0", token: token)
            let messages = events.items.filter { $0["type"] == "message" && $0["direction"] == "in" }
            #expect(messages.map { $0["text"] } == ["hello"])
            #expect(messages.first?["seq"] == ack.json["seq"])
            let next = try #require(events.json["next_cursor"]?.string)
            #expect(try await server.call("GET", "/v1/live/events?after=\(next)&wait=0", token: token).items.isEmpty)
        }
    }

    @Test("a long poll waits for what comes") func waits() async throws {
        try await TestServer.with { server in
            let token = try await server.session()["token"]?.string ?? ""
            let head = server.engine.store.head
            async let answering = server.call("GET", "/v1/live/events?after=\(head)&wait=20", token: token)
            try await poll { server.engine.hub.listeners.customers == 1 }
            try await server.call("POST", "/v1/live/messages", ["client_id": "c-1", "text": "now"], token: token)
            let answer = try await answering
            #expect(answer.items.contains { $0["text"] == "now" })
        }
    }

    @Test("SSE goes on, with seqs as ids, and resumes by Last-Event-ID") func streams() async throws {
        try await TestServer.with { server in
            let token = try await server.session()["token"]?.string ?? ""
            for number in 0..<3 {
                try await server.call(
                    "POST", "/v1/live/messages", ["client_id": .string("c-\(number)"), "text": .string("m\(number)")],
                    token: token)
            }
            let first = try await stream(server, token, lastID: "0", until: 3)
            #expect(first.map(\.text) == ["m0", "m1", "m2"])
            let later = try await stream(server, token, lastID: first[0].id, until: 2)
            #expect(later.map(\.text) == ["m1", "m2"])
        }
    }

    @Test("a stream that nobody reads is cut, and goes on without loss where it was") func stalledStream() async throws {
        try await TestServer.with({ $0.limits.pingInterval = .milliseconds(400) }) { server in
            let token = try await server.session()["token"]?.string ?? ""
            let stalled = try await RawClient(port: server.port)
            try await stalled.send(
                "GET /v1/live/events?after=0 HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAuthorization: Bearer \(token)\r\n\r\n"
            )
            try await poll { server.engine.hub.listeners.customers == 1 }
            try await stalled.stopReading()
            let text = String(repeating: "长", count: 15_000)
            var count = 0
            while server.engine.hub.listeners.customers == 1, count < 2000 {
                try await server.call(
                    "POST", "/v1/live/messages", ["client_id": .string("c-\(count)"), "text": .string(text)], token: token)
                count += 1
            }
            #expect(server.engine.hub.listeners.customers == 0)
            var after = "0"
            var all: [String] = []
            while all.count < count {
                let page = try await server.call("GET", "/v1/live/events?after=\(after)&wait=0&limit=100", token: token)
                all += page.items.filter { $0["type"] == "message" && $0["direction"] == "in" }.compactMap {
                    $0["client_id"]?.string
                }
                guard let next = page.json["next_cursor"]?.string, next != after else { break }
                after = next
            }
            #expect(all == (0..<count).map { "c-\($0)" })
        }
    }

    /// Reads a stream until so many messages of the customer came.
    private func stream(_ server: TestServer, _ token: String, lastID: String, until count: Int) async throws -> [(
        id: String, text: String
    )] {
        var request = HTTPClientRequest(url: server.url + "/v1/live/events")
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        request.headers.add(name: "Accept", value: "text/event-stream")
        request.headers.add(name: "Last-Event-ID", value: lastID)
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(120))
        #expect(response.headers.first(name: "Content-Type")?.hasPrefix("text/event-stream") == true)
        var text = ""
        for try await piece in response.body {
            text += String(buffer: piece)
            let found = messages(text)
            if found.count >= count { return found }
        }
        return messages(text)
    }

    private func messages(_ text: String) -> [(id: String, text: String)] {
        text.components(separatedBy: "\n\n").dropLast().compactMap { block in
            var fields: [String: String] = [:]
            for line in block.split(separator: "\n") {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.count == 2 { fields[String(parts[0])] = String(parts[1].dropFirst()) }
            }
            guard fields["event"] == "message", let data = try? Value(json: fields["data"] ?? ""), data["direction"] == "in"
            else { return nil }
            return (fields["id"] ?? "", data["text"]?.string ?? "")
        }
    }

    @Test("typing, read marks and behaviour are taken") func signs() async throws {
        try await TestServer.with { server in
            let token = try await server.session()["token"]?.string ?? ""
            #expect(try await server.call("POST", "/v1/live/typing", ["on": true], token: token).status == 204)
            #expect(try await server.call("POST", "/v1/live/read", ["seq": 1], token: token).status == 204)
            #expect(
                try await server.call("POST", "/v1/live/behaviour", ["name": "viewed", "fields": ["sku": "A"]], token: token)
                    .status == 204)
            let admin = try await server.token(.admin)
            let events = try await server.call("GET", "/v1/events?kind=customer.behaviour", token: admin)
            #expect(events.items.map { $0["payload"]?["sku"] } == ["A"])
        }
    }

    @Test("an external id counts only when it is proven") func identities() async throws {
        try await TestServer.with { server in
            let body: Value = ["channel": "signed", "identity": ["external_id": "u-1"]]
            #expect(try await server.call("POST", "/v1/live/sessions", body).status == 403)
            let token = try await server.token(.integration)
            let one = try await server.call("POST", "/v1/live/sessions", body, token: token)
            let two = try await server.call("POST", "/v1/live/sessions", body, token: token)
            #expect(one.status == 201)
            #expect(one.json["customer_id"] == two.json["customer_id"])
            #expect(try await server.call("POST", "/v1/live/sessions", ["channel": "nowhere"]).status == 404)
        }
    }

    @Test("pages of other origins may use it, and only it") func crossOrigin() async throws {
        try await TestServer.with { server in
            let headers = ["Origin": "https://shop.example", "Access-Control-Request-Method": "POST"]
            let live = try await server.call("OPTIONS", "/v1/live/messages", headers: headers)
            #expect(live.status == 204)
            #expect(live.header("Access-Control-Allow-Origin") == "*")
            let tickets = try await server.call("OPTIONS", "/v1/tickets", headers: headers)
            #expect(tickets.header("Access-Control-Allow-Origin") == nil)
        }
        try await TestServer.with({ $0.origins = ["https://shop.example"] }) { server in
            let ours = try await server.call(
                "POST", "/v1/live/sessions", ["channel": "web"], headers: ["Origin": "https://shop.example"])
            #expect(ours.header("Access-Control-Allow-Origin") == "https://shop.example")
            let other = try await server.call(
                "POST", "/v1/live/sessions", ["channel": "web"], headers: ["Origin": "https://other.example"])
            #expect(other.header("Access-Control-Allow-Origin") == nil)
        }
    }
}
