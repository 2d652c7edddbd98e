// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Journal
import Testing

@testable import Server

@Suite("What a request gets", .timeLimit(.minutes(10)))
struct RequestTests {
    @Test("problems are RFC 9457 problem details with the request's id") func problems() async throws {
        try await TestServer.with { server in
            let answer = try await server.call("GET", "/v1/nothing", headers: ["X-Request-Id": "mine-1"])
            #expect(answer.status == 404)
            #expect(answer.header("Content-Type") == "application/problem+json")
            #expect(answer.header("X-Request-Id") == "mine-1")
            #expect(answer.json["request_id"] == "mine-1")
            #expect(answer.json["instance"] == "/v1/nothing")
            #expect(Components.schemas["Problem"]?.violations(of: answer.json) == [])
        }
    }

    @Test("wrong methods are told the right ones; HEAD is GET without a body") func methods() async throws {
        try await TestServer.with { server in
            let wrong = try await server.call("DELETE", "/v1/tickets")
            #expect(wrong.status == 405)
            #expect(wrong.header("Allow") == "GET, POST, HEAD")
            let head = try await server.call("HEAD", "/healthz")
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            #expect(try await server.call("GET", "/healthz/").status == 404)
        }
    }

    /// A request with something wrong in it.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let method: String
        let path: String
        var body: String?
        var type = "application/json"
        let status: Int
        let code: String
        /// Stands in the answer.
        let word: String
    }

    static let cases: [Case] = [
        Case(
            testDescription: "unknown parameter", method: "GET", path: "/v1/tickets?colour=red", status: 400,
            code: "unknown_parameter", word: "colour"),
        Case(
            testDescription: "parameter twice", method: "GET", path: "/v1/tickets?team=a&team=b", status: 400,
            code: "invalid_parameter", word: "twice"),
        Case(
            testDescription: "limit too high", method: "GET", path: "/v1/tickets?limit=201", status: 400,
            code: "invalid_parameter", word: "200"),
        Case(
            testDescription: "limit no number", method: "GET", path: "/v1/tickets?limit=x", status: 400,
            code: "invalid_parameter", word: "limit"),
        Case(
            testDescription: "foreign cursor", method: "GET", path: "/v1/tickets?after=%21%21", status: 400,
            code: "invalid_cursor", word: "cursor"),
        Case(
            testDescription: "unknown state", method: "GET", path: "/v1/conversations?state=odd", status: 400,
            code: "invalid_parameter", word: "queued"),
        Case(
            testDescription: "id of another kind", method: "GET", path: "/v1/tickets?requester_id=t0000000000001", status: 400,
            code: "invalid_parameter", word: "requester_id"),
        Case(
            testDescription: "bad escape", method: "GET", path: "/v1/tickets?team=%ff", status: 400, code: "invalid_query",
            word: "percent"),
        Case(
            testDescription: "no such thing", method: "GET", path: "/v1/tickets/t0000000000001", status: 404, code: "not_found",
            word: "ticket"),
        Case(testDescription: "no id", method: "GET", path: "/v1/tickets/%2e%2e", status: 404, code: "not_found", word: "ticket"),
        Case(
            testDescription: "no JSON", method: "POST", path: "/v1/tickets", body: "{", status: 400, code: "invalid_json",
            word: "byte"),
        Case(
            testDescription: "empty", method: "POST", path: "/v1/tickets", body: "", status: 400, code: "invalid_json",
            word: "JSON"),
        Case(
            testDescription: "deep", method: "POST", path: "/v1/tickets", body: String(repeating: "[", count: 1000), status: 400,
            code: "invalid_json", word: "nested"),
        Case(
            testDescription: "no object", method: "POST", path: "/v1/tickets", body: "[]", status: 422, code: "invalid",
            word: "object"),
        Case(
            testDescription: "other type", method: "POST", path: "/v1/tickets", body: "<a/>", type: "text/xml", status: 415,
            code: "unsupported_media_type", word: "JSON"),
        Case(
            testDescription: "unknown field", method: "POST", path: "/v1/tickets", body: #"{"subject":"x","colour":1}"#,
            status: 422, code: "invalid", word: "/colour"),
        Case(
            testDescription: "missing field", method: "POST", path: "/v1/tickets", body: "{}", status: 422, code: "invalid",
            word: "/subject"),
        Case(
            testDescription: "wrong item", method: "POST", path: "/v1/tickets", body: #"{"subject":"x","tags":["a",2]}"#,
            status: 422, code: "invalid", word: "/tags/1"),
        Case(
            testDescription: "wrong choice", method: "POST", path: "/v1/tickets", body: #"{"subject":"x","priority":"huge"}"#,
            status: 422, code: "invalid", word: "urgent"),
        Case(
            testDescription: "unknown team", method: "POST", path: "/v1/tickets", body: #"{"subject":"x","team":"none"}"#,
            status: 422, code: "invalid", word: "/team"),
    ]

    @Test("what is wrong is said by name", arguments: cases)
    func wrong(_ item: Case) async throws {
        try await TestServer.with { server in
            let answer = try await server.call(
                item.method, item.path, bytes: item.body.map { Array($0.utf8) }, token: try await server.token(.admin),
                headers: ["Content-Type": item.type])
            #expect(answer.status == item.status, "\(answer.text)")
            #expect(answer.code == item.code)
            #expect(answer.text.contains(item.word), "\(answer.text)")
            #expect(Components.schemas["Problem"]?.violations(of: answer.json) == [])
        }
    }

    @Test("the same key and body is done once and answered the same; another body is refused") func idempotency() async throws {
        try await TestServer.with { server in
            let token = try await server.token(.agent)
            let key = ["Idempotency-Key": "k-1"]
            let first = try await server.call("POST", "/v1/tickets", ["subject": "once"], token: token, headers: key)
            let again = try await server.call("POST", "/v1/tickets", ["subject": "once"], token: token, headers: key)
            #expect(first.status == 201)
            #expect(again.status == 201)
            #expect(again.json == first.json)
            #expect(again.header("Location") == first.header("Location"))
            #expect(first.header("Idempotent-Replayed") == nil)
            #expect(again.header("Idempotent-Replayed") == "true")
            let other = try await server.call("POST", "/v1/tickets", ["subject": "twice"], token: token, headers: key)
            #expect(other.status == 422)
            #expect(other.code == "idempotency_key_reused")
            let mine = try await server.call(
                "POST", "/v1/tickets", ["subject": "once"], token: try await server.token(.lead), headers: key)
            #expect(mine.json["id"] != first.json["id"], "a key counts for its caller only")
            #expect(try await server.call("GET", "/v1/tickets", token: token).items.count == 2)
            #expect(
                try await server.call("POST", "/v1/tickets", [:], token: token, headers: ["Idempotency-Key": "k-2"]).status == 422
            )
            #expect(
                try await server.call(
                    "POST", "/v1/tickets", ["subject": "mended"], token: token, headers: ["Idempotency-Key": "k-2"]
                ).status == 201)
        }
    }

    @Test("many at the same time with one key make one") func idempotentRace() async throws {
        try await TestServer.with { server in
            let token = try await server.token(.agent)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await server.call(
                            "POST", "/v1/tickets", ["subject": "once"], token: token, headers: ["Idempotency-Key": "k"]
                        ).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.allSatisfy { $0 == 201 || $0 == 409 })
            #expect(statuses.contains(201))
            #expect(try await server.call("GET", "/v1/tickets", token: token).items.count == 1)
        }
    }

    @Test("bodies over the limit get 413, announced or not, at hooks too") func tooLarge() async throws {
        try await TestServer.with({ $0.limits.bodyBytes = 10_000 }) { server in
            let big = Array(repeating: UInt8(ascii: " "), count: 20_000)
            let answer = try await server.call("POST", "/v1/tickets", bytes: big, token: try await server.token(.agent))
            #expect(answer.status == 413)
            #expect(answer.code == "too_large")
            #expect(try await server.call("POST", "/hooks/web", bytes: big).status == 413)
            let chunked = try await RawClient(port: server.port)
            try await chunked.send("POST /hooks/web HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<20 { try await chunked.send("3e8\r\n" + String(repeating: "x", count: 1000) + "\r\n") }
            #expect(try await chunked.answer().status == 413)
        }
    }

    @Test("hooks of unknown channels get 404 and leave no event") func unknownHook() async throws {
        try await TestServer.with { server in
            let head = server.engine.store.head
            for path in ["/hooks/none", "/hooks/", "/hooks/web", "/hooks/a/b"] {
                for method in ["GET", "POST", "PUT"] {
                    let answer = try await server.call(method, path)
                    #expect(answer.status == 404, "\(method) \(path)")
                }
            }
            #expect(server.engine.store.head == head)
        }
    }

    @Test("broken HTTP and huge headers end the connection, not the server") func brokenHTTP() async throws {
        try await TestServer.with { server in
            let head = "POST /v1/live/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
            for request in [
                "HELLO\r\n\r\n", "BREW /healthz HTTP/1.1\r\nHost: x\r\n\r\n", head + "Content-Length: 5\r\n\r\n{}",
                head + "Transfer-Encoding: chunked\r\n\r\n{}",
            ] {
                let broken = try await RawClient(port: server.port)
                try await broken.send(request)
                let answer = try await broken.answer()
                #expect(answer.status == 400)
                #expect(answer.body.contains("This is no HTTP/1.1 request"), "\(answer.body)")
                try await broken.untilClosed()
            }
            let large = try await RawClient(port: server.port)
            // The connection may end before all of it is sent, and before the answer is read.
            try? await large.send("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: \(String(repeating: "x", count: 100_000))\r\n\r\n")
            try await large.untilClosed()
            #expect(try await server.call("GET", "/healthz").status == 200)
        }
    }

    @Test("a body that does not come to its end is not waited for, however slowly it goes on") func slowBody() async throws {
        try await TestServer.with({ $0.limits.bodyTimeout = .milliseconds(300) }) { server in
            let slow = try await RawClient(port: server.port)
            try await slow.send(
                "POST /v1/tickets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(try await server.token(.agent))\r\n"
                    + "Content-Length: 100\r\n\r\n{\"a")
            let answer = try await slow.answer()
            #expect(answer.status == 408)
            #expect(answer.body.contains("body_timeout") && answer.body.contains("\"Request Timeout\""))
            try await slow.untilClosed()
            #expect(try await server.call("GET", "/healthz").status == 200)
        }
    }

    @Test("a request head that does not come is not waited for") func slowHead() async throws {
        try await TestServer.with({ $0.limits.headTimeout = .milliseconds(300) }) { server in
            let slow = try await RawClient(port: server.port)
            try? await slow.send("GET /healthz HTTP/1.1\r\nHos")
            try await slow.untilClosed()
        }
    }
}
