// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import Testing

@testable import Engine

@Suite("A channel's policy where its platform limits replies")
struct ReplyPolicyTests {
    /// A platform whose id of a message is the text that it got.
    static let plugin = """
        return plugin { name = "mini", kind = "channel", version = "1", capabilities = { kinds = { "text" }, text_limit = 40 },
          receive = function(request) return refuse(404, "none") end,
          send = function(message, channel) return sent(channel.id .. ": " .. message.text) end,
          login = function(request) return { external_id = request.code, union_id = "one person" } end }
        """
    static func withDesk(
        _ policy: ReplyPolicy, rate: Double? = nil, burst: Double? = nil, _ body: (TestDesk) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/plugins-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder + "/mini", withIntermediateDirectories: true)
        try plugin.write(toFile: folder + "/mini/plugin.lua", atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let desk = try await TestDesk(
            rules: [
                "autoreply/all.lua": """
                reply "one" { why = "x", match = keywords { "one" }, text = "first" }
                reply "two" { why = "x", match = keywords { "two" }, text = "second" }
                """
            ], plugins: [folder],
            channels: [
                ChannelConfiguration(id: "wx", plugin: "mini", rate: rate, burst: burst, replies: policy),
                ChannelConfiguration(id: "sms", plugin: "mini"),
            ])
        try await body(desk)
        try await desk.stop()
        desk.remove()
    }

    static func write(_ text: String, on channel: String = "wx", quota: Int? = nil, to desk: TestDesk) async throws -> Intake {
        var message = InboundMessage(
            channel: channel, sender: "lin", externalID: UUID().uuidString, content: .text(text))
        message.replyQuota = quota.map { ReplyQuota(messages: $0, window: .seconds(48 * 3600)) }
        return try await desk.engine.receive(message)
    }

    /// What reached the platforms, once so many replies are sent; in the order of the replies.
    static func sent(_ count: Int, _ id: ID<Conversation>, on desk: TestDesk) async throws -> [Message] {
        while true {
            let seq = desk.engine.store.head
            let replies = try await desk.engine.store.messages(MessageFilter(conversation: id), Page(limit: 200))
                .filter { $0.direction == .outbound && $0.delivery == .sent }
            if replies.count >= count { return replies }
            try await desk.engine.store.waitForEvent(after: seq)
        }
    }

    @Test("texts that wait in the outbox become one message and one reply of the quota", .timeLimit(.minutes(10)))
    func merged() async throws {
        try await Self.withDesk(ReplyPolicy(merge: true), rate: 1, burst: 1) { desk in
            let id = try await Self.write("one", quota: 5, to: desk).conversation
            _ = try await Self.sent(1, id, on: desk)
            // The channel's rate lets nothing out until the clock moves.
            _ = try await Self.write("two", to: desk)
            _ = try await Self.write("one", to: desk)
            #expect(try await desk.conversation(id).repliesLeft(at: desk.clock.now()) == 2)
            desk.clock.advance(by: .seconds(2))
            let replies = try await Self.sent(3, id, on: desk)
            #expect(replies.map(\.content.text) == ["first", "second", "first"])
            #expect(replies.map(\.externalID) == ["wx: first", "wx: second\nfirst", nil])
            #expect(try await desk.conversation(id).repliesLeft(at: desk.clock.now()) == 3)
            #expect(try await desk.engine.store.outbox(channel: "wx", limit: 10).isEmpty)
        }
    }

