// SPDX-License-Identifier: Apache-2.0

extension Ticket {
    /// The ticket as events, the store and the API write it; `number` only once the store has given one.
    package var value: Value {
        Value(fields: [
            "id": .id(id),
            "number": number > 0 ? .int(number) : Value?.none,
            "status": .text(status.rawValue),
            "subject": .text(subject),
            "category": .text(category),
            "type": .text(type),
            "priority": .text(priority.rawValue),
            "requester_id": .id(requester),
            "conversation_id": .id(conversation),
            "team": .text(team),
            "assignee_id": .id(assignee),
            "follower_ids": .texts(followers.map(\.text)),
            "tags": .texts(tags),
            "fields": fields,
            "created_at": .time(createdAt),
            "updated_at": .time(updatedAt),
            "first_reply_at": .time(firstReplyAt),
            "solved_at": .time(solvedAt),
            "closed_at": .time(closedAt),
            "paused_since": .time(pausedSince),
            "paused_ms": .int(paused.inMilliseconds),
            "reopenings": .int(Int64(reopenings)),
            "satisfaction": satisfaction.map { .int(Int64($0)) },
        ])
    }

    /// Reads what `value` wrote; nil if a needed field is missing or wrong.
    package init?(value: Value) {
        guard let id: ID<Ticket> = value.id("id"), let subject = value.text("subject"),
            let status = value.text("status").flatMap(TicketStatus.init(rawValue:)),
            let priority = value.text("priority").flatMap(TicketPriority.init(rawValue:)),
            let createdAt = value.time("created_at")
        else { return nil }
        self.init(
            id: id, number: value["number"]?.int ?? 0, status: status, subject: subject,
            category: value.text("category"), type: value.text("type"), priority: priority,
            requester: value.id("requester_id"), conversation: value.id("conversation_id"), team: value.text("team"),
            assignee: value.id("assignee_id"), tags: value.texts("tags"), fields: value.fields("fields"),
            createdAt: createdAt)
        followers = value.texts("follower_ids").compactMap { ID(text: $0) }
        updatedAt = value.time("updated_at") ?? createdAt
        firstReplyAt = value.time("first_reply_at")
        solvedAt = value.time("solved_at")
        closedAt = value.time("closed_at")
        pausedSince = value.time("paused_since")
        paused = .milliseconds(value["paused_ms"]?.int ?? 0)
        reopenings = value.number("reopenings") ?? 0
        satisfaction = value.number("satisfaction")
    }
}
