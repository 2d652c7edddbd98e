// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Journal
import Logging
import NIOCore
import Testing

@testable import Server

@Suite("The server", .timeLimit(.minutes(10)))
struct DeskServerTests {
    @Test("says whether it lives and is ready") func health() async throws {
        try await TestServer.with { (server) async throws -> Void in
            #expect(try await server.call("GET", "/healthz").json["status"] == "ok")
            #expect(try await server.call("GET", "/readyz").json["status"] == "ready")
            await server.engine.drain()
            #expect(try await server.call("GET", "/readyz").status == 503)
            #expect(try await server.call("GET", "/healthz").status == 200)
        }
    }

    @Test("a port in use is said as such") func portInUse() async throws {
        try await TestServer.with { server in
            var options = ServerOptions()
            options.port = server.port
            let second = try DeskServer(
                engine: server.engine, options: options, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let failure = await #expect(throws: ServerFailure.self) { try await second.run() }
            #expect(failure?.code == .portInUse)
            #expect(failure?.message.contains("port \(server.port)") == true)
            await #expect(throws: ServerFailure.self) { try await second.boundPort }
        }
    }

    @Test("a certificate that is none is said as such") func certificate() async throws {
        try await TestServer.with { server in
            var options = ServerOptions()
            options.port = 0
            options.tls = TLSFiles(certificate: "/nowhere/cert.pem", key: "/nowhere/key.pem")
            let second = try DeskServer(
                engine: server.engine, options: options, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let failure = await #expect(throws: ServerFailure.self) { try await second.run() }
            #expect(failure?.code == .badCertificate)
        }
    }

    @Test("a shutdown ends long polls with what there is, and requests are finished") func shutdown() async throws {
        try await TestServer.with { server in
            let token = try await server.session()["token"]?.string ?? ""
            let head = server.engine.store.head
            async let answering = server.call("GET", "/v1/live/events?after=\(head)&wait=60", token: token)
            try await poll { server.engine.hub.listeners.customers == 1 }
            await server.beginShutdown()
            #expect(try await answering.status == 200)
        }
    }

    @Test("metrics are Prometheus text, for those who may read them") func metrics() async throws {
        try await TestServer.with { server in
            try await server.call("GET", "/healthz")
            let text = try await server.call("GET", "/metrics").text
            #expect(text.contains(#"http_server_requests_total{route="readHealth",status="200"} 1"#))
            #expect(text.contains("luadesk_ready 1"))
            #expect(text.contains("luadesk_queue_waiting 0"))
            #expect(text.contains("# TYPE luadesk_channel_received_total counter"))
            #expect(text.contains("# TYPE luadesk_plugin_step_seconds histogram"))
            for line in text.split(separator: "\n") where !line.hasPrefix("#") {
                #expect(line.wholeMatch(of: /[a-zA-Z_:][a-zA-Z0-9_:]*(\{.*\})? [-+0-9.eInfNa]+/) != nil, "\(line)")
            }
        }
        try await TestServer.with({ $0.metrics = .token }) { (server) async throws -> Void in
            #expect(try await server.call("GET", "/metrics").status == 401)
            #expect(try await server.call("GET", "/metrics", token: try await server.token(.auditor)).status == 200)
        }
    }

    @Test("a second upgrade on one connection is sent to a new one; what is no upgrade is told") func upgrades() async throws {
        try await TestServer.with { server in
            let client = try await RawClient(port: server.port)
            try await client.send("GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n")
            #expect(try await client.answer().status == 200)
            try await client.send(LiveClient.upgrade("/v1/live"))
            let answer = try await client.answer()
            #expect(answer.status == 307)
            #expect(answer.head.lowercased().contains("location: /v1/live"))
            #expect(try await server.call("GET", "/v1/live").status == 426)
            // Java's HTTP client offers HTTP/2 with its first request, whatever it carries.
            let java = try await RawClient(port: server.port)
            try await java.send(
                "POST /v1/live/sessions HTTP/1.1\r\nHost: desk\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                    + "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 17\r\n\r\n{\"channel\":\"web\"}")
            #expect(try await java.answer().status == 201)
            let old = try await RawClient(port: server.port)
            try await old.send(LiveClient.upgrade("/v1/live").replacing("Version: 13", with: "Version: 8"))
            #expect(try await old.answer().status == 426)
        }
    }
}
