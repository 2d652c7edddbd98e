// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal

extension DeskEngine {
    /// What a customer and the desk said before a seq: messages, and where the conversation went, without notes.
    ///
    /// For ends that keep only the newest messages and are asked for older ones. The audience is the same as that of a socket.
    /// - Parameter limit: the newest so many, 1 to 1000.
    /// - Returns: in order; a message with its delivery as it is now, not as it was then.
    package func history(of session: LiveSession, before seq: Seq, limit: Int) async throws -> [Event] {
        var filter = EventFilter.all
        filter.customers = session.names
        filter.kinds = Set(Event.Kind.allCases.filter { $0.isPublic && $0 != .deliveryChanged })
        let events = try await store.events(before: seq, limit: limit, matching: filter)
        let ids = events.compactMap { $0.payload["id"]?.string.flatMap { ID<Message>(text: $0) } }
        let deliveries = Dictionary(try await store.messages(ids).map { ($0.id.text, $0.delivery) }, uniquingKeysWith: { $1 })
        return events.filter(session.audience.sees).map { event in
            guard let delivery = event.payload["id"]?.string.flatMap({ deliveries[$0] }) else { return event }
            return event.delivered(delivery)
        }
    }
}

extension Event {
    /// The event of a message with how far that has got since.
    fileprivate func delivered(_ delivery: Delivery) -> Event {
        var payload = payload
        payload["delivery"] = .string(delivery.name)
        payload["failure"] = delivery.reason.map(Value.string)
        return Event(
            seq: seq, at: at,
            draft: .init(
                kind, conversation: conversation, ticket: ticket, customer: customer, channel: channel, actor: actor,
                cause: cause, payload: payload))
    }
}
