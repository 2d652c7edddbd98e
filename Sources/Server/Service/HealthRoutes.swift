// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import HTTPTypes
import Journal

/// Whether the server lives, and whether it takes work; the description of all routes.
enum HealthRoutes {
    static let all = [
        Route.get("/healthz", "readHealth", "200 while the program lives.", .open, answer: .reference("Health")) { call in
            .ok(["status": "ok", "version": .string(call.desk.options.version)])
        },
        Route.get(
            "/readyz", "readReadiness", "200 when the desk takes work, 503 before and while it shuts down.", .open,
            answer: .reference("Health")
        ) { call in
            guard call.engine.isReady else {
                throw Problem(503, "not_ready", "The desk takes no work now.", headers: [.retryAfter: "1"])
            }
            return .ok(["status": "ready", "version": .string(call.desk.options.version)])
        },
        Route.get("/openapi.json", "readOpenAPI", "This API, as an OpenAPI 3.1 document.", .open, answer: .anyObject()) { call in
            .ok(OpenAPI.document(call.desk.table.routes, version: call.desk.options.version))
        },
        Route.get("/v1/me", "readMe", "Whose token this is and what it may do.", .signedIn, answer: .reference("Me")) { call in
            let principal = try call.principal
            var me: Value = [
                "name": .string(principal.name), "role": .string(principal.role.rawValue),
                "agent_id": Value(principal.agent?.text),
                "permissions": .array(Permission.allCases.filter(principal.role.may).map { .string($0.rawValue) }),
            ]
            if let id = principal.agent, let agent = try await call.engine.store.agents().first(where: { $0.id == id }) {
                me["agent"] = agent.value
            }
            return .ok(me)
        },
    ]
}
