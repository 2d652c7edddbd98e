// SPDX-License-Identifier: Apache-2.0

extension Agent {
    /// The agent as events, the store and the API write it.
    package var value: Value {
        Value(fields: [
            "id": .id(id),
            "name": .text(name),
            "role": .text(role.rawValue),
            "teams": .texts(teams),
            "skills": .texts(skills),
            "capacity": .int(Int64(capacity)),
            "presence": .text(presence.rawValue),
            "idle_since": .time(idleSince),
        ])
    }

    /// Reads what `value` wrote; nil if a needed field is missing or wrong.
    package init?(value: Value) {
        guard let id: ID<Agent> = value.id("id"), let name = value.text("name"),
            let role = value.text("role").flatMap(Role.init(rawValue:)), let capacity = value.number("capacity"),
            let presence = value.text("presence").flatMap(Presence.init(rawValue:)),
            let idleSince = value.time("idle_since")
        else { return nil }
        self.init(
            id: id, name: name, role: role, teams: value.texts("teams"), skills: value.texts("skills"),
            capacity: capacity, presence: presence, idleSince: idleSince)
    }
}
