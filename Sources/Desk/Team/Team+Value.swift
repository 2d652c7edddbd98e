// SPDX-License-Identifier: Apache-2.0

extension Team {
    /// The team as events, the store and the API write it.
    package var value: Value {
        Value(fields: [
            "id": .text(id), "name": .text(name), "hours": hours?.value, "strategy": .text(strategy.rawValue),
        ])
    }

    /// Reads what `value` wrote; nil if id or name is missing, or strategy or hours are wrong.
    package init?(value: Value) {
        guard let id = value.text("id"), let name = value.text("name"),
            let strategy = AssignmentStrategy(rawValue: value.text("strategy") ?? AssignmentStrategy.leastLoaded.rawValue)
        else { return nil }
        var hours: BusinessHours?
        if let written = value["hours"] {
            hours = BusinessHours(value: written)
            if hours == nil { return nil }
        }
        self.init(id: id, name: name, hours: hours, strategy: strategy)
    }
}
