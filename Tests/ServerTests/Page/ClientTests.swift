// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import Server

@Suite("Client files", .timeLimit(.minutes(10)))
struct ClientTests {
    /// Two folders of plugins with clients, a secret beside them and links that lead there.
    private static func folders() throws -> String {
        let root = FileManager.default.temporaryDirectory.path + "/clients-\(UUID().uuidString)"
        for (path, text) in [
            ("own/live/clients/web/theme.css", "own"), ("shipped/live/clients/web/theme.css", "shipped"),
            ("shipped/live/clients/web/luadesk.js", "kit"), ("shipped/live/clients/web/iframe.html", "<p>frame</p>"),
            ("shipped/live/clients/web/.hidden.js", "hidden"), ("shipped/live/clients/web/run.sh", "shell"),
            ("shipped/live/secret.js", "secret"), ("shipped/shop/plugin.lua", "secret"),
        ] {
            let url = URL(fileURLWithPath: "\(root)/\(path)")
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        try FileManager.default.createSymbolicLink(
            atPath: "\(root)/shipped/live/clients/web/link.js", withDestinationPath: "\(root)/shipped/live/secret.js")
        return root
    }

    private func with(_ origins: [String] = [], _ body: @Sendable (TestServer, String) async throws -> Void) async throws {
        let root = try Self.folders()
        defer { try? FileManager.default.removeItem(atPath: root) }
        try await TestServer.with { options in
            options.pluginFolders = ["\(root)/own", "\(root)/shipped"]
            options.origins = origins
        } _: { server in
            try await body(server, root)
        }
    }

    @Test(
        "a kit's file is read from the folders of plugins, the first that has it, for pages of any origin; a saved change is live"
    )
    func served() async throws {
        try await with { server, root in
            let answer = try await server.call("GET", "/clients/web/luadesk.js?v=3", headers: ["Origin": "https://shop.example"])
            #expect(answer.status == 200 && answer.text == "kit")
            #expect(answer.header("Content-Type") == "text/javascript; charset=utf-8")
            #expect(answer.header("Cache-Control") == "no-cache")
            #expect(answer.header("Access-Control-Allow-Origin") == "*")
            #expect(answer.header("Cross-Origin-Resource-Policy") == "cross-origin")
            #expect(answer.header("X-Content-Type-Options") == "nosniff")
            #expect(try await server.call("GET", "/clients/web/theme.css").text == "own")
            let tag = try #require(answer.header("ETag"))
            #expect(try await server.call("GET", "/clients/web/luadesk.js", headers: ["If-None-Match": tag]).status == 304)
            try Data("changed".utf8).write(to: URL(fileURLWithPath: "\(root)/shipped/live/clients/web/luadesk.js"))
            let later = try await server.call("GET", "/clients/web/luadesk.js", headers: ["If-None-Match": tag])
            #expect(later.status == 200 && later.text == "changed")
        }
    }

    @Test(
        "nothing else of the disk is given out",
        arguments: [
            "web/../../secret.js", "web/..%2f..%2fsecret.js", "..%2fsecret.js", "%2e%2e/secret.js", "web/link.js",
            "web/.hidden.js", "web/run.sh",
            "web", "web%2f", "web//luadesk.js%00", "%2fetc%2fpasswd", "../../shop/plugin.lua", "..%5csecret.js", "web/none.js",
            "web/luadesk.js%00.js",
        ])
    func refused(_ path: String) async throws {
        try await with { server, _ in
            let client = try await RawClient(port: server.port)
            // Past any client that tidies paths up.
            try await client.send("GET /clients/\(path) HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n")
            let answer = try await client.answer()
            #expect([400, 404].contains(answer.status), "\(answer)")
        }
    }

    @Test("the iframe's page runs our script only, and is framed only by origins that may use the channel")
    func framing() async throws {
        try await with { server, _ in
            let policy = try #require(
                try await server.call("GET", "/clients/web/iframe.html?lang=en").header("Content-Security-Policy"))
            #expect(policy.contains("script-src 'self';") && !policy.contains("unsafe") && policy.hasSuffix("frame-ancestors *"))
        }
        try await with(["https://shop.example"]) { server, _ in
            let answer = try await server.call("GET", "/clients/web/iframe.html")
            #expect(answer.header("Content-Security-Policy")?.hasSuffix("frame-ancestors 'self' https://shop.example") == true)
            let asked: Value = ["channel": "web"]
            for (origin, allowed) in [("https://shop.example", "https://shop.example"), ("https://other.example", nil)] {
                let session = try await server.call("POST", "/v1/live/sessions", asked, headers: ["Origin": origin])
                #expect(session.header("Access-Control-Allow-Origin") == allowed)
                let preflight = try await server.call(
                    "OPTIONS", "/v1/live/media", headers: ["Origin": origin, "Access-Control-Request-Method": "POST"])
                #expect(preflight.header("Access-Control-Allow-Origin") == allowed)
            }
        }
    }

    @Test("a channel's own origins and common questions count for its sessions")
    func channelSettings() async throws {
        try await TestServer.with { server in
            let asked: Value = ["channel": "shop"]
            for (origin, status) in [
                ("https://shop.example", 201), ("https://other.example", 403), (nil, 201), (server.url, 201),
            ] {
                let headers = origin.map { ["Origin": $0] } ?? [:]
                let answer = try await server.call("POST", "/v1/live/sessions", asked, headers: headers)
                #expect(answer.status == status, "\(origin ?? "no origin")")
                if status == 201 { #expect(answer.json["faq"] == ["zh-CN": ["多少钱？"], "en": ["How much?"]]) }
                if status == 403 { #expect(answer.code == "origin_forbidden") }
            }
            let frame = try await server.call("GET", "/clients/web/iframe.html?channel=shop")
            #expect(frame.status == 404, "no folder of plugins")
            let token = try #require(try await server.call("POST", "/v1/live/sessions", asked).json["token"]?.string)
            let ready = try await LiveClient.ready(server, token: token).ready
            #expect(ready["faq"] == ["zh-CN": ["多少钱？"], "en": ["How much?"]])
        }
    }
}
