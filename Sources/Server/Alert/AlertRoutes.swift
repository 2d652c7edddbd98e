// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import HTTPTypes
import Insight

/// The alerts that the rules declare, and what people do about them.
enum AlertRoutes {
    private static let labels = Schema.Field.optional(
        "labels", .anyObject(bytes: 4096),
        "Only of the instances that have these, such as {\"team\": \"service\"}; all if not given.")

    static let all = [
        Route.list(
            "/v1/alerts", "listAlerts", "Alerts that are up, and after them the declared ones that are not.", .may(.readDesk),
            of: "Alert"
        ) { call in
            _ = try Cursor.page(call)
            return .ok(["items": .array(call.engine.alerts.map(value)), "next_cursor": .null])
        },
        Route.write(
            .post, "/v1/alerts/{id}/acknowledge", "acknowledgeAlert", "Somebody looks after an alert that is up.", .may(.answer),
            body: .object([labels]), optional: true, status: 204
        ) { call in
            try await call.engine.acknowledgeAlert(
                call.parameters["id"] ?? "", labels: try wanted(call.body["labels"]), by: try call.principal)
            return .nothing
        },
        Route.write(
            .post, "/v1/alerts/{id}/silence", "silenceAlert",
            "Nobody is told of an alert for a while; it goes up and down as before.", .may(.editRules),
            body: .object([.needed("for", .string(length: 2...20), "How long, such as 30m, at most 30d."), labels]), status: 204,
            example: ["for": "2h"]
        ) { call in
            guard let duration = call.body["for"]?.string.flatMap({ Duration(text: $0) }), duration > .zero,
                duration <= .seconds(30 * 86_400)
            else { throw Problem.invalid("/for", "a duration such as 30m or 12h was expected, at most 30d.") }
            try await call.engine.silenceAlert(
                call.parameters["id"] ?? "", labels: try wanted(call.body["labels"]), for: duration, by: try call.principal)
            return .nothing
        },
        Route.write(
            .delete, "/v1/alerts/{id}/silence", "endSilence", "Ends all silences of an alert.", .may(.editRules),
            status: 204
        ) { call in
            try await call.engine.silenceAlert(call.parameters["id"] ?? "", labels: [:], for: nil, by: try call.principal)
            return .nothing
        },
    ]

    private static func wanted(_ value: Value?) throws(Problem) -> [String: String] {
        var labels: [String: String] = [:]
        for pair in value?.object?.pairs ?? [] {
            guard let text = pair.value.string else { throw .invalid("/labels/\(pair.name)", "a text was expected.") }
            labels[pair.name] = text
        }
        return labels
    }

    private static func value(_ state: AlertState) -> Value {
        let rule = state.rule
        let labels = state.labels.sorted { $0.key < $1.key }.map { Value.Fields.Pair($0.key, .string($0.value)) }
        return
            ([
                "id": .string(rule.id), "state": .string(state.since == nil ? "quiet" : "raised"),
                "labels": .object(.init(unchecked: labels)), "severity": .string(rule.severity), "why": .string(rule.why),
                "measure": .string(rule.measure), "statistic": .string(rule.statistic.rawValue),
                "notify": .array(rule.notify.map(Value.string)), "file": .string(rule.file),
                "line": Value(rule.line), "since": Value(state.since?.rfc3339), "value": state.value.map(Value.double) ?? .null,
                "acknowledged_by": Value(state.acknowledgement?.by), "acknowledged_at": Value(state.acknowledgement?.at.rfc3339),
                "silenced_until": Value(state.silence?.until.rfc3339), "silenced_by": Value(state.silence?.by),
            ] as Value).compact()
    }
}
