// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import HTTPTypes
import Journal

/// Conversations and what people do with them.
enum ConversationRoutes {
    static let all = reading + acting

    private static let reading = [
        Route.list(
            "/v1/conversations", "listConversations", "Conversations, the latest first.", .may(.readDesk),
            [
                .init(name: "state", schema: .text, note: "bot, queued, assigned, pending, resolved; several with commas."),
                .init(name: "customer_id", schema: .id("c"), note: "Of this customer."),
                .init(name: "agent_id", schema: .id("a"), note: "Which this agent has."),
                .init(name: "team", schema: .text, note: "Of this team."),
            ], of: "Conversation"
        ) { call in
            let page = try Cursor.page(call, descending: true)
            let filter = ConversationFilter(
                states: try call.choices("state", ConversationState.self), customer: try await call.customer("customer_id"),
                agent: try call.filter("agent_id"), team: call.query["team"])
            let items = try await call.engine.store.conversations(filter, page)
            var shown: [ID<Conversation>: Value] = [:]
            for item in items { shown[item.id] = try await call.shown(item) }
            return Cursor.reply(items, page, number: \.id.number, value: { shown[$0.id] ?? $0.value.outward })
        },
        Route.get(
            "/v1/conversations/{id}", "readConversation", "One conversation.", .may(.readDesk), answer: .reference("Conversation")
        ) { call in .ok(try await call.shown(conversation(call))) },
        Route.list(
            "/v1/conversations/{id}/messages", "listConversationMessages", "What was said and noted in it, in order.",
            .may(.readDesk),
            of: "Message"
        ) { call in
            let page = try Cursor.page(call)
            let conversation = try await conversation(call)
            let items = try await call.engine.store.messages(MessageFilter(conversation: conversation.id), page)
            let shown = try await call.shown(items)
            return Cursor.reply(items, page, number: \.seq, value: { shown[$0.id] ?? $0.value })
        },
        Route.list(
            "/v1/conversations/{id}/events", "listConversationEvents", "What happened to it, in order.", .may(.readDesk),
            of: "Event"
        ) { call in
            let page = try Cursor.page(call)
            let conversation = try await conversation(call)
            let items = try await call.engine.store.events(
                after: page.after ?? 0, limit: page.limit, matching: EventFilter(conversation: conversation.id))
            return Cursor.reply(items, page, number: \.seq, value: \.value)
        },
    ]

    private static let acting = [
        Route.write(
            .patch, "/v1/conversations/{id}", "changeConversation", "Changes tags, priority or attributes (laid over).",
            .may(.answer),
            body: .object([
                .optional("tags", .array(.string(length: 1...100), limit: 100)), .optional("priority", .integer(0...9)),
                .optional("attributes", .anyObject()),
            ]),
            answer: .reference("Conversation"), example: ["tags": ["vip"], "priority": 5]
        ) { call in
            let changed = try await call.engine.change(try call.id("conversation"), patch: call.body, by: try call.principal)
            return .ok(try await call.shown(changed))
        },
        Route.write(
            .post, "/v1/conversations/{id}/messages", "replyInConversation",
            "Answers the customer; with note, adds an internal note.",
            .may(.answer), body: Components.reply, status: 201, answer: .reference("Message"),
            example: ["kind": "text", "text": "您的订单已发货。"]
        ) { call in
            let content = try MessageRoutes.content(call.body)
            let clientID = call.body["client_id"]?.string ?? call.headers[.idempotencyKey].map { "key:\($0)" }
            let message = try await call.engine.reply(
                in: try call.id("conversation"), content, note: call.body["note"]?.bool ?? false, clientID: clientID,
                by: try call.principal)
            return .created(try await call.shown(message), at: "/v1/messages/\(message.id)")
        },
        action("accept", "acceptConversation", "Takes it, or gives it to agent_id.", [.optional("agent_id", .id("a"))]) {
            call, id in
            try await call.engine.accept(
                id, agent: call.body["agent_id"]?.string.flatMap { ID(text: $0) }, by: try call.principal)
        },
        action(
            "hand_off", "handOffConversation", "Asks for a person of a team; the routed or fallback team if none is named.",
            [.optional("team", .string(length: 1...64)), .optional("note", .string(length: 0...4000), "For those who take it.")]
        ) { call, id in
            try await call.engine.handOff(
                id, team: call.body["team"]?.string, note: call.body["note"]?.string, by: try call.principal)
        },
        action("release", "releaseConversation", "Gives it back to the queue.") { call, id in
            try await call.engine.release(id, by: try call.principal)
        },
        action("postpone", "postponeConversation", "Keeps it, but waits for something.") { call, id in
            try await call.engine.postpone(id, by: try call.principal)
        },
        action("return_to_bot", "returnConversationToBot", "Hands it back to the rules.") { call, id in
            try await call.engine.returnToBot(id, by: try call.principal)
        },
        action("resolve", "resolveConversation", "Ends it; the customer's next word may reopen it.") { call, id in
            try await call.engine.resolve(id, by: try call.principal)
        },
        Route.write(
            .post, "/v1/conversations/{id}/read", "markConversationRead", "Marks what the customer sent as read, up to a seq.",
            .may(.answer), body: .object([.needed("seq", .integer(0...Int64.max))]), status: 204
        ) { call in
            try await call.engine.markRead(
                try call.id("conversation"), upTo: call.body["seq"]?.int ?? 0, by: .person(try call.principal))
            return .nothing
        },
        Route.write(
            .post, "/v1/conversations/{id}/typing", "typeInConversation",
            "Shows the customer that somebody types, or has stopped.",
            .may(.answer), body: .object([.optional("on", .boolean)]), optional: true, status: 204
        ) { call in
            let id = try await conversation(call).id
            call.engine.typing(id, by: try call.principal.actor, on: call.body["on"]?.bool ?? true)
            return .nothing
        },
    ]

    private static func action(
        _ name: String, _ id: String, _ summary: String, _ fields: [Schema.Field] = [],
        run: @escaping @Sendable (Call, ID<Conversation>) async throws -> Conversation
    ) -> Route {
        Route.write(
            .post, "/v1/conversations/{id}/\(name)", id, summary, .may(.answer), body: .object(fields), optional: true,
            answer: .reference("Conversation")
        ) { call in .ok(try await call.shown(run(call, try call.id("conversation")))) }
    }

    private static func conversation(_ call: Call) async throws -> Conversation {
        let id: ID<Conversation> = try call.id("conversation")
        guard let conversation = try await call.engine.store.conversation(id) else {
            throw Problem.notFound("conversation", id.text)
        }
        return conversation
    }
}

extension Call {
    /// A conversation as the API gives it: `reply_quota` also says what becomes of a reply now.
    fileprivate func shown(_ conversation: Conversation) async throws -> Value {
        var value = conversation.value.outward
        // Where nothing is limited the field is absent.
        if value["reply_quota"] != nil, let outlook = try await engine.replyOutlook(in: conversation) {
            value["reply_quota"] = outlook.value
        }
        return value
    }
}
