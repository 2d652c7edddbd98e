// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// Writes what `SituationView.value` makes, straight into the bytes that cross into Lua: no tree of values in between, and no memory of
/// its own once the buffer has grown. The larger parts are sealed: bytes that hold the value, opened when a function looks at it.
final class SituationWriter {
    private let buffer: LuaBuffer
    @exclusivity(unchecked) private var fields = 0

    init(into buffer: LuaBuffer) { self.buffer = buffer }

    /// Appends the view as one more argument.
    func write(_ facts: Facts) {
        buffer.beginArgument()
        let situation = facts.situation
        object {
            $0.sealed("customer") { $0.customer(situation.parts.customer) }
            $0.sealed("conversation") { $0.conversation(situation.parts.conversation, at: situation.parts.now) }
            if let message = situation.parts.message { $0.sealed("message") { $0.message(message, facts) } }
            $0.sealed("now") { $0.clock(facts) }
            $0.sealed("desk") { $0.desk(situation.parts.desk) }
            $0.put("channel", situation.parts.conversation.channel)
            $0.put("mood", situation.parts.conversation.mood)
            if let best = situation.parts.understanding.intents.first {
                $0.put("intent", best.intent)
                $0.put("confidence", best.confidence)
            }
            $0.put("language", facts.language)
            $0.put("waiting_s", facts[.waitingSeconds].number ?? 0)
            $0.put("queued_s", facts[.queuedSeconds].number ?? 0)
            $0.put("occasion", situation.parts.occasion.name)
        }
    }

    private static let own: [String] = [
        "attributes", "id", "name", "language", "tags", "is_test", "created_at", "last_seen_at",
    ]

    private func customer(_ customer: Customer) {
        if case .object(let attributes) = customer.attributes {
            for pair in attributes.pairs where !Self.own.contains(pair.name) {
                buffer.name(pair.name)
                buffer.put(pair.value)
                fields += 1
            }
        }
        put("attributes", customer.attributes)
        put("id", customer.id.text)
        put("name", customer.name)
        put("language", customer.language)
        put("tags", customer.tags)
        put("is_test", customer.isTest)
        put("created_at", customer.createdAt)
        put("last_seen_at", customer.lastSeenAt)
    }

    private func conversation(_ conversation: Conversation, at now: Instant) {
        put("id", conversation.id.text)
        put("state", conversation.state.rawValue)
        put("team", conversation.team)
        if let agent = conversation.agent { put("agent", agent.text) }
        put("channel", conversation.channel)
        put("priority", conversation.priority)
        put("tags", conversation.tags)
        put("attributes", conversation.attributes)
        put("mood", conversation.mood)
        put("sla", conversation.sla)
        put("started_at", conversation.startedAt)
        put("waiting_since", conversation.waitingSince)
        put("queued_at", conversation.queuedAt)
        put("assigned_at", conversation.assignedAt)
        put("person_wanted_since", conversation.personWantedSince)
        put("last_customer_message_at", conversation.lastCustomerMessageAt)
        put("last_reply_at", conversation.lastReplyAt)
        put("reopenings", conversation.reopenings)
        if let left = conversation.repliesLeft(at: now) { put("replies_left", left) }
        put("reply_until", conversation.replyUntil)
        if let flow = conversation.flow { put("flow", flow.flow) }
    }

    private func message(_ message: Message, _ facts: Facts) {
        put("kind", message.content.kind.rawValue)
        put("text", message.content.text)
        put("fields", message.content.fields)
        put("event", facts.event)
        put("mood", facts.situation.parts.understanding.mood)
    }

    private func clock(_ facts: Facts) {
        let local = facts.local
        put("at", facts.situation.parts.now)
        put("hour", local.hour)
        put("minute", local.minute)
        put("weekday", local.day.weekday)
        put("date", local.day.text)
        put("year", local.day.year)
        put("month", local.day.month)
        put("day", local.day.day)
    }

    private func desk(_ desk: DeskView) {
        put("queue_length", desk.queueLength)
        object("queue") { for (team, count) in desk.queues { $0.put(team: team, Int64(count)) } }
        object("online") { for (team, count) in desk.online { $0.put(team: team, Int64(count)) } }
        object("open") {
            for (team, isOpen) in desk.open {
                $0.buffer.name(team)
                $0.buffer.put(isOpen)
                $0.fields += 1
            }
        }
    }

    // MARK: - Fields

    private func object(_ body: (SituationWriter) -> Void) {
        let outer = fields
        fields = 0
        let place = buffer.openObject()
        body(self)
        buffer.closeObject(place, fields: fields)
        fields = outer
    }

    private func object(_ name: StaticString, _ body: (SituationWriter) -> Void) {
        buffer.name(name)
        object(body)
        fields += 1
    }

    /// A part that is opened when a function looks at it: most look at one or two.
    private func sealed(_ name: StaticString, _ body: (SituationWriter) -> Void) {
        buffer.name(name)
        let place = buffer.openSealed()
        object(body)
        buffer.closeSealed(place, most: Self.mostSealed)
        fields += 1
    }

    /// A text in Lua must not be longer than a state's largest block.
    private static let mostSealed = 64 << 10

    private func put(team: String, _ count: Int64) {
        buffer.name(team)
        buffer.put(count)
        fields += 1
    }

    private func put(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        buffer.name(name)
        buffer.put(text)
        fields += 1
    }

    private func put(_ name: StaticString, _ number: Int) {
        buffer.name(name)
        buffer.put(Int64(number))
        fields += 1
    }

    private func put(_ name: StaticString, _ number: Double) {
        buffer.name(name)
        buffer.put(number)
        fields += 1
    }

    private func put(_ name: StaticString, _ flag: Bool) {
        buffer.name(name)
        buffer.put(flag)
        fields += 1
    }

    private func put(_ name: StaticString, _ texts: [String]) {
        buffer.name(name)
        buffer.put(texts)
        fields += 1
    }

    private func put(_ name: StaticString, _ value: Value) {
        buffer.name(name)
        buffer.put(value)
        fields += 1
    }

    private func put(_ name: StaticString, _ instant: Instant?) {
        guard let instant else { return }
        buffer.name(name)
        buffer.put(instant)
        fields += 1
    }
}
