// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import HTTPTypes
import Journal

/// Agents and teams.
enum TeamRoutes {
    static let all = [
        Route.list("/v1/agents", "listAgents", "All agents.", .may(.readDesk), of: "Agent") { call in
            let page = try Cursor.page(call)
            let items = try await call.engine.store.agents().sorted { $0.id < $1.id }.filter { $0.id.number > page.after ?? 0 }
            return Cursor.reply(Array(items.prefix(page.limit)), page, number: \.id.number, value: \.value)
        },
        Route.get("/v1/agents/{id}", "readAgent", "One agent.", .may(.readDesk), answer: .reference("Agent")) { call in
            let id: ID<Agent> = try call.id("agent")
            guard let agent = try await call.engine.store.agents().first(where: { $0.id == id }) else {
                throw Problem.notFound("agent", id.text)
            }
            return .ok(agent.value)
        },
        Route.write(
            .post, "/v1/agents", "createAgent", "Adds an agent.", .may(.manageTeam), body: agent(isNew: true), status: 201,
            answer: .reference("Agent"), example: ["name": "Lin", "teams": ["service"], "capacity": 5]
        ) { call in
            let agent = try await call.engine.putAgent(call.body.compact(), id: nil, by: try call.principal)
            return .created(agent.value, at: "/v1/agents/\(agent.id)")
        },
        Route.write(
            .patch, "/v1/agents/{id}", "changeAgent", "Changes an agent.", .may(.manageTeam), body: agent(isNew: false),
            answer: .reference("Agent")
        ) { call in
            .ok(try await call.engine.putAgent(call.body.compact(), id: try call.id("agent"), by: try call.principal).value)
        },
        Route.write(
            .put, "/v1/agents/{id}/presence", "setPresence", "Sets presence: agents their own, leads anybody's.", .may(.answer),
            body: .object([.needed("presence", .choice(Agent.Presence.allCases.map(\.rawValue)))]), answer: .reference("Agent"),
            example: ["presence": "online"]
        ) { call in
            let presence = call.body["presence"]?.string.flatMap(Agent.Presence.init) ?? .offline
            return .ok(try await call.engine.setPresence(try call.id("agent"), presence, by: try call.principal).value)
        },
        Route.list("/v1/teams", "listTeams", "All teams.", .may(.readDesk), of: "Team") { call in
            _ = try Cursor.page(call)
            let items = try await call.engine.store.teams().sorted { $0.id < $1.id }
            return .ok(["items": .array(items.map(\.value)), "next_cursor": .null])
        },
        Route.get("/v1/teams/{id}", "readTeam", "One team.", .may(.readDesk), answer: .reference("Team")) { call in
            let id = call.parameters["id"] ?? ""
            guard let team = try await call.engine.store.teams().first(where: { $0.id == id }) else {
                throw Problem.notFound("team", id)
            }
            return .ok(team.value)
        },
        Route.write(
            .put, "/v1/teams/{id}", "putTeam", "Adds a team, or changes it.", .may(.manageTeam),
            body: .object([
                .optional("name", .string(length: 1...100)),
                .optional("strategy", .choice(AssignmentStrategy.allCases.map(\.rawValue))),
                .optional("hours", .anyObject(), "Opening hours, as in the configuration."),
            ]), answer: .reference("Team"), example: ["name": "After sales", "strategy": "least_loaded"]
        ) { call in
            .ok(try await call.engine.putTeam(call.body.compact(), id: call.parameters["id"] ?? "", by: try call.principal).value)
        },
    ]

    private static func agent(isNew: Bool) -> Schema {
        let name = Schema.string(length: 1...100)
        return .object([
            isNew ? .needed("name", name) : .optional("name", name), .optional("role", .choice(Role.allCases.map(\.rawValue))),
            .optional("teams", .array(.string(length: 1...64), limit: 100)),
            .optional("skills", .array(.string(length: 1...100), limit: 100)),
            .optional("capacity", .integer(0...100), "Conversations at the same time."),
        ])
    }
}
