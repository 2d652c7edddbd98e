// SPDX-License-Identifier: Apache-2.0

extension Conversation {
    /// The conversation as events, the store and the API write it.
    ///
    /// What only the desk itself needs stands under names with a leading `_`: `_fired`, `_flow`. Doors to the outside drop those.
    package var value: Value {
        Value(fields: [
            "id": .id(id),
            "customer_id": .id(customer),
            "channel": .text(channel),
            "state": .text(state.rawValue),
            "team": .text(team),
            "agent_id": .id(agent),
            "priority": .int(Int64(priority)),
            "tags": .texts(tags),
            "attributes": attributes,
            "mood": .double(mood),
            "sla": .text(sla),
            "started_at": .time(startedAt),
            "updated_at": .time(updatedAt),
            "waiting_since": .time(waitingSince),
            "person_wanted_since": .time(personWantedSince),
            "queued_at": .time(queuedAt),
            "assigned_at": .time(assignedAt),
            "last_customer_message_at": .time(lastCustomerMessageAt),
            "last_reply_at": .time(lastReplyAt),
            "resolved_at": .time(resolvedAt),
            "last_agent_id": .id(lastAgent),
            "reopenings": .int(Int64(reopenings)),
            "strategy": .text(strategy.rawValue),
            "skills": .texts(skills),
            "_sender": .text(sender),
            "_begun": hasBegun ? .bool(true) : nil,
            "_fired": fired.isEmpty ? Value?.none : Self.value(ofFired: fired),
            "_flow": flow?.value,
        ])
    }

    /// Reads what `value` wrote; nil if a needed field is missing or wrong.
    package init?(value: Value) {
        guard let id: ID<Conversation> = value.id("id"), let customer: ID<Customer> = value.id("customer_id"),
            let channel = value.text("channel"), let state = value.text("state").flatMap(ConversationState.init(rawValue:)),
            let startedAt = value.time("started_at")
        else { return nil }
        self.init(id: id, customer: customer, channel: channel, startedAt: startedAt)
        self.state = state
        team = value.text("team")
        agent = value.id("agent_id")
        priority = value.number("priority") ?? 0
        tags = value.texts("tags")
        attributes = value.fields("attributes")
        mood = value["mood"]?.double ?? 0
        sla = value.text("sla")
        updatedAt = value.time("updated_at") ?? startedAt
        waitingSince = value.time("waiting_since")
        personWantedSince = value.time("person_wanted_since")
        queuedAt = value.time("queued_at")
        assignedAt = value.time("assigned_at")
        lastCustomerMessageAt = value.time("last_customer_message_at")
        lastReplyAt = value.time("last_reply_at")
        resolvedAt = value.time("resolved_at")
        lastAgent = value.id("last_agent_id")
        reopenings = value.number("reopenings") ?? 0
        strategy = value.text("strategy").flatMap(AssignmentStrategy.init(rawValue:)) ?? .leastLoaded
        skills = value.texts("skills")
        sender = value.text("_sender")
        hasBegun = value["_begun"]?.bool ?? false
        for pair in value["_fired"]?.object?.pairs ?? [] {
            fired[pair.name] = pair.value.string.flatMap { Instant(rfc3339: $0) }
        }
        if let record = value["_flow"] {
            guard let flow = FlowRecord(value: record) else { return nil }
            self.flow = flow
        }
    }

    /// In the order of the rules' ids, so that the same conversation is always written the same way.
    private static func value(ofFired fired: [String: Instant]) -> Value {
        .object(.init(unchecked: fired.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value.rfc3339)) }))
    }
}
