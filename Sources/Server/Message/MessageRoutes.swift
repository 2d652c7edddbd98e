// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import HTTPTypes
import HummingbirdCore
import Journal
import NIOCore
import Plugins

/// Messages, whatever conversation they belong to, and their attachments.
enum MessageRoutes {
    static let all = [
        Route.list(
            "/v1/messages", "listMessages",
            "What came and went, in order; through one channel, or of one customer or conversation.",
            .may(.readDesk),
            [
                .init(name: "channel", schema: .text, note: "Id of a channel."),
                .init(name: "conversation_id", schema: .id("v"), note: "Of this conversation."),
                .init(name: "customer_id", schema: .id("c"), note: "Of this customer."),
            ], of: "Message"
        ) { call in
            let page = try Cursor.page(call)
            let filter = MessageFilter(
                channel: call.query["channel"], conversation: try call.filter("conversation_id"),
                customer: try await call.customer("customer_id"))
            let items = try await call.engine.store.messages(filter, page)
            let shown = try await call.shown(items)
            return Cursor.reply(items, page, number: \.seq, value: { shown[$0.id] ?? $0.value })
        },
        Route.get("/v1/messages/{id}", "readMessage", "One message.", .may(.readDesk), answer: .reference("Message")) { call in
            let id: ID<Message> = try call.id("message")
            guard let message = try await call.engine.store.message(id) else { throw Problem.notFound("message", id.text) }
            return .ok(try await call.shown(message))
        },
        Route.write(
            .post, "/v1/messages", "putMessage", "Takes in a message on behalf of a customer, as a channel would.",
            .may(.sendInbound),
            body: Components.inbound, status: 201, answer: .reference("Intake"),
            example: [
                "channel": "partner", "sender": "user-17", "external_id": "p-1", "kind": "text", "text": "Where is my order?",
            ]
        ) { call in
            let body = call.body
            let intake = try await call.engine.receive(
                InboundMessage(
                    channel: body["channel"]?.string ?? "", sender: body["sender"]?.string ?? "",
                    externalID: body["external_id"]?.string,
                    content: try content(body), profile: body["profile"] ?? .object(.init())))
            return Reply(
                status: intake.isDuplicate ? 200 : 201,
                body: [
                    "message_id": .string(intake.message.text), "conversation_id": .string(intake.conversation.text),
                    "customer_id": .string(intake.customer.text), "seq": .int(intake.seq),
                    "is_duplicate": .bool(intake.isDuplicate),
                ], headers: [.location: "/v1/messages/\(intake.message)"])
        },
    ]

    /// The content of a message to be; the schema has checked its kind.
    static func content(_ body: Value) throws(Problem) -> MessageContent {
        guard let content = MessageContent(value: body) else { throw .invalid("/kind", "unknown.") }
        if content.kind == .text, content.text.isEmpty { throw .invalid("/text", "a message of kind text needs one.") }
        return content
    }
}