    @Test("a used quota sends the reply where the customer agreed, once, and a note says so", .timeLimit(.minutes(10)))
    func fallback() async throws {
        try await Self.withDesk(ReplyPolicy(fallback: ["sms"])) { desk in
            for channel in ["wx", "sms"] {
                _ = try await desk.engine.openLiveSession(
                    channel: "web", login: ["channel": .string(channel), "code": "lin"])
            }
            _ = try await Self.write("two", on: "sms", to: desk)
            let id = try await Self.write("one", quota: 1, to: desk).conversation
            _ = try await Self.sent(2, id, on: desk)
            _ = try await desk.engine.reply(in: id, .text("third"), note: false, clientID: nil, by: TestDesk.admin)
            let replies = try await Self.sent(3, id, on: desk)
            #expect(replies.map(\.externalID) == ["sms: second", "wx: first", "sms: third"])
            #expect(replies.map(\.channel) == ["sms", "wx", "sms"])
            #expect(
                try await desk.texts(id, .note) == [
                    "Replies go to sms: wx takes no more replies until the customer writes again."
                ])
        }
    }

    @Test("without consent the reply waits, and goes out once when the customer writes again", .timeLimit(.minutes(10)))
    func held() async throws {
        try await Self.withDesk(ReplyPolicy(fallback: ["sms"])) { desk in
            let id = try await Self.write("one", quota: 1, to: desk).conversation
            let reply = try await desk.engine.reply(in: id, .text("second"), note: false, clientID: nil, by: TestDesk.admin)
            _ = try await Self.sent(1, id, on: desk)
            #expect(try await desk.engine.store.outboxItem(reply.id)?.state == .held)
            // A lead sends it by hand; the customer's next message must not send it again.
            try await desk.engine.resend(reply.id, by: TestDesk.admin)
            _ = try await Self.sent(2, id, on: desk)
            _ = try await Self.write("hm", quota: 5, to: desk)
            #expect(try await desk.engine.store.outboxItem(reply.id) == nil)
            #expect(try await desk.conversation(id).repliesLeft(at: desk.clock.now()) == 5)
        }
    }

    @Test("a reply that waits goes as soon as the customer agrees to another channel, once", .timeLimit(.minutes(10)))
    func agreedLater() async throws {
        try await Self.withDesk(ReplyPolicy(fallback: ["sms"])) { desk in
            for channel in ["wx", "sms"] {
                _ = try await desk.engine.openLiveSession(
                    channel: "web", login: ["channel": .string(channel), "code": "lin"])
            }
            let id = try await Self.write("one", quota: 1, to: desk).conversation
            let reply = try await desk.engine.reply(in: id, .text("third"), note: false, clientID: nil, by: TestDesk.admin)
            #expect(try await desk.engine.store.outboxItem(reply.id)?.state == .held)
            let customer = try await desk.conversation(id).customer
            let patches: [Value] = [["attributes": ["unrelated": true]], ["attributes": ["consent": ["sms": true]]]]
            for patch in patches { _ = try await desk.engine.changeCustomer(customer, patch: patch, by: TestDesk.admin) }
            let replies = try await Self.sent(2, id, on: desk)
            #expect(replies.map(\.externalID) == ["wx: first", "sms: third"])
            _ = try await Self.write("hm", quota: 5, to: desk)
            #expect(try await desk.engine.store.outboxItem(reply.id) == nil)
        }
    }

    @Test("a reply that waits goes when its customer turns out to be one who writes on another channel", .timeLimit(.minutes(10)))
    func joinedLater() async throws {
        try await Self.withDesk(ReplyPolicy(fallback: ["sms"])) { desk in
            let one = try await Self.write("one", quota: 1, to: desk)
            let reply = try await desk.engine.reply(
                in: one.conversation, .text("third"), note: false, clientID: nil, by: TestDesk.admin)
            _ = try await Self.sent(1, one.conversation, on: desk)
            let other = try await Self.write("hm", on: "sms", to: desk)
            #expect(other.customer != one.customer)
            #expect(try await desk.engine.store.outboxItem(reply.id)?.state == .held)
            _ = try await desk.engine.mergeCustomer(one.customer, with: other.customer, by: TestDesk.admin)
            #expect(try await Self.sent(2, one.conversation, on: desk).map(\.externalID) == ["wx: first", "sms: third"])
        }
    }

    @Test("a reply that failed for want of a way is sent again where there is one, else told why not", .timeLimit(.minutes(10)))
    func failedThenPossible() async throws {
        try await Self.withDesk(ReplyPolicy(fallback: ["sms"])) { desk in
            for channel in ["wx", "sms"] {
                _ = try await desk.engine.openLiveSession(
                    channel: "web", login: ["channel": .string(channel), "code": "lin"])
            }
            let id = try await Self.write("one", quota: 5, to: desk).conversation
            _ = try await Self.sent(1, id, on: desk)
            desk.clock.advance(by: .seconds(49 * 3600))
            let reply = try await desk.engine.reply(in: id, .text("late"), note: false, clientID: nil, by: TestDesk.admin)
            #expect(reply.delivery == .failed(reason: "window_closed"))
            let refusal = await #expect(throws: DeskError.self) { try await desk.engine.resend(reply.id, by: TestDesk.admin) }
            #expect(refusal?.code == .conflict && refusal?.facts["reason"] == "window_closed")
            let customer = try await desk.conversation(id).customer
            _ = try await desk.engine.changeCustomer(
                customer, patch: ["attributes": ["consent": ["sms": true]]], by: TestDesk.admin)
            try await desk.engine.resend(reply.id, by: TestDesk.admin)
            #expect(try await Self.sent(2, id, on: desk).map(\.externalID) == ["wx: first", "sms: late"])
            await #expect(throws: DeskError.self) { try await desk.engine.resend(reply.id, by: TestDesk.admin) }
        }
    }

    @Test("who writes is told beforehand where a reply goes: sent, elsewhere, held, failed; an older conversation knows it, too")
    func outlook() async throws {
        try await Self.withDesk(ReplyPolicy(fallback: ["sms"])) { desk in
            func outlook(_ id: ID<Conversation>) async throws -> Value? {
                try await desk.engine.replyOutlook(in: desk.conversation(id))?.value
            }
            for channel in ["wx", "sms"] {
                _ = try await desk.engine.openLiveSession(
                    channel: "web", login: ["channel": .string(channel), "code": "lin"])
            }
            let id = try await Self.write("hm", quota: 1, to: desk).conversation
            #expect(try await outlook(id)?["next"] == "sent")
            _ = try await Self.write("one", to: desk)
            #expect(try await outlook(id)?["remaining"] == 0)
            #expect(try await outlook(id)?["next"] == "held")
            let customer = try await desk.conversation(id).customer
            for (agreed, next) in [(true, "elsewhere"), (false, "held")] {
                _ = try await desk.engine.changeCustomer(
                    customer, patch: ["attributes": ["consent": ["sms": .bool(agreed)]]], by: TestDesk.admin)
                #expect(try await outlook(id)?["next"] == .string(next))
                #expect(try await outlook(id)?["next_channel"] == (agreed ? "sms" : nil))
            }
            _ = try await desk.engine.resolve(id, by: TestDesk.admin)
            desk.clock.advance(by: .seconds(49 * 3600))
            #expect(try await outlook(id)?["next"] == "failed")
            // The next message begins another conversation and opens the quota anew: for both.
            let later = try await Self.write("hm", quota: 3, to: desk).conversation
            #expect(later != id)
            #expect(try await outlook(id)?["remaining"] == 3)
            #expect(try await outlook(later)?["next"] == "sent")
            let mail = try await Self.write("hm", on: "sms", to: desk).conversation
            #expect(try await outlook(mail) == nil)
        }
    }
}
