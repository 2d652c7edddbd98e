// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import HTTPTypes
import Journal

/// API tokens. A secret is shown once, when it is made.
enum TokenRoutes {
    static let all = [
        Route.list("/v1/tokens", "listTokens", "Tokens by name, never their secrets.", .may(.administer), of: "Token") { call in
            _ = try Cursor.page(call)
            let items = try await call.engine.store.tokens().sorted { $0.name < $1.name }
            return .ok(["items": .array(items.map(value)), "next_cursor": .null])
        },
        Route.write(
            .post, "/v1/tokens", "createToken", "Makes a token; its secret stands in this answer only.", .may(.administer),
            body: .object([
                .needed("name", .string(length: 1...100)), .needed("role", .choice(Role.allCases.map(\.rawValue))),
                .optional("agent_id", .id("a"), "Whose it is, for tokens of agents."),
            ]), status: 201, answer: .reference("NewToken"), example: ["name": "crm", "role": "integration"]
        ) { call in
            let name = call.body["name"]?.string ?? ""
            let agent = call.body["agent_id"]?.string.flatMap { ID<Agent>(text: $0) }
            if call.body["agent_id"]?.string != nil, agent == nil {
                throw Problem.invalid("/agent_id", "this is no id of an agent.")
            }
            let role = call.body["role"]?.string.flatMap(Role.init) ?? .auditor
            let secret = try await call.engine.createToken(name: name, role: role, agent: agent, by: try call.principal)
            return .created(
                [
                    "token": .string(secret), "name": .string(name), "role": .string(role.rawValue),
                    "agent_id": Value(agent?.text),
                ],
                at: "/v1/tokens")
        },
        Route.write(
            .delete, "/v1/tokens/{name}", "revokeToken", "Makes a token worthless at once.", .may(.administer), status: 204
        ) { call in
            try await call.engine.revokeToken(name: call.parameters["name"] ?? "", by: try call.principal)
            return .nothing
        },
    ]

    private static func value(_ token: AccessToken) -> Value {
        [
            "name": .string(token.name), "role": .string(token.role.rawValue), "agent_id": Value(token.agent?.text),
            "created_at": .string(token.createdAt.rfc3339),
        ]
    }
}
