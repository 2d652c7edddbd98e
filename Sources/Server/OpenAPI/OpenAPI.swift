// SPDX-License-Identifier: Apache-2.0
import Desk
import HTTPTypes

/// The OpenAPI 3.1 document, made from the table that also routes.
enum OpenAPI {
    static func document(_ routes: [Route], version: String) -> Value {
        var paths: Value = .object(.init())
        for route in routes {
            var path = paths[route.path] ?? .object(.init())
            path[route.method.rawValue.lowercased()] = operation(route)
            paths[route.path] = path
        }
        paths["/hooks/{channel}"] = ["get": hook("get"), "post": hook("post")]
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "LuaDesk", "version": .string(version),
                "summary": "A customer-service desk: conversations, tickets, people, rules.",
                "description": .string(introduction), "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "/"]],
            "tags": .array(tags(routes).map { ["name": .string($0)] }),
            "paths": paths,
            "components": [
                "schemas": schemas,
                "securitySchemes": [
                    "token": ["type": "http", "scheme": "bearer", "description": "An API token: luadesk token create."],
                    "session": [
                        "type": "http", "scheme": "bearer", "description": "A customer's session: POST /v1/live/sessions.",
                    ],
                ],
                "responses": [
                    "Problem": [
                        "description": "What went wrong (RFC 9457).",
                        "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
                    ]
                ],
            ],
        ]
    }

    private static let introduction = """
        JSON in snake_case, times as RFC 3339 in UTC, ids as strings. Lists come as {"items", "next_cursor"}; give next_cursor as \
        after to go on. Errors are problem details. Writes take an Idempotency-Key: the same key and body again, within a day, gets \
        the first answer, marked Idempotent-Replayed. Unknown parameters and fields are refused by name.
        """

    private static func tags(_ routes: [Route]) -> [String] { Array(Set(routes.map(\.tag) + ["hooks"])).sorted() }

    private static var schemas: Value {
        .object(.init(unchecked: Components.schemas.sorted { $0.key < $1.key }.map { .init($0.key, $0.value.value) }))
    }

    private static func operation(_ route: Route) -> Value {
        var operation: Value = [
            "operationId": .string(route.id), "summary": .string(route.summary), "tags": [.string(route.tag)],
            "responses": responses(route),
        ]
        if let needs = needs(route) { operation["description"] = .string(needs) }
        let parameters = parameters(route)
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let body = route.body {
            var content: Value = ["schema": body.value]
            if let example = route.example { content["example"] = example }
            operation["requestBody"] = ["required": .bool(!route.bodyIsOptional), "content": ["application/json": content]]
        }
        switch route.access {
        case .open: operation["security"] = []
        case .live: operation["security"] = [["session": []], ["token": []]]
        case .signedIn, .may: operation["security"] = [["token": []]]
        }
        return operation
    }

    private static func needs(_ route: Route) -> String? {
        guard case .may(let permission) = route.access else { return nil }
        let roles = Role.allCases.filter { $0.may(permission) }.map(\.rawValue)
        return "Needs \(permission.rawValue): \(roles.joined(separator: ", "))."
    }

    private static func parameters(_ route: Route) -> [Value] {
        var found: [Value] = route.path.split(separator: "/").filter { $0.hasPrefix("{") }.map { part in
            ["name": .string(String(part.dropFirst().dropLast())), "in": "path", "required": true, "schema": ["type": "string"]]
        }
        found += route.parameters.map { parameter in
            [
                "name": .string(parameter.name), "in": "query", "required": .bool(parameter.isNeeded),
                "description": .string(parameter.note), "schema": parameter.schema.value,
            ]
        }
        if route.isWrite, route.access != .open {
            found.append([
                "name": "Idempotency-Key", "in": "header", "required": false,
                "description": "Any text of yours, up to 200 characters: the same again does nothing again.",
                "schema": ["type": "string"],
            ])
        }
        return found
    }

    private static func responses(_ route: Route) -> Value {
        var ok: Value = ["description": .string(Problem.title(route.status))]
        if let answer = route.answer { ok["content"] = ["application/json": ["schema": answer.value]] }
        let problem: Value = ["$ref": "#/components/responses/Problem"]
        var responses: Value = .object(.init())
        responses[String(route.status)] = ok
        if route.access != .open { responses["401"] = problem }
        if case .may = route.access { responses["403"] = problem }
        if route.path.contains("{") { responses["404"] = problem }
        if route.body != nil { for status in ["400", "413", "415", "422"] { responses[status] = problem } }
        responses["default"] = problem
        return responses
    }

    private static func hook(_ method: String) -> Value {
        [
            "operationId": .string("\(method)Hook"), "tags": ["hooks"], "security": [],
            "summary": "A platform's callback; the channel's plugin verifies and answers it. Any method.",
            "parameters": [["name": "channel", "in": "path", "required": true, "schema": ["type": "string"]]],
            "responses": [
                "200": ["description": "Taken: on disk."], "404": ["description": "No such channel."],
                "413": ["description": "Too large."], "default": ["description": "Refused by the channel's plugin."],
            ],
        ]
    }
}
