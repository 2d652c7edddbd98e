// SPDX-License-Identifier: Apache-2.0
import Desk
import HTTPTypes
import Testing

@testable import Server

@Suite("Who may do what", .timeLimit(.minutes(10)))
struct PermissionTests {
    @Test("every route refuses nobody with 401 and each role by the one table, with 403") func everyRoute() async throws {
        try await TestServer.with { server in
            var tokens: [Role: String] = [:]
            for role in Role.allCases { tokens[role] = try await server.token(role) }
            for route in Route.all where route.access != .open {
                let path = route.path.replacing("{id}", with: "none").replacing("{name}", with: "none").replacing(
                    "{path}", with: "none.lua")
                // Before anything else is looked at: not even a wrong body tells who is refused anything.
                let nobody = try await server.call(route.method.rawValue, path, bytes: route.isWrite ? Array("{".utf8) : nil)
                #expect(nobody.status == 401, "\(route.id)")
                #expect(nobody.header("WWW-Authenticate") == "Bearer")
                guard case .may(let permission) = route.access else { continue }
                for role in Role.allCases {
                    // No body that could do anything.
                    let answer = try await server.call(
                        route.method.rawValue, path, bytes: route.isWrite ? Array("{".utf8) : nil, token: tokens[role])
                    #expect((answer.status == 403) == !role.may(permission), "\(route.id) as \(role): \(answer.status)")
                }
            }
        }
    }

    @Test("a customer's session opens the live channel and nothing else") func customers() async throws {
        try await TestServer.with { server in
            let token = try await server.session()["token"]?.string ?? ""
            for route in Route.all where route.access != .open && route.access != .live && route.method == .get {
                let path = route.path.replacing("{id}", with: "none").replacing("{name}", with: "none").replacing(
                    "{path}", with: "none.lua")
                #expect(try await server.call("GET", path, token: token).status == 401, "\(route.id)")
            }
        }
    }

    @Test("a revoked token is worth nothing at once") func revoked() async throws {
        try await TestServer.with { server in
            let admin = try await server.token(.admin)
            let made = try await server.call("POST", "/v1/tokens", ["name": "crm", "role": "integration"], token: admin)
            #expect(made.status == 201)
            let secret = try #require(made.json["token"]?.string)
            #expect(try await server.call("GET", "/v1/me", token: secret).json["role"] == "integration")
            #expect(try await server.call("POST", "/v1/tokens", ["name": "crm", "role": "admin"], token: admin).status == 409)
            #expect(try await server.call("DELETE", "/v1/tokens/crm", token: admin).status == 204)
            #expect(try await server.call("GET", "/v1/me", token: secret).status == 401)
            #expect(try await server.call("GET", "/v1/tokens", token: admin).text.contains(secret) == false)
        }
    }
}
