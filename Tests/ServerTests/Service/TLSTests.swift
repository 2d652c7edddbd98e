// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import Server

@Suite("TLS by the server itself", .timeLimit(.minutes(10)))
struct TLSTests {
    /// A certificate for localhost that is its own authority, in a folder.
    private static func certificate(in folder: String) throws -> TLSFiles {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let files = TLSFiles(certificate: folder + "/cert.pem", key: folder + "/key.pem")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = [
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout", files.key, "-out", files.certificate,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return files
    }

    @Test("pages and live sockets are served over TLS, and plain requests are not answered") func secure() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/tls-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = try Self.certificate(in: folder)
        try await TestServer.with({ $0.tls = files }) { server in
            let page = try await RawClient(port: server.port, authority: files.certificate)
            try await page.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await page.answer().status == 200)
            let session = try await RawClient(port: server.port, authority: files.certificate)
            let body = #"{"channel":"web"}"#
            try await session.send(
                "POST /v1/live/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            let token = try #require(try Value(json: try await session.answer().body)["token"]?.string)
            let socket = try await LiveClient(port: server.port, authority: files.certificate)
            try await socket.send(["type": "hello", "token": .string(token)])
            #expect(try await socket.frame("ready")["role"] == "customer")
            try await socket.say("hello", "c-1")
            #expect(try await socket.frame("ack")["client_id"] == "c-1")
            let plain = try await RawClient(port: server.port)
            try await plain.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            try await plain.untilClosed()
        }
    }

    @Test("a certificate that is not there stops the start and says which") func missing() async throws {
        let failure = await #expect(throws: (any Error).self) {
            try await TestServer.with({ $0.tls = TLSFiles(certificate: "/nowhere/cert.pem", key: "/nowhere/key.pem") }) { _ in }
        }
        #expect("\(try #require(failure))".contains("/nowhere/cert.pem"))
    }
}
