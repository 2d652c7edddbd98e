// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import HTTPTypes
import HummingbirdCore
import Journal
import NIOCore

/// The journal, for those who may read it: page by page, waiting, or as a stream.
enum EventRoutes {
    static let all = [
        Route.get(
            "/v1/events", "listEvents",
            "Events after a seq, in order. With wait it waits for the first; with Accept: text/event-stream it goes on.",
            .may(.readEvents),
            [
                .init(name: "after", schema: .text, note: "Seq (or next_cursor) of the last event known; 0 if not given."),
                .init(name: "cursor", schema: .text, note: "The same as after."),
                .init(name: "limit", schema: .integer(1...1000), note: "Events at most; 100 if not given."),
                .init(name: "wait", schema: .integer(0...60), note: "Seconds to wait where there are none yet."),
                .init(name: "kind", schema: .text, note: "Only these kinds; several with commas."),
                .init(name: "conversation_id", schema: .id("v"), note: "Of this conversation."),
                .init(name: "customer_id", schema: .id("c"), note: "Of this customer."),
                .init(name: "ticket_id", schema: .id("t"), note: "Of this ticket."),
            ],
            answer: .object([
                .needed("items", .array(.reference("Event"))),
                .needed("next_cursor", .nullable(.text), "The seq to go on from; null where there is no more now."),
            ])
        ) { call in
            let filter = EventFilter(
                kinds: try call.choices("kind", Event.Kind.self), conversation: try call.filter("conversation_id"),
                customer: try call.filter("customer_id"), ticket: try call.filter("ticket_id"))
            let after = try start(call)
            if EventStream.isWanted(call) {
                return EventStream.reply(call) { writer in try await follow(call, after: after, filter, writer) }
            }
            let limit = Int(try call.integer("limit") ?? 100)
            var items = try await call.engine.store.events(after: after, limit: limit + 1, matching: filter)
            if items.isEmpty, let wait = try call.integer("wait"), wait > 0 {
                items = try await awaited(call, after: after, limit: limit + 1, filter, wait: .seconds(wait))
            }
            let shown = items.prefix(limit)
            let next = items.count > limit ? shown.last.map { Value.string(String($0.seq)) } : nil
            return .ok(["items": .array(shown.map(\.value)), "next_cursor": next ?? .null])
        }
    ]

    private static func start(_ call: Call) throws(Problem) -> Seq {
        guard let text = call.query["after"] ?? call.query["cursor"] ?? call.headers[.lastEventID] else { return 0 }
        guard let seq = Cursor.read(text) else { throw .bad("invalid_cursor", "after: this is no seq.", parameter: "after") }
        return seq
    }

    /// Waits for the first event that fits, until the time is up or the server goes.
    private static func awaited(
        _ call: Call, after: Seq, limit: Int, _ filter: EventFilter, wait: Duration
    ) async throws -> [Event] {
        let store = call.engine.store
        return try await Waiting.atMost(wait) {
            var position = max(after, store.head)
            // Something may have been committed since the store was asked.
            var found = try await store.events(after: after, limit: limit, matching: filter)
            while found.isEmpty {
                try await store.waitForEvent(after: position)
                position = store.head
                found = try await store.events(after: after, limit: limit, matching: filter)
            }
            return found
        } ?? []
    }

    private static func follow(_ call: Call, after: Seq, _ filter: EventFilter, _ writer: EventStream.Writer) async throws {
        let store = call.engine.store
        var position = after
        while !Task.isCancelled {
            let head = store.head
            let events = try await store.events(after: position, limit: 500, matching: filter)
            for event in events { try await writer.send(id: event.seq, name: event.kind.rawValue, event.value) }
            position = events.last?.seq ?? position
            if events.isEmpty {
                position = max(position, head)
                try await store.waitForEvent(after: position)
            }
        }
    }
}
