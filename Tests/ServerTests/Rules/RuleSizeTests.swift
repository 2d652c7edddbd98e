// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Rules
import Testing

@testable import Server

@Suite("A rule set may be as large over the API as in a folder", .timeLimit(.minutes(10)))
struct RuleSizeTests {
    private static func rule(_ answer: String) -> String {
        "reply \"always\" { match = contains(\"message.text\", \"?\"), text = \"\(answer)\" }\n"
    }
    private static let rules = ["autoreply/always.lua": rule("one")]
    private static let limit = RuleSource.Limit.byteCount

    /// The rule, and documents up to so many bytes altogether, in lines of Chinese, which JSON writes longer than they are.
    private static func files(_ answer: String, byteCount: Int, count: Int = 10) -> Value {
        var fields: Value.Fields = .init()
        fields["rules.lua"] = "return { name = \"test\", api = 1 }\n"
        fields["autoreply/always.lua"] = .string(rule(answer))
        let used = fields.pairs.reduce(0) { $0 + ($1.value.utf8?.count ?? 0) }
        let (each, rest) = (byteCount - used).quotientAndRemainder(dividingBy: count - 2)
        for number in 0..<(count - 2) {
            let size = number == 0 ? each + rest : each
            let line = "说\n\"\n"
            var text = String(repeating: line, count: size / line.utf8.count)
            text += String(repeating: "\n", count: size - text.utf8.count)
            fields["notes/\(number).md"] = .string(text)
        }
        return .object(fields)
    }

    private func with(_ body: @Sendable (TestServer, String) async throws -> Void) async throws {
        try await TestServer.with(rules: Self.rules) { server in try await body(server, try await server.token(.lead)) }
    }

    /// A refusal that says which limit, and that leaves everything as it was.
    private func expectRefused(_ answer: TestServer.Answer, _ server: TestServer, live: String) {
        #expect(answer.status == 413 && answer.code == "too_large", "\(answer.status) \(answer.text.prefix(300))")
        #expect(answer.text.contains("at most 2000 files and 8 MiB"), "\(answer.text.prefix(300))")
        #expect(server.engine.rules.active.id == live)
    }

    @Test("8 MiB are checked and go live; a byte more is refused with the limit, and the running set stays")
    func bytes() async throws {
        try await with { server, token in
            let most: Value = ["files": Self.files("two", byteCount: Self.limit)]
            let check = try await server.call("POST", "/v1/rules/check", most, token: token)
            #expect(check.status == 200 && check.json["ok"] == true, "\(check.status) \(check.text.prefix(300))")

            let live = server.engine.rules.active.id
            let more: Value = ["files": Self.files("two", byteCount: Self.limit + 1)]
            for path in ["replay", "activate"] {
                expectRefused(try await server.call("POST", "/v1/rules/\(path)", more, token: token), server, live: live)
            }
            let answer = try await server.call("POST", "/v1/rules/activate", most, token: token)
            #expect(answer.status == 200, "\(answer.text.prefix(300))")
            #expect(server.engine.rules.active.id != live && server.engine.rules.active.id == answer.json["id"]?.string)
            #expect(server.engine.rules.active.source.files.values.reduce(0) { $0 + $1.count } == Self.limit)
        }
    }

    @Test("2000 files are taken, one more is refused") func files() async throws {
        try await with { server, token in
            let live = server.engine.rules.active.id
            let more: Value = ["files": Self.files("two", byteCount: 100_000, count: 2001)]
            expectRefused(try await server.call("POST", "/v1/rules/activate", more, token: token), server, live: live)
            let most: Value = ["files": Self.files("two", byteCount: 100_000, count: 2000)]
            let answer = try await server.call("POST", "/v1/rules/activate", most, token: token)
            #expect(answer.status == 200 && server.engine.rules.active.source.files.count == 2000, "\(answer.text.prefix(300))")
        }
    }

    @Test("a body that no rule set can fill is refused before it is read, with the same limit; other bodies stay short")
    func body() async throws {
        try await TestServer.with(rules: Self.rules, { $0.limits.bodyBytes = 10_000 }) { server in
            let token = try await server.token(.lead)
            let live = server.engine.rules.active.id
            let length = RuleSource.bodyLimit.byteCount + 1
            let announced = try await RawClient(port: server.port)
            try await announced.send(
                "POST /v1/rules/activate HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\nContent-Length: \(length)\r\n\r\n"
            )
            let refused = try await announced.answer()
            #expect(refused.status == 413 && refused.body.contains("at most 2000 files and 8 MiB"), "\(refused.body)")
            #expect(server.engine.rules.active.id == live)
            for path in ["/v1/tickets", "/v1/rules/rollback", "/v1/rules/pin"] {
                let big: Value = ["subject": .string(String(repeating: "x", count: 20_000))]
                #expect(try await server.call("POST", path, big, token: token).status == 413, "\(path)")
            }
        }
    }

    @Test("a file is saved up to what the folder may hold; edits of the page are measured with the files they lie over")
    func saved() async throws {
        try await with { server, token in
            let live = server.engine.rules.active.id
            let rest = Self.limit - server.engine.rules.active.source.files.values.reduce(0) { $0 + $1.count }
            let path = "/v1/rules/files/notes/long.md"
            func save(_ byteCount: Int) async throws -> TestServer.Answer {
                try await server.call(
                    "PUT", path, ["text": .string(String(repeating: "x", count: byteCount))], token: token,
                    headers: ["If-None-Match": "*"])
            }
            expectRefused(try await save(rest + 1), server, live: live)
            #expect(try await server.call("GET", path, token: token).status == 404)
            let edit = ["edits": ["notes/long.md": .string(String(repeating: "x", count: rest + 1))]] as Value
            expectRefused(try await server.call("POST", "/v1/rules/check", edit, token: token), server, live: live)
            #expect(try await save(rest).status == 200)
            let read = try await server.call("GET", path, token: token)
            #expect(read.status == 200 && read.json["text"]?.string?.utf8.count == rest)
            #expect(try await server.call("POST", "/v1/rules/check", token: token).json["ok"] == true)
            let small: Value = ["edits": ["notes/b.md": "x"]]
            expectRefused(try await server.call("POST", "/v1/rules/check", small, token: token), server, live: live)
        }
    }

    @Test(
        "a path that no file of a folder could have is refused, and said which",
        arguments: ["", ".", "..", "/a.lua", "a//b.lua", "a/./b.lua", "a/../b.lua", ".hidden.lua", "a\u{0}.lua", "a\n.lua"])
    func paths(_ path: String) async throws {
        try await with { server, token in
            var fields: Value.Fields = .init()
            fields["rules.lua"] = "return { name = \"test\", api = 1 }\n"
            fields[path] = "-- nothing\n"
            let answer = try await server.call("POST", "/v1/rules/check", ["files": .object(fields)], token: token)
            #expect(answer.status == 422 && answer.code == "invalid", "\(answer.text)")
            #expect(answer.text.contains("a path below rules/ was expected"))
        }
    }
}
