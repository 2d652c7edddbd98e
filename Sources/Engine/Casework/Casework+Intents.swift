// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal

/// What intents and people change on a matter, each with the event that says so.
extension Casework {
    mutating func set(tags: [String], by actor: Actor) {
        record(.conversationChanged, by: actor, ["tags": .array(tags.map(Value.string))])
        conversation.tags = tags
    }

    /// - Parameter priority: brought into 0…9.
    mutating func set(priority: Int, by actor: Actor) {
        let bounded = min(9, max(0, priority))
        guard bounded != conversation.priority else { return }
        record(
            .conversationChanged, by: actor,
            [
                "priority": .int(Int64(bounded)), "from": .int(Int64(conversation.priority)),
            ])
        conversation.priority = bounded
    }

    /// Takes over what routing chose; the state is the caller's business.
    mutating func take(_ assignment: Assignment) {
        if let team = assignment.team { conversation.team = team }
        if let sla = assignment.sla { conversation.sla = sla }
        if let strategy = assignment.strategy { conversation.strategy = strategy }
        if let priority = assignment.priority { conversation.priority = min(9, max(0, max(conversation.priority, priority))) }
        if !assignment.skills.isEmpty { conversation.skills = assignment.skills }
    }

    mutating func stopFlow(by actor: Actor) {
        guard let flow = conversation.flow else { return }
        if flow.wait?.until != nil { clearFlowTimer() }
        record(.flowEnded, by: actor, ["flow": .string(flow.flow), "outcome": "stopped"])
        conversation.flow = nil
        pluginCall = nil
    }

    mutating func setFlowTimer(_ until: Instant, step: Int) {
        change(
            .timer(
                DeskTimer(
                    key: Self.flowTimerKey(conversation.id), dueAt: until, conversation: conversation.id,
                    payload: ["kind": "flow", "step": .int(Int64(step))])))
    }

    mutating func clearFlowTimer() { change(.timerDone(key: Self.flowTimerKey(conversation.id))) }

    @discardableResult
    mutating func open(_ draft: TicketDraft, by actor: Actor) -> Ticket {
        let ticket = Ticket(
            id: ids.next(), subject: draft.subject, category: draft.category, type: draft.type, priority: draft.priority,
            requester: customer.id, conversation: conversation.id, team: draft.team ?? conversation.team,
            tags: draft.tags, fields: draft.fields, createdAt: now)
        record(.ticketCreated, by: actor, ticket: ticket.id, ticket.value)
        change(.ticket(ticket))
        return ticket
    }

    /// Takes over what a client says of its customer when it opens a session. Attributes that rules go by (VIP level, purchases) only
    /// from a proven identity; of others only name and language.
    mutating func claim(_ claims: Value, isProven: Bool) {
        var claimed = customer
        if let name = claims["name"]?.string, !name.isEmpty { claimed.name = String(name.prefix(100)) }
        if let language = claims["language"]?.string { claimed.language = String(language.prefix(20)) }
        if isProven, let attributes = claims["attributes"], attributes.object != nil {
            claimed.attributes = claimed.attributes.merging(attributes)
        }
        if claimed != customer || file.conversation == nil { customer = claimed }
    }

    /// Follows the customer's language: Chinese at once, another only when it is more than an "OK" between Chinese sentences.
    mutating func hear(_ text: String, in language: String?) {
        guard let language, language != customer.language else { return }
        let isDecided = customer.language == nil || language == "zh-CN" || text.split(separator: " ").count >= 3
        if isDecided { customer.language = language }
    }
}
