// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Journal
import Testing

@testable import Server

@Suite("A live socket", .timeLimit(.minutes(10)))
struct LiveSocketTests {
    @Test("acknowledges what is on disk, and shows it to its sender too")
    func acknowledges() async throws {
        try await TestServer.with { server in
            let session = try await server.session()
            let (client, ready) = try await LiveClient.ready(server, token: session["token"]?.string ?? "")
            #expect(ready["customer_id"] == session["customer_id"])
            #expect(ready["conversation_id"] == session["conversation_id"])
            #expect(ready["role"] == "customer")
            try await client.say("你好", "c-1")
            let message = try await client.frame("message")
            #expect(message["text"] == "你好")
            #expect(message["client_id"] == "c-1")
            let ack = try await client.frame("ack")
            #expect(ack["client_id"] == "c-1")
            #expect(ack["seq"] == message["seq"])
            let id = try #require(ack["message_id"]?.string.flatMap { ID<Message>(text: $0) })
            #expect(try await server.engine.store.message(id)?.content.text == "你好")
        }
    }

    @Test("acknowledges in the order of what was said, each once, also when it is said again")
    func keepsOrder() async throws {
        try await TestServer.with { server in
            let token = try await server.session()["token"]?.string ?? ""
            let (client, _) = try await LiveClient.ready(server, token: token)
            for number in 0..<30 { try await client.say("\(number)", "c-\(number)") }
            try await client.say("again", "c-3")
            var acks: [String] = []
            for _ in 0..<31 { acks.append(try await client.frame("ack")["client_id"]?.string ?? "") }
            #expect(acks == (0..<30).map { "c-\($0)" } + ["c-3"])
            let conversation = try await server.engine.liveSession(token: token).conversation
            let said = try await server.engine.store.messages(MessageFilter(conversation: conversation), Page(limit: 100))
                .filter { $0.direction == .inbound }.map(\.content.text)
            #expect(said == (0..<30).map { "\($0)" })
        }
    }

    @Test("resumes after a seq without loss and without doubles, whichever seq it is")
    func resumes() async throws {
        try await TestServer.with { server in
            let token = try await server.session()["token"]?.string ?? ""
            let (first, _) = try await LiveClient.ready(server, token: token, after: 0)
            for number in 0..<10 { try await first.say("\(number)", "c-\(number)") }
            var seqs: [Seq] = []
            while seqs.count < 10 {
                seqs.append(try await first.frame("message", where: { $0["direction"] == "in" })["seq"]?.int ?? 0)
            }
            try await first.raw.close()
            for place in [0, 4, 9] {
                let (again, _) = try await LiveClient.ready(server, token: token, after: seqs[place])
                var later: [Seq] = []
                for _ in 0..<(9 - place) {
                    later.append(try await again.frame("message", where: { $0["direction"] == "in" })["seq"]?.int ?? 0)
                }
                #expect(later == Array(seqs[(place + 1)...]))
                // In the same socket, from another place.
                try await again.send(["type": "resume", "after": .int(seqs[7])])
                _ = try await again.frame("ready")
                #expect(try await again.frame("message", where: { $0["direction"] == "in" })["seq"]?.int == seqs[8])
                try await again.raw.close()
            }
        }
    }

    @Test("brings customer and agent together: message, reply, typing, read marks, notes only to the desk")
    func twoSides() async throws {
        try await TestServer.with { server in
            let session = try await server.session("lin")
            let (customer, _) = try await LiveClient.ready(server, token: session["token"]?.string ?? "")
            let (agent, ready) = try await LiveClient.ready(server, token: try await server.token(.agent))
            #expect(ready["role"] == "agent")
            try await customer.say("help", "c-1")
            let seen = try await agent.frame("message", where: { $0["direction"] == "in" })
            let conversation = try #require(seen["conversation_id"]?.string)
            try await agent.send(["type": "typing", "conversation_id": .string(conversation), "on": true])
            #expect(try await customer.frame("typing")["on"] == true)
            try await agent.send([
                "type": "message", "conversation_id": .string(conversation), "client_id": "a-0", "text": "between us",
                "note": true,
            ])
            try await agent.send([
                "type": "message", "conversation_id": .string(conversation), "client_id": "a-1", "text": "here I am",
            ])
            _ = try await agent.frame("ack", where: { $0["client_id"] == "a-1" })
            let reply = try await customer.frame("message", where: { $0["direction"] != "in" })
            #expect(reply["text"] == "here I am")
            #expect(reply["author_name"] == "Lin")
            try await customer.send(["type": "read", "seq": reply["seq"] ?? .null])
            let read = try await agent.frame("delivery", where: { $0["delivery"] == "read" })
            #expect(read["message_id"] == reply["id"])
            try await agent.send(["type": "presence", "presence": "online"])
            #expect(try await agent.frame("presence")["presence"] == "online")
        }
    }

    @Test("shows each customer only what is theirs")
    func keepsCustomersApart() async throws {
        try await TestServer.with { server in
            let (one, _) = try await LiveClient.ready(server, token: try await server.session("one")["token"]?.string ?? "")
            let (two, _) = try await LiveClient.ready(server, token: try await server.session("two")["token"]?.string ?? "")
            try await one.say("secret of one", "c-1")
            _ = try await one.frame("ack")
            try await two.say("of two", "c-1")
            #expect(try await two.frame("message")["text"] == "of two")
        }
    }

