// SPDX-License-Identifier: Apache-2.0
import Desk
import Insight
import Journal
import Rules

/// What people do about alerts. It stands in the journal, so that it is still so after a start.
extension DeskEngine {
    /// Those that are up first; then the declared ones of which none is.
    package var alerts: [AlertState] {
        watch.alerts(of: rules.active.watched).filter { $0.since != nil || !$0.rule.file.isEmpty }
    }

    /// Says that somebody looks after an alert.
    /// - Parameter labels: only instances that have these; empty: all that are up.
    /// - Throws: `notFound` for an alert that is not declared, `conflict` where none is up that nobody has seen.
    package func acknowledgeAlert(_ id: String, labels: [String: String], by principal: Principal) async throws {
        try await work {
            try requireAlert(id)
            // A person by their name, whatever their token is called.
            let name = principal.agent.flatMap { agent in roster.read { $0.agents[agent]?.name } } ?? principal.name
            let found = watch.acknowledge(id, labels: labels, by: name)
            guard !found.isEmpty else {
                throw DeskError(.conflict, "No alert '\(id)' is up that nobody has acknowledged.")
            }
            try await note(
                .alertAcknowledged,
                ["alert": .string(id), "labels": .array(found.map(Self.value)), "by": .string(name)],
                principal)
        }
    }

    /// Nobody is told of an alert for a while; it is raised and cleared as before.
    /// - Parameter duration: nil ends the silence.
    /// - Throws: `notFound` for an alert that is not declared, `conflict` where no silence is to be ended.
    package func silenceAlert(
        _ id: String, labels: [String: String], for duration: Duration?, by principal: Principal
    ) async throws {
        try await work {
            try requireAlert(id)
            let until = duration.map { clock() + $0 }
            guard watch.silence(id, labels: labels, until: until, by: principal.name) else {
                throw DeskError(.conflict, "The alert '\(id)' is not silenced.")
            }
            try await note(
                .alertSilenced,
                ([
                    "alert": .string(id), "labels": Self.value(labels), "until": Value(until?.rfc3339),
                    "by": .string(principal.name),
                ] as Value).compact(), principal)
        }
    }

    private func requireAlert(_ id: String) throws(DeskError) {
        guard rules.active.watched.contains(where: { $0.id == id }) else {
            throw DeskError(.notFound, "There is no alert '\(id)'.")
        }
    }

    private func note(_ kind: Event.Kind, _ payload: Value, _ principal: Principal) async throws {
        _ = try await store.append(
            Entry(at: clock(), events: [Event.Draft(kind, actor: principal.actor, payload: payload)]))
    }

    private static func value(_ labels: [String: String]) -> Value {
        .object(.init(unchecked: labels.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }))
    }
}

extension RuleSet {
    /// What it declares, and the desk's own.
    var watched: [AlertRule] { alerts.contains { $0.id == AlertRule.ruleSetAside.id } ? alerts : alerts + [.ruleSetAside] }
}

extension AlertRule {
    /// A rule that is set aside answers no customers: somebody must know, also where the rules declare no alert for it. One with the same id
    /// takes its place.
    static let ruleSetAside = AlertRule(
        id: "rule_set_aside",
        why: "It failed five times in a minute and is not asked for a while; rule.failed among the events says where.",
        measure: "rule_errors", over: .seconds(60), by: ["rule"], raise: .above(4), severity: "critical")
}
