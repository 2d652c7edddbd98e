// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Testing

@testable import Server

@Suite("The decision log over the API", .timeLimit(.minutes(10)))
struct DecisionRouteTests {
    private static let rules = [
        "autoreply/always.lua": "reply \"always\" { match = contains(\"message.text\", \"?\"), text = \"yes\" }\n"
    ]

    @Test("comes as lines of JSON, masked, to administrators only; who took it stands in the journal")
    func export() async throws {
        try await TestServer.with(rules: Self.rules) { server in
            let count = 520
            for number in 0..<count {
                _ = try await server.engine.receive(
                    InboundMessage(
                        channel: "web", sender: "wang\(number % 5)", externalID: "m\(number)",
                        content: .text("who? \(number) 13800138000 wang@example.com")))
            }
            let admin = try await server.token(.admin)
            let answer = try await server.call("GET", "/v1/rules/decisions", token: admin)
            #expect(answer.status == 200 && answer.header("Content-Type") == "application/x-ndjson; charset=utf-8")
            let lines = try answer.body.split(separator: UInt8(ascii: "\n")).map { try Value(json: Array($0)) }
            #expect(lines.count == count)
            #expect(lines.compactMap { $0["seq"]?.int } == lines.compactMap { $0["seq"]?.int }.sorted())
            #expect(!answer.text.contains("13800138000") && !answer.text.contains("wang"))
            #expect(Set(lines.compactMap { $0["customer_id"]?.string }).count == 5)
            #expect(lines.allSatisfy { $0.jsonText.contains("\"matched\":[{\"rule\":\"always\"") })
            #expect(lines[7]["message"]?["text"]?.string?.hasPrefix("who? 7 <phone:") == true)

            let few = try await server.call("GET", "/v1/rules/decisions?since=1h&last=3&texts=hidden", token: admin)
            #expect(few.body.count { $0 == UInt8(ascii: "\n") } == 3 && !few.text.contains("who"))
            let none = try await server.call("GET", "/v1/rules/decisions?until=1h", token: admin)
            #expect(none.status == 200 && none.body.isEmpty)
            for query in ["since=yesterday", "until=x1", "last=0", "texts=all"] {
                #expect(try await server.call("GET", "/v1/rules/decisions?\(query)", token: admin).status == 400, "\(query)")
            }
            #expect(try await server.call("GET", "/v1/rules/decisions", token: server.token(.lead)).status == 403)
            #expect(try await server.call("GET", "/v1/rules/decisions?unmasked=true", token: admin).code == "unknown_parameter")

            let notes = try await server.call("GET", "/v1/rules/log", token: admin).items.filter {
                $0["kind"] == "rules.exported"
            }
            #expect(notes.count == 3)
            #expect(
                notes.allSatisfy { $0["payload"]?["masked"] == true && $0["actor"]?.string?.hasPrefix("token:admin-") == true })
        }
    }
}