    @Test("takes the token of the query, for simple clients")
    func queryToken() async throws {
        try await TestServer.with { server in
            let token = try await server.session()["token"]?.string ?? ""
            let client = try await LiveClient(port: server.port, path: "/v1/live?token=\(token)&after=0")
            #expect(try await client.frame("ready")["role"] == "customer")
        }
    }

    @Test(
        "says what is wrong with a frame and goes on",
        arguments: [
            ("{", "JSON"), ("[]", "object"), (#"{"type":"dance"}"#, "type"), (#"{"type":"message","text":"x"}"#, "client_id"),
            (#"{"type":"message","client_id":"c","kind":"smell"}"#, "kind"),
            (#"{"type":"message","client_id":"c","text":""}"#, "text"),
            (#"{"type":"read"}"#, "seq"), (#"{"type":"resume","after":-1}"#, "after"),
            (String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000), "nested"),
        ])
    func badFrames(frame: String, word: String) async throws {
        try await TestServer.with { server in
            let (client, _) = try await LiveClient.ready(server, token: try await server.session()["token"]?.string ?? "")
            try await client.send(text: Array(frame.utf8))
            let error = try await client.frame("error")
            #expect(error["code"] == "invalid")
            #expect(error["message"]?.string?.contains(word) == true)
            try await client.say("still here", "c-9")
            #expect(try await client.frame("ack")["client_id"] == "c-9")
        }
    }

    /// Something a client must not send, and the code it is told.
    struct Breach: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let code: UInt16
        init(_ name: String, _ bytes: [UInt8], _ code: UInt16) {
            testDescription = name
            self.bytes = bytes
            self.code = code
        }
    }

    private static let long: [UInt8] = Array(repeating: 0x20, count: 60_000)

    static let breaches: [Breach] = [
        Breach("unmasked", [0x81, 0x02, 0x7b, 0x7d], 1002),
        Breach("reserved bit", LiveClient.frame(0xc1, Array("{}".utf8)), 1002),
        Breach("no UTF-8", LiveClient.frame(0x81, [0xff, 0xfe]), 1007),
        Breach("binary", LiveClient.frame(0x82, [1]), 1003),
        Breach("continuation of nothing", LiveClient.frame(0x80, [1]), 1002),
        Breach("message inside a message", LiveClient.frame(0x01, [0x7b]) + LiveClient.frame(0x81, [0x7d]), 1002),
        Breach("reserved close code", LiveClient.frame(0x88, [0x03, 0xed]), 1002),
        Breach("half a close code", LiveClient.frame(0x88, [0x03]), 1002),
        Breach("fragmented ping", LiveClient.frame(0x09, []), 1002),
        Breach("frame too long", LiveClient.frame(0x81, Array(repeating: 0x20, count: 70_000)), 1009),
        Breach("message too long", LiveClient.frame(0x01, long) + LiveClient.frame(0x80, long), 1009),
    ]

    @Test("is closed as RFC 6455 wants it when the protocol is broken", arguments: breaches)
    func brokenProtocol(breach: Breach) async throws {
        try await TestServer.with { server in
            let (client, _) = try await LiveClient.ready(server, token: try await server.session()["token"]?.string ?? "")
            try await client.raw.send(breach.bytes)
            #expect(try await client.closing().code == breach.code)
            try await client.raw.untilClosed()
        }
    }

    @Test("takes a message in pieces, answers pings, echoes the close")
    func politeProtocol() async throws {
        try await TestServer.with { server in
            let (client, _) = try await LiveClient.ready(server, token: try await server.session()["token"]?.string ?? "")
            let text = Array(#"{"type":"message","client_id":"c-1","text":"分开"}"#.utf8)
            let bytes =
                LiveClient.frame(0x01, Array(text.prefix(45))) + LiveClient.frame(0x89, [7])
                + LiveClient.frame(0x80, Array(text.dropFirst(45)))
            try await client.raw.send(bytes)
            #expect(try await client.receive() == .pong([7]))
            #expect(try await client.frame("message")["text"] == "分开")
            _ = try await client.frame("ack")
            try await client.raw.send(LiveClient.frame(0x88, [0x0f, 0xa0]))
            #expect(try await client.closing().code == 4000)
            try await client.raw.untilClosed()
        }
    }

    @Test("refuses a wrong token, and whoever speaks without one")
    func refuses() async throws {
        try await TestServer.with { server in
            for token in ["x", "ls1.d2Vi.c0000000000001.v0000000000001.1.AAAA", "ldk_wrong"] {
                let client = try await LiveClient(port: server.port)
                try await client.send(["type": "hello", "token": .string(token)])
                #expect(try await client.frame("error")["code"] == "unauthorized")
                #expect(try await client.closing().code == 4401)
            }
            let early = try await LiveClient(port: server.port)
            try await early.say("hello?", "c-1")
            #expect(try await early.frame("error")["code"] == "unauthorized")
        }
    }

    @Test("is closed where nobody says hello in time")
    func noHello() async throws {
        try await TestServer.with({ $0.limits.helloTimeout = .milliseconds(200) }) { server in
            let silent = try await LiveClient(port: server.port)
            #expect(try await silent.closing().code == 1008)
        }
    }
}
