// SPDX-License-Identifier: Apache-2.0

/// What an alert says about its measure besides the name.
package struct MeasureOptions: Sendable, Hashable {
    /// What an SLA promises.
    package enum Target: String, Sendable, Hashable, CaseIterable {
        case firstResponse = "first_response"
        case resolution
    }

    /// By what a time is counted.
    package enum Time: String, Sendable, Hashable, CaseIterable {
        /// The clock on the wall.
        case wall
        /// Only while the team that had it works: several spans a day, holidays, days of their own, its time zone. A team without hours
        /// always works.
        case business
    }

    package var time: Time
    /// The target of `timely_response_rate` and `sla_attainment`.
    package var within: Duration
    package var target: Target
    /// What is known so far, instead of what is final.
    package var isProvisional: Bool
    /// A measure of the author's own, instead of a named one.
    package var own: EventCount?

    package init(
        within: Duration = .seconds(30), target: Target = .firstResponse, time: Time = .wall, isProvisional: Bool = false,
        own: EventCount? = nil
    ) {
        self.time = time
        self.within = within
        self.target = target
        self.isProvisional = isProvisional
        self.own = own
    }
}

/// A measure of the author's own: how many events of a kind match.
package struct EventCount: Sendable, Hashable {
    package let kind: Event.Kind
    /// By name: a field of the payload (dotted where it stands deeper), `channel` or `actor`; one of the values must be there.
    package let match: [String: [Value]]

    package init(kind: Event.Kind, match: [String: [Value]] = [:]) {
        self.kind = kind
        self.match = match
    }

    /// A list in the payload matches if one of its items does.
    package func holds(_ event: Event) -> Bool {
        event.kind == kind
            && match.allSatisfy { name, wanted in
                let found: Value? =
                    switch name {
                    case "channel": event.channel.map(Value.string) ?? event.payload["channel"]
                    case "actor": .string(event.actor.text)
                    default: name.split(separator: ".").reduce(event.payload) { $0?[String($1)] }
                    }
                return (found?.array ?? found.map { [$0] } ?? []).contains { item in wanted.contains { Self.isSame($0, item) } }
            }
    }

    /// 1 and 1.0 are the same number.
    private static func isSame(_ a: Value, _ b: Value) -> Bool {
        if case .string = a { return a == b }
        if case .bool = a { return a == b }
        return a.double != nil && a.double == b.double
    }
}
