// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Journal
import Testing

@testable import Server

@Suite("Resources", .timeLimit(.minutes(10)))
struct ResourceTests {
    /// A conversation with one message of a customer.
    private func begin(_ server: TestServer, _ integration: String) async throws -> Value {
        let answer = try await server.call(
            "POST", "/v1/messages",
            [
                "channel": "web", "sender": "lin", "external_id": "x-1", "kind": "text", "text": "hello",
                "profile": ["name": "Lin", "vip_level": 3],
            ],
            token: integration)
        #expect(answer.status == 201)
        return answer.json
    }

    @Test("a conversation goes its way: taken, answered, noted, resolved; each answer is as described") func conversation()
        async throws
    {
        try await TestServer.with { server in
            let agent = try await server.token(.agent)
            let intake = try await begin(server, try await server.token(.integration))
            let path = "/v1/conversations/\(intake["conversation_id"]?.string ?? "")"
            #expect(
                try await server.call("POST", path + "/hand_off", ["team": "service"], token: agent).json["state"] == "queued")
            let taken = try await server.call("POST", path + "/accept", token: agent)
            #expect(taken.json["state"] == "assigned")
            let reply = try await server.call("POST", path + "/messages", ["text": "hi", "client_id": "r-1"], token: agent)
            #expect(reply.status == 201)
            #expect(
                try await server.call("POST", path + "/messages", ["text": "hi", "client_id": "r-1"], token: agent).json["id"]
                    == reply.json["id"])
            let note = try await server.call("POST", path + "/messages", ["text": "nice one", "note": true], token: agent)
            #expect(note.json["direction"] == "note")
            #expect(try await server.call("PATCH", path, ["tags": ["vip"], "priority": 5], token: agent).json["priority"] == 5)
            #expect(try await server.call("POST", path + "/postpone", token: agent).json["state"] == "pending")
            #expect(try await server.call("POST", path + "/resolve", [:], token: agent).json["state"] == "resolved")
            let twice = try await server.call("POST", path + "/resolve", token: agent)
            #expect(twice.status == 409)
            #expect(twice.code == "conflict")
            let messages = try await server.call("GET", path + "/messages", token: agent)
            #expect(messages.items.map { $0["text"]?.string } == ["hello", "hi", "nice one"])
            let listed = try await server.call("GET", "/v1/messages?channel=web", token: agent).items
            #expect(listed.first?["external_id"] == "x-1")
            #expect(listed.first?["direction"] == "in")
            let events = try await server.call("GET", path + "/events?limit=200", token: agent)
            #expect(events.items.contains { $0["kind"] == "conversation.resolved" })
            for (name, answer) in [("Conversation", taken.json), ("Message", reply.json)] {
                #expect(Components.schemas[name]?.violations(of: answer) == [])
            }
            for event in events.items { #expect(Components.schemas["Event"]?.violations(of: event) == []) }
            #expect(!taken.text.contains("\"_"))
        }
    }

    @Test("two customers become one by an agent's word, the old id answers, and the word can be taken back") func merging()
        async throws
    {
        try await TestServer.with { server in
            let integration = try await server.token(.integration)
            let agent = try await server.token(.agent)
            let first = try await begin(server, integration)
            let second = try await server.call(
                "POST", "/v1/messages", ["channel": "web", "sender": "wang", "external_id": "x-2", "text": "hi"],
                token: integration
            ).json
            let one = first["customer_id"]?.string ?? ""
            let other = second["customer_id"]?.string ?? ""
            let merged = try await server.call("POST", "/v1/customers/\(one)/merge", ["other": .string(other)], token: agent)
            #expect(merged.status == 200 && merged.json["id"]?.string == one && merged.json["merged"] == [.string(other)])
            #expect(Components.schemas["Customer"]?.violations(of: merged.json) == [])
            #expect(try await server.call("GET", "/v1/customers/\(other)", token: agent).json["id"]?.string == one)
            let listed = try await server.call("GET", "/v1/conversations?customer_id=\(other)", token: agent)
            #expect(listed.items.count == 2)
            #expect(!(try await server.call("GET", "/v1/customers", token: agent)).text.contains("\"_"))
            let twice = try await server.call("POST", "/v1/customers/\(one)/merge", ["other": .string(other)], token: agent)
            #expect(twice.status == 409)
            let nobody = try await server.call("POST", "/v1/customers/\(one)/merge", ["other": "c0000000000001"], token: agent)
            #expect(nobody.status == 404)
            let auditor = try await server.token(.auditor)
            #expect(try await server.call("POST", "/v1/customers/\(one)/unmerge", [:], token: auditor).status == 403)
            let parted = try await server.call("POST", "/v1/customers/\(one)/unmerge", token: agent)
            #expect(parted.status == 200 && parted.json["other"]?["id"]?.string == other)
            #expect(parted.json["other"]?["identities"]?.array?.count == 1)
            #expect(try await server.call("GET", "/v1/customers/\(other)", token: agent).json["id"]?.string == other)
            let journal = try await server.call("GET", "/v1/events?limit=1000", token: integration).items.map {
                $0["kind"]?.string
            }
            #expect(journal.contains("customer.merged") && journal.contains("customer.unmerged"))
        }
    }

    @Test("lists go on where the cursor says, to their end") func pages() async throws {
        try await TestServer.with { server in
            let token = try await server.token(.integration)
            for number in 0..<7 {
                let body: Value = [
                    "channel": "web", "sender": .string("s\(number % 3)"), "external_id": .string("x\(number)"),
                    "text": .string("\(number)"),
                ]
                try await server.call("POST", "/v1/messages", body, token: token)
            }
            for (path, count) in [
                ("/v1/messages?channel=web&limit=2", 7), ("/v1/conversations?limit=2", 3), ("/v1/customers?limit=2", 3),
            ] {
                var seen: [String] = []
                var after = ""
                while true {
                    let page = try await server.call("GET", path + after, token: token)
                    #expect(page.status == 200, "\(page.text)")
                    #expect(page.items.count <= 2)
                    seen += page.items.filter { $0["direction"]?.string != "out" }.compactMap { $0["id"]?.string }
                    guard let next = page.json["next_cursor"]?.string else { break }
                    after = "&after=\(next)"
                }
                #expect(seen.count == count)
                #expect(Set(seen).count == count)
            }
        }
    }

    @Test("customers and tickets are read and changed") func customersAndTickets() async throws {
        try await TestServer.with { server in
            let agent = try await server.token(.agent)
            let intake = try await begin(server, try await server.token(.integration))
            let customer = "/v1/customers/\(intake["customer_id"]?.string ?? "")"
            let read = try await server.call("GET", customer, token: agent)
            #expect(read.json["attributes"]?["vip_level"] == 3)
            #expect(read.json["identities"]?[0]?["external_id"] == "lin")
            #expect(
                try await server.call("GET", "/v1/customers?channel=web&external_id=lin", token: agent).items.first?["id"]
                    == read.json["id"])
            let changed = try await server.call("PATCH", customer, ["attributes": ["city": "Suzhou"]], token: agent)
            #expect(changed.json["attributes"] == ["vip_level": 3, "city": "Suzhou"])
            let ticket = try await server.call(
                "POST", "/v1/tickets",
                ["subject": "broken", "priority": "high", "conversation_id": intake["conversation_id"] ?? .null], token: agent)
            #expect(ticket.status == 201)
            #expect(ticket.json["number"] == 1)
            #expect(ticket.json["requester_id"] == intake["customer_id"])
            let path = ticket.header("Location") ?? ""
            #expect(try await server.call("GET", path, token: agent).json == ticket.json)
            #expect(try await server.call("PATCH", path, ["status": "open"], token: agent).json["status"] == "open")
            #expect(try await server.call("POST", path + "/comments", ["text": "checked"], token: agent).status == 201)
            #expect(try await server.call("GET", path + "/events", token: agent).items.count == 3)
            #expect(try await server.call("PATCH", path, ["status": "new"], token: agent).status == 409)
            #expect(Components.schemas["Ticket"]?.violations(of: ticket.json) == [])
            #expect(Components.schemas["Customer"]?.violations(of: read.json) == [])
        }
    }

    @Test("agents, teams, channels, rules, reports and me are there") func others() async throws {
        try await TestServer.with(rules: ["autoreply/hi.lua": "reply \"hi\" { match = keywords { \"hi\" }, text = \"hello\" }\n"])
        { server in
            let lead = try await server.token(.lead)
            let made = try await server.call(
                "POST", "/v1/agents", ["name": "Mei", "teams": ["service"], "capacity": 3], token: lead)
            #expect(made.status == 201)
            let path = made.header("Location") ?? ""
            #expect(
                try await server.call("PUT", path + "/presence", ["presence": "online"], token: lead).json["presence"] == "online"
            )
            #expect(try await server.call("PATCH", path, ["capacity": 9], token: lead).json["capacity"] == 9)
            #expect(try await server.call("PUT", "/v1/teams/returns", ["name": "Returns"], token: lead).json["id"] == "returns")
            #expect(try await server.call("GET", "/v1/teams", token: lead).items.count >= 2)
            #expect(try await server.call("GET", "/v1/channels", token: lead).items.map { $0["id"] } == ["signed", "web"])
            let late = Instant(seconds: 4_000_000_000)
            let tried = OutboxItem(
                message: ID(1), conversation: ID(1), channel: "signed", recipient: "o", dueAt: late, queuedAt: late,
                reason: "40125 invalid appsecret")
            _ = try await server.engine.store.append(Entry(at: late, changes: [.outbox(tried)]))
            let channel = try await server.call("GET", "/v1/channels/signed", token: lead)
            #expect(channel.json["waiting"] == 1 && channel.json["trouble"] == "40125 invalid appsecret")
            #expect(Components.schemas["Channel"]?.violations(of: channel.json) == [])
            #expect(try await server.call("GET", "/v1/channels/web", token: lead).json["trouble"] == nil)
            let rules = try await server.call("GET", "/v1/rules", token: lead)
            #expect(rules.json["name"] == "test")
            let check = try await server.call(
                "POST", "/v1/rules/check", ["files": ["a.lua": "route \"x\" { macth = all {} }"]], token: lead)
            #expect(check.json["ok"] == false)
            let broken = try await server.call("POST", "/v1/rules/activate", ["files": ["a.lua": "route \"x\" {"]], token: lead)
            #expect(broken.status == 422)
            #expect(broken.code == "rules_rejected")
            #expect(broken.text.contains("a.lua:1"))
            #expect(try await server.call("GET", "/v1/rules", token: lead).json["id"] == rules.json["id"])
            #expect(try await server.call("POST", "/v1/rules/test", token: lead).json["ok"] == true)
            #expect(try await server.call("GET", "/v1/rules/history", token: lead).items.first?["is_active"] == true)
            #expect(try await server.call("GET", "/v1/reports", token: lead).json["queue"]?["waiting"] == 0)
            let me = try await server.call("GET", "/v1/me", token: try await server.token(.agent))
            #expect(me.json["agent"]?["name"] == "Lin")
            #expect(Components.schemas["Me"]?.violations(of: me.json) == [])
            #expect(try await server.call("GET", "/v1/outbox/dead", token: lead).items.isEmpty)
            #expect(try await server.call("POST", "/v1/outbox/m0000000000001/resend", token: lead).status == 404)
        }
    }

    @Test("a rule that is set aside raises an alert of the desk's own, also where the rules declare none")
    func ownAlert() async throws {
        let rules = ["autoreply/a.lua": "reply \"boom\" { match = keywords \"boom\", act = function() error(\"broken\") end }"]
        try await TestServer.with(rules: rules) { server in
            let integration = try await server.token(.integration)
            let lead = try await server.token(.lead)
            #expect(try await server.call("GET", "/v1/alerts", token: lead).items == [])
            for number in 0..<5 {
                let message: Value = [
                    "channel": "web", "sender": .string("c\(number)"), "external_id": .string("x-\(number)"), "kind": "text",
                    "text": "boom",
                ]
                #expect(try await server.call("POST", "/v1/messages", message, token: integration).status == 201)
            }
            let raised = try await server.call("GET", "/v1/events?after=0&wait=20&kind=alert.raised", token: integration)
            #expect(raised.items.map { $0["payload"]?["alert"] } == ["rule_set_aside"])
            #expect(raised.items.first?["payload"]?["labels"] == ["rule": "boom"])
            let alert = try await server.call("GET", "/v1/alerts", token: lead).items.first
            #expect(alert?["state"] == "raised" && alert?["severity"] == "critical")
            #expect(Components.schemas["Alert"]?.violations(of: alert ?? .null) == [])
            let path = "/v1/alerts/rule_set_aside/acknowledge"
            #expect(try await server.call("POST", path, ["labels": ["rule": "boom"]], token: lead).status == 204)
        }
    }

    @Test("an alert that is up is listed, acknowledged and silenced") func alerts() async throws {
        let rules = [
            "alerts/desk.lua": """
            alert "somebody_came" { measure = "arrivals", over = "5m", by = { "channel" }, raise = above(0), notify = { "team:service" } }
            alert "quiet_one" { measure = "queue_wait", over = "5m", raise = above("1h") }
            """
        ]
        try await TestServer.with(rules: rules) { server in
            let integration = try await server.token(.integration)
            let lead = try await server.token(.lead)
            #expect(try await server.call("GET", "/v1/alerts", token: lead).items.map { $0["state"] } == ["quiet", "quiet"])
            let early = try await server.call("POST", "/v1/alerts/somebody_came/acknowledge", token: lead)
            #expect(early.status == 409)
            _ = try await begin(server, integration)
            let raised = try await server.call("GET", "/v1/events?after=0&wait=20&kind=alert.raised", token: integration)
            #expect(raised.items.first?["payload"]?["labels"]?["channel"] == "web")
            let alert = try await server.call("GET", "/v1/alerts", token: lead).items.first
            #expect(alert?["id"] == "somebody_came")
            #expect(alert?["state"] == "raised")
            #expect(Components.schemas["Alert"]?.violations(of: alert ?? .null) == [])
            let agent = try await server.token(.agent)
            let path = "/v1/alerts/somebody_came"
            #expect(
                try await server.call("POST", path + "/acknowledge", ["labels": ["channel": "web"]], token: agent).status == 204)
            #expect(try await server.call("POST", path + "/acknowledge", token: agent).status == 409)
            #expect(try await server.call("POST", path + "/silence", ["for": "1h"], token: agent).status == 403)
            #expect(try await server.call("POST", path + "/silence", ["for": "soon"], token: lead).status == 422)
            #expect(try await server.call("POST", path + "/silence", ["for": "1h"], token: lead).status == 204)
            let seen = try await server.call("GET", "/v1/alerts", token: lead).items.first
            #expect(seen?["acknowledged_by"]?.string != nil)
            #expect(seen?["silenced_until"]?.string != nil)
            #expect(try await server.call("DELETE", path + "/silence", token: lead).status == 204)
            #expect(try await server.call("DELETE", path + "/silence", token: lead).status == 409)
            #expect(try await server.call("POST", "/v1/alerts/nothing/silence", ["for": "1h"], token: lead).status == 404)
            let kinds = try await server.call(
                "GET", "/v1/events?after=0&kind=alert.acknowledged,alert.silenced", token: integration
            ).items.map { $0["kind"] }
            #expect(kinds == ["alert.acknowledged", "alert.silenced", "alert.silenced"])
        }
    }

    @Test("the journal is read in order, page by page, waiting, and by kind") func journal() async throws {
        try await TestServer.with { server in
            let token = try await server.token(.integration)
            _ = try await begin(server, token)
            var seqs: [Seq] = []
            var after = "0"
            while true {
                let page = try await server.call("GET", "/v1/events?after=\(after)&limit=2", token: token)
                seqs += page.items.compactMap { $0["seq"]?.int }
                guard let next = page.json["next_cursor"]?.string else { break }
                after = next
            }
            #expect(seqs == Array(1...server.engine.store.head))
            async let waiting = server.call(
                "GET", "/v1/events?after=\(server.engine.store.head)&wait=20&kind=message.received", token: token)
            try await server.call(
                "POST", "/v1/messages", ["channel": "web", "sender": "lin", "external_id": "x-2", "text": "later"], token: token)
            #expect(try await waiting.items.first?["payload"]?["text"] == "later")
        }
    }
}
