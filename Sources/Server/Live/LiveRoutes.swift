// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import HTTPTypes
import HummingbirdCore
import Journal
import NIOCore
import ServiceLifecycle
import Synchronization

/// The live channel for clients without a WebSocket: the same frames as bodies, answers by long poll or stream.
enum LiveRoutes {
    static let all = [
        Route.get(
            SocketRequest.path, "openLiveSocket",
            "The live socket: a WebSocket with JSON frames, the first one hello with a token.",
            .open,
            [
                .init(name: "token", schema: .text, note: "Instead of hello, for simple clients."),
                .init(name: "after", schema: .integer(0...Int64.max), note: "With token: the seq to resume from."),
            ], answer: nil, run: noSocket),
        Route.write(
            .post, "/v1/live/sessions", "openLiveSession", "Gives a customer of a live channel a session.", .open,
            body: .object([
                .needed("channel", .string(length: 1...100)),
                .optional(
                    "identity",
                    .object([
                        .optional("external_id", .string(length: 1...200), "Counts only with a signature or an API token."),
                        .optional(
                            "signature", .string(length: 0...200),
                            "Hex HMAC-SHA256 of external_id under the channel's identity_secret."),
                        .optional(
                            "phone", .string(length: 0...40), "Joins channels if contact_signature or an API token covers it."),
                        .optional("email", .string(length: 0...254), "As phone."),
                        .optional(
                            "contact_signature", .string(length: 0...200),
                            "Hex HMAC-SHA256 of external_id, phone and email, joined by line feeds, under identity_secret."),
                        .optional(
                            "jwt", .string(length: 1...8192),
                            "In place of external_id and signatures: HS256 under identity_secret with sub and exp."),
                        .optional("name", .string(length: 0...100)), .optional("language", .string(length: 0...20)),
                        .optional("attributes", .anyObject(bytes: 8192)),
                    ])),
                .optional(
                    "login", .anyObject(bytes: 16_384),
                    "In a mini program: channel of the platform, code, and what else its login gave."),
            ]), status: 201, answer: .reference("Session"), example: ["channel": "web"], run: openSession),
        Route.write(
            .post, "/v1/live/messages", "sayLive", "Says something; answered when it is on disk.", .live,
            body: Components.liveMessage,
            answer: .reference("Ack"), example: ["client_id": "c-1", "kind": "text", "text": "你好"]
        ) { call in
            let frame = try ClientFrame(call.body, type: "message")
            guard let ack = try await call.desk.door.perform(frame, by: try call.party) else { return .nothing }
            return .ok(ack.value)
        },
        post("typing", "typeLive", "Shows that the customer types, or has stopped.", [.optional("on", .boolean)]),
        post(
            "read", "readLive", "Marks what was sent to the customer as read, up to a seq.",
            [.needed("seq", .integer(0...Int64.max))]),
        Route.write(
            .post, "/v1/live/behaviour", "tellLiveBehaviour", "Tells what the customer looks at or does.", .live,
            body: .object([.needed("name", .string(length: 1...100)), .optional("fields", .anyObject(bytes: 8192))]), status: 204,
            example: ["name": "viewed_product", "fields": ["sku": "A-17"]]
        ) { call in try await perform("behaviour", call) },
        Route.get(
            "/v1/live/events", "listLiveEvents",
            "The frames after a seq: waits for the first up to wait seconds, or goes on with Accept: text/event-stream. With "
                + "before, for ends that keep only the newest: what was said before a seq.", .live,
            [
                .init(
                    name: "after", schema: .integer(0...Int64.max),
                    note: "The last seq known; only what comes from now on if not given."),
                .init(
                    name: "before", schema: .integer(0...Int64.max),
                    note: "In place of after: the newest frames before this seq, in order; messages as delivered now."),
                .init(name: "wait", schema: .integer(0...60), note: "Seconds; 25 if not given."),
                .init(name: "limit", schema: .integer(1...1000), note: "Frames at most; 500 if not given."),
            ],
            answer: .object([
                .needed("items", .array(.reference("Frame"))),
                .needed(
                    "next_cursor", .nullable(.text),
                    "The seq to ask for next: as after; or as before, null where nothing is older."),
            ]), run: events),
    ]

    private static func post(_ name: String, _ id: String, _ summary: String, _ fields: [Schema.Field]) -> Route {
        Route.write(
            .post, "/v1/live/\(name)", id, summary, .live,
            body: .object(fields + [.optional("conversation_id", .id("v"), "For agents: in which conversation.")]), status: 204
        ) { call in try await perform(name, call) }
    }

    private static func perform(_ type: String, _ call: Call) async throws -> Reply {
        _ = try await call.desk.door.perform(try ClientFrame(call.body.compact(), type: type), by: try call.party)
        return .nothing
    }

