// SPDX-License-Identifier: Apache-2.0
import Desk

extension OutboxItem {
    /// The item as the store and the API write it.
    package var value: Value {
        var value: Value = [
            "message_id": .string(message.text), "conversation_id": .string(conversation.text), "channel": .string(channel),
            "recipient": .string(recipient), "state": .string(state.rawValue), "attempts": .int(Int64(attempts)),
            "due_at": .string(dueAt.rfc3339), "queued_at": .string(queuedAt.rfc3339),
        ]
        if let reason { value["reason"] = .string(reason) }
        if !parts.isEmpty { value["parts"] = .array(parts.map { .string($0.text) }) }
        return value
    }

    /// Reads what `value` wrote; nil if a field but `reason` and `parts` is missing or wrong.
    package init?(value: Value) {
        func time(_ name: String) -> Instant? { value[name]?.string.flatMap { Instant(rfc3339: $0) } }
        guard let message = value["message_id"]?.string.flatMap({ ID<Message>(text: $0) }),
            let conversation = value["conversation_id"]?.string.flatMap({ ID<Conversation>(text: $0) }),
            let channel = value["channel"]?.string, let recipient = value["recipient"]?.string,
            let state = value["state"]?.string.flatMap(State.init(rawValue:)), let attempts = value["attempts"]?.int,
            let dueAt = time("due_at"), let queuedAt = time("queued_at")
        else { return nil }
        self.init(
            message: message, conversation: conversation, channel: channel, recipient: recipient, state: state,
            attempts: Int(attempts), dueAt: dueAt, queuedAt: queuedAt, reason: value["reason"]?.string,
            parts: (value["parts"]?.array ?? []).compactMap { $0.string.flatMap { ID<Message>(text: $0) } })
    }
}
