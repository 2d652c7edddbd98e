// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Server

@Suite("Pages", .timeLimit(.minutes(10)))
struct PageTests {
    @Test("every file of the pages is served, under its name, with its type") func all() async throws {
        let folder = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../Sources/Server/Pages").standardized.path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }
        #expect(Set(names) == Set(PageAsset.all.keys))
        try await TestServer.with { server in
            for name in names {
                let answer = try await server.call("GET", "/assets/\(name)")
                #expect(answer.status == 200)
                #expect(answer.header("Content-Type") != "application/octet-stream", "\(name)")
                let tag = try #require(answer.header("ETag"))
                #expect(try await server.call("GET", "/assets/\(name)", headers: ["If-None-Match": tag]).status == 304)
            }
            #expect(try await server.call("GET", "/assets/none.js").status == 404)
        }
    }

    @Test("pages come with a policy that lets no foreign or inline script run") func policy() async throws {
        try await TestServer.with { server in
            for path in ["/", "/chat", "/chat?channel=web&lang=en", "/desk", "/desk/rules?lang=en"] {
                let answer = try await server.call("GET", path)
                #expect(answer.status == 200)
                #expect(answer.header("Content-Type") == "text/html; charset=utf-8")
                let policy = try #require(answer.header("Content-Security-Policy"))
                #expect(policy.contains("script-src 'self'") && !policy.contains("unsafe"))
                #expect(answer.header("X-Content-Type-Options") == "nosniff")
                let inline = try Regex("<script(?![^>]*src=)|\\son[a-z]+=|style=\"|<style")
                #expect(answer.text.firstMatch(of: inline) == nil, "\(path) has what its policy forbids")
            }
        }
    }
}
