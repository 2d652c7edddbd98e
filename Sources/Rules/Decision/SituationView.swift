// SPDX-License-Identifier: Apache-2.0
import Desk

/// A situation as functions of rules see it: `c.customer.vip_level`, `c.conversation.state`, `c.message.text`, `c.now.hour`.
enum SituationView {
    /// What may be read, beyond the author's own attributes; the prelude refuses other names.
    static let fieldNames: Value = .object(
        .init(
            unchecked: ["c", "conversation", "message", "now", "desk"].map { part in
                .init(part, .array(Manual.names(of: part == "c" ? part : "c.\(part)").map(Value.string)))
            }))

    static func value(_ facts: Facts) -> Value {
        let situation = facts.situation
        var pairs: [Value.Fields.Pair] = []
        pairs.reserveCapacity(13)
        func put(_ name: String, _ value: Value) { pairs.append(.init(name, value)) }
        put("customer", customer(situation.customer))
        put("conversation", conversation(situation.conversation, at: situation.now))
        if let message = situation.message { put("message", Self.message(message, facts)) }
        put("now", clock(situation.now, offset: facts.offset))
        put("desk", desk(situation.desk))
        put("channel", .string(situation.conversation.channel))
        put("mood", .double(situation.conversation.mood))
        if let best = situation.understanding.intents.first {
            put("intent", .string(best.intent))
            put("confidence", .double(best.confidence))
        }
        if let language = facts.language { put("language", .string(language)) }
        put("waiting_s", .double(facts[.waitingSeconds].number ?? 0))
        put("queued_s", .double(facts[.queuedSeconds].number ?? 0))
        put("occasion", .string(situation.occasion.name))
        return .object(.init(unchecked: pairs))
    }

    /// Attributes lie beside the customer's own fields; a field of ours wins over an attribute of the same name.
    private static func customer(_ customer: Customer) -> Value {
        var fields = customer.attributes.object ?? .init()
        fields["attributes"] = customer.attributes
        fields["id"] = .string(customer.id.text)
        fields["name"] = customer.name.map(Value.string)
        fields["language"] = customer.language.map(Value.string)
        fields["tags"] = .array(customer.tags.map(Value.string))
        fields["is_test"] = .bool(customer.isTest)
        fields["created_at"] = .string(customer.createdAt.rfc3339)
        fields["last_seen_at"] = .string(customer.lastSeenAt.rfc3339)
        return .object(fields)
    }

    private static func conversation(_ conversation: Conversation, at now: Instant) -> Value {
        var pairs: [Value.Fields.Pair] = []
        pairs.reserveCapacity(21)
        func put(_ name: String, _ value: Value?) { if let value { pairs.append(.init(name, value)) } }
        func time(_ instant: Instant?) -> Value? { instant.map { .string($0.rfc3339) } }
        put("id", .string(conversation.id.text))
        put("state", .string(conversation.state.rawValue))
        put("team", conversation.team.map(Value.string))
        put("agent", conversation.agent.map { .string($0.text) })
        put("channel", .string(conversation.channel))
        put("priority", .int(Int64(conversation.priority)))
        put("tags", .array(conversation.tags.map(Value.string)))
        put("attributes", conversation.attributes)
        put("mood", .double(conversation.mood))
        put("sla", conversation.sla.map(Value.string))
        put("started_at", time(conversation.startedAt))
        put("waiting_since", time(conversation.waitingSince))
        put("queued_at", time(conversation.queuedAt))
        put("assigned_at", time(conversation.assignedAt))
        put("person_wanted_since", time(conversation.personWantedSince))
        put("last_customer_message_at", time(conversation.lastCustomerMessageAt))
        put("last_reply_at", time(conversation.lastReplyAt))
        put("reopenings", .int(Int64(conversation.reopenings)))
        put("replies_left", conversation.repliesLeft(at: now).map { .int(Int64($0)) })
        put("reply_until", time(conversation.replyUntil))
        put("flow", conversation.flow.map { .string($0.flow) })
        return .object(.init(unchecked: pairs))
    }

    private static func message(_ message: Message, _ facts: Facts) -> Value {
        var value = content(message.content)
        value["event"] = facts.event.map(Value.string)
        value["mood"] = .double(facts.situation.understanding.mood)
        return value
    }

    static func content(_ content: MessageContent) -> Value {
        ["kind": .string(content.kind.rawValue), "text": .string(content.text), "fields": content.fields]
    }

    private static func desk(_ desk: DeskView) -> Value {
        func object<Item>(_ items: [String: Item], _ value: (Item) -> Value) -> Value {
            .object(.init(unchecked: items.sorted { $0.key < $1.key }.map { .init($0.key, value($0.value)) }))
        }
        return [
            "queue_length": .int(Int64(desk.queueLength)), "queue": object(desk.queues) { .int(Int64($0)) },
            "online": object(desk.online) { .int(Int64($0)) }, "open": object(desk.open) { .bool($0) },
        ]
    }

    /// A point in time as scripts read it, on the rule set's wall clock; `at` in RFC 3339.
    static func clock(_ instant: Instant, offset: Duration) -> Value {
        let local = LocalTime(instant, offset: offset)
        return [
            "at": .string(instant.rfc3339), "hour": .int(Int64(local.hour)), "minute": .int(Int64(local.minute)),
            "weekday": .int(Int64(local.day.weekday)), "date": .string(local.day.text), "year": .int(Int64(local.day.year)),
            "month": .int(Int64(local.day.month)), "day": .int(Int64(local.day.day)),
        ]
    }
}