    /// The request was no WebSocket that could be let in: says why.
    @Sendable private static func noSocket(_ call: Call) async throws -> Reply {
        let offer = call.headers[.upgrade] ?? call.headers[.refusedUpgrade]
        guard offer?.lowercased() == "websocket" else {
            throw Problem(426, "upgrade_required", "This is a WebSocket: send an upgrade.", headers: [.upgrade: "websocket"])
        }
        let sockets = call.desk.sockets
        guard sockets.originIsAllowed(call.headers[.origin], call.request.head.authority) else {
            throw Problem(403, "origin_forbidden", "Pages of this origin may not use the live channel; see server.origins.")
        }
        switch sockets.refusal(from: call.address) {
        case .address(let limit)?:
            throw Problem(429, "limited", "This address has \(limit) live sockets already.", headers: [.retryAfter: "5"])
        case .total?:
            throw Problem(503, "full", "The desk has as many live sockets as it may.", headers: [.retryAfter: "5"])
        case nil: break
        }
        guard call.headers[.secWebSocketVersion] == "13", call.headers[.secWebSocketKey] != nil else {
            throw Problem(
                426, "upgrade_required", "Only WebSocket version 13 is spoken here.", headers: [.secWebSocketVersion: "13"])
        }
        // Only the first request of a connection can become a socket: once more on a new one.
        return Reply(
            status: 307, body: nil, headers: [.location: call.request.head.path ?? SocketRequest.path, .connection: "close"])
    }

    @Sendable private static func openSession(_ call: Call) async throws -> Reply {
        try call.desk.sessionRate.take(call.address, at: .systemNow())
        let origins = call.engine.origins(ofLive: call.body["channel"]?.string ?? "")
        guard SocketDesk.isAllowed(call.headers[.origin], call.request.head.authority, among: origins) else {
            throw Problem(403, "origin_forbidden", "Pages of this origin may not open sessions of this channel; see its origins.")
        }
        if let login = call.body["login"] {
            return opened(try await call.engine.openLiveSession(channel: call.body["channel"]?.string ?? "", login: login), call)
        }
        // With an API token that may speak for customers, the identity is believed.
        var isTrusted = false
        if let token = FrontDesk.bearer(call.request) {
            isTrusted = try await call.engine.authenticate(token: token).role.may(.sendInbound)
        }
        let session = try await call.engine.openLiveSession(
            channel: call.body["channel"]?.string ?? "", identity: call.body["identity"], trusted: isTrusted)
        return opened(session, call)
    }

    private static func opened(_ session: LiveSession, _ call: Call) -> Reply {
        let body: Value = [
            "token": .string(session.token), "customer_id": .string(session.customer.text),
            "conversation_id": .string(session.conversation.text), "channel": .string(session.channel),
            "faq": call.engine.commonQuestions(ofLive: session.channel),
        ]
        return Reply(status: 201, body: body.compact())
    }

    @Sendable private static func events(_ call: Call) async throws -> Reply {
        let door = call.desk.door
        let party = try call.party
        if let before = try call.integer("before") { return try await history(before: before, of: party, call) }
        let after = try call.integer("after") ?? call.headers[.lastEventID].flatMap { Seq($0) }
        let subscription = door.listen(party, after: after, capacity: call.desk.options.limits.backlog)
        if EventStream.isWanted(call) {
            return EventStream.reply(call) { writer in
                defer { subscription.close() }
                for try await frame in subscription {
                    guard let frame = await ServerFrame(frame, for: party, names: door.names, engine: door.engine) else {
                        continue
                    }
                    try await writer.send(id: frame.seq, name: frame.value["type"]?.string ?? "event", frame.value)
                }
            }
        }
        defer { subscription.close() }
        let poll = LivePoll(limit: Int(try call.integer("limit") ?? 500))
        try await poll.run(subscription, wait: .seconds(try call.integer("wait") ?? 25))
        var items: [Value] = []
        var last = min(after ?? subscription.start, subscription.start)
        for frame in poll.frames {
            if case .event(let event) = frame { last = max(last, event.seq) }
            if let frame = await ServerFrame(frame, for: party, names: door.names, engine: door.engine) {
                items.append(frame.value)
            }
        }
        return .ok(["items": .array(items), "next_cursor": .string(String(max(last, after ?? 0)))])
    }
}

extension LiveRoutes {
    /// What a customer and the desk said before a seq; see `DeskEngine.history`.
    private static func history(before seq: Seq, of party: LiveParty, _ call: Call) async throws -> Reply {
        guard case .customer(let session) = party else {
            throw Problem.bad(
                "invalid_parameter",
                "before: only for customers; people of the desk read /v1/conversations/{id}/messages.", parameter: "before")
        }
        guard call.query["after"] == nil else {
            throw Problem.bad("invalid_parameter", "before: give after or before, not both.", parameter: "before")
        }
        let door = call.desk.door
        let limit = Int(try call.integer("limit") ?? 500)
        let events = try await door.engine.history(of: session, before: seq, limit: limit)
        var items: [Value] = []
        for event in events {
            let frame = await ServerFrame(.event(event), for: party, names: door.names, engine: door.engine)
            if let frame { items.append(frame.value) }
        }
        let next: Value = events.count == limit ? Value(events.first.map { String($0.seq) }) : .null
        return .ok(["items": .array(items), "next_cursor": next])
    }
}

extension HTTPField.Name {
    static let refusedUpgrade = Self(UpgradeGate.refused) ?? .upgrade
}
