// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Journal
import Testing

@testable import Server

@Suite("Limits of live sockets", .timeLimit(.minutes(10)))
struct LiveLimitTests {
    @Test("a flood is told so and cut; what was acknowledged stays")
    func flood() async throws {
        try await TestServer.with({ options in
            options.limits.window = 4
            options.limits.frameBurst = 2
            options.limits.frameRate = 50
            options.limits.strikes = 10
        }) { server in
            let token = try await server.session()["token"]?.string ?? ""
            let (client, _) = try await LiveClient.ready(server, token: token)
            var bytes: [UInt8] = []
            for number in 0..<200 {
                bytes += LiveClient.frame(
                    0x81, (["type": "message", "client_id": .string("c-\(number)"), "text": "x"] as Value).json)
            }
            try await client.raw.send(bytes)
            let limited = try await client.frame("error")
            #expect(limited["code"] == "limited")
            #expect(limited["client_id"]?.string?.hasPrefix("c-") == true)
            let end = try await client.closing()
            #expect(end.code == 1008)
        }
    }

    @Test("who waits for each ack is slowed down, never refused")
    func paced() async throws {
        try await TestServer.with({ options in
            options.limits.window = 2
            options.limits.frameBurst = 2
            options.limits.frameRate = 200
        }) { server in
            let (client, _) = try await LiveClient.ready(server, token: try await server.session()["token"]?.string ?? "")
            for number in 0..<20 {
                try await client.say("\(number)", "c-\(number)")
                #expect(try await client.frame("ack")["client_id"]?.string == "c-\(number)")
            }
        }
    }

    @Test("one address has so many sockets and no more, until one of them goes")
    func perAddress() async throws {
        try await TestServer.with({ $0.limits.socketsPerLoopback = 2 }) { server in
            let first = try await LiveClient(port: server.port)
            let second = try await LiveClient(port: server.port)
            let third = try await RawClient(port: server.port)
            try await third.send(LiveClient.upgrade("/v1/live"))
            let refusal = try await third.answer()
            #expect(refusal.status == 429)
            #expect(refusal.body.contains("\"code\":\"limited\""))
            try await first.raw.close()
            try await poll { server.engine.isReady && server.server.sockets == 1 }
            _ = try await LiveClient(port: server.port)
            try await second.raw.close()
        }
    }

    @Test("a silent peer is pinged, and cut when it does not answer")
    func pings() async throws {
        try await TestServer.with({ $0.limits.pingInterval = .seconds(2) }) { server in
            let (client, _) = try await LiveClient.ready(server, token: try await server.session()["token"]?.string ?? "")
            #expect(try await client.receive() == .ping([]))
            try await client.raw.send(LiveClient.frame(0x8a, []))
            #expect(try await client.receive() == .ping([]))
            #expect(try await client.receive() == .ping([]))
            #expect(try await client.closing().reason == "no sign of life")
            try await client.raw.untilClosed()
        }
    }

    @Test("a reader that does not read is cut with 1013, and resumes without loss")
    func slowReader() async throws {
        try await TestServer.with({ options in
            options.limits.stallTimeout = .milliseconds(300)
            options.limits.backlog = 64
        }) { server in
            let token = try await server.session("slow")["token"]?.string ?? ""
            let (slow, _) = try await LiveClient.ready(server, token: token)
            let (writer, _) = try await LiveClient.ready(server, token: token)
            try await slow.raw.stopReading()
            // More than the kernel's buffers of both ends take.
            let text = String(repeating: "长", count: 15_000)
            var count = 0
            while server.server.sockets == 2, count < 2000 {
                try await writer.say(text, "c-\(count)")
                _ = try await writer.frame("ack")
                count += 1
            }
            #expect(server.server.sockets == 1)
            let (again, _) = try await LiveClient.ready(server, token: token, after: 0)
            for number in 0..<count {
                let message = try await again.frame("message", where: { $0["direction"] == "in" })
                #expect(message["client_id"]?.string == "c-\(number)")
            }
        }
    }

    @Test("at shutdown every socket hears 1001, and the server ends within its time")
    func shutdown() async throws {
        // None of them goes by itself.
        try await TestServer.with({ options in
            options.limits.headTimeout = .seconds(3600)
            options.limits.helloTimeout = .seconds(3600)
            options.limits.pingInterval = .seconds(3600)
        }) { server in
            let (client, _) = try await LiveClient.ready(server, token: try await server.session()["token"]?.string ?? "")
            let unborn = try await RawClient(port: server.port)
            let fresh = try await LiveClient(port: server.port)
            let start = ContinuousClock.now
            await server.beginShutdown()
            #expect(try await client.closing().code == 1001)
            #expect(try await fresh.closing().code == 1001)
            // Too late where the server has waited long enough for it.
            try? await client.raw.send(LiveClient.frame(0x88, [0x03, 0xe9]))
            try await unborn.untilClosed()
            try await server.shutDown()
            #expect(ContinuousClock.now - start < .seconds(60))
        }
    }
}

/// Asks again until it is so.
func poll(within limit: Duration = .seconds(60), _ isSo: () -> Bool) async throws {
    let end = ContinuousClock.now + limit
    while !isSo() {
        guard ContinuousClock.now < end else { throw RawClient.Failure(description: "It did not come to be within \(limit).") }
        await Task.yield()
    }
}
