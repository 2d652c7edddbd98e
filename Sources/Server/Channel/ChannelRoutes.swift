// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import HTTPTypes
import Journal

/// Channels, and what waits in their outboxes.
enum ChannelRoutes {
    static let all = [
        Route.list(
            "/v1/channels", "listChannels", "Channels of the configuration, with what waits to be sent.", .may(.readDesk),
            of: "Channel"
        ) { call in
            _ = try Cursor.page(call)
            var items: [Value] = []
            for channel in call.desk.options.channels.sorted(by: { $0.id < $1.id }) {
                items.append(try await value(channel, call))
            }
            return .ok(["items": .array(items), "next_cursor": .null])
        },
        Route.get("/v1/channels/{id}", "readChannel", "One channel.", .may(.readDesk), answer: .reference("Channel")) { call in
            let id = call.parameters["id"] ?? ""
            guard let channel = call.desk.options.channels.first(where: { $0.id == id }) else {
                throw Problem.notFound("channel", id)
            }
            return .ok(try await value(channel, call))
        },
        Route.list(
            "/v1/outbox/dead", "listDeadLetters", "Messages that were given up, oldest first, with the reason.",
            .may(.manageTeam), of: "DeadLetter"
        ) { call in
            let page = try Cursor.page(call)
            let items = try await call.engine.store.deadLetters(page)
            return Cursor.reply(items, page, number: \.message.number) { item in
                [
                    "message_id": .string(item.message.text), "conversation_id": .string(item.conversation.text),
                    "channel": .string(item.channel), "attempts": .int(Int64(item.attempts)), "reason": Value(item.reason),
                    "queued_at": .string(item.queuedAt.rfc3339),
                ]
            }
        },
        Route.write(
            .post, "/v1/outbox/{id}/resend", "resendMessage", "Sends a message again that failed or is held.", .may(.answer),
            status: 202,
            answer: .reference("Message")
        ) { call in
            let id: ID<Message> = try call.id("message")
            try await call.engine.resend(id, by: try call.principal)
            guard let message = try await call.engine.store.message(id) else { throw Problem.notFound("message", id.text) }
            return Reply(status: 202, body: message.value)
        },
    ]

    private static func value(_ channel: (id: String, plugin: String), _ call: Call) async throws -> Value {
        let waiting = try await call.engine.store.outbox(channel: channel.id, limit: 1000)
        let value: Value = [
            "id": .string(channel.id), "plugin": .string(channel.plugin), "waiting": .int(Int64(waiting.count)),
            "hook": ["live", "email"].contains(channel.plugin) ? .null : .string("/hooks/\(channel.id)"),
        ]
        // The oldest that was tried in vain: what is behind it waits for the same.
        return value.merging((["trouble": Value(waiting.lazy.compactMap(\.reason).first)] as Value).compact())
    }
}
