// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import Testing

@testable import Engine

/// A conversation goes with its customer from channel to channel.
@Suite("Conversations that move", .timeLimit(.minutes(10)))
struct MovingTests {
    private static let plugin = """
        return plugin { name = "mini", kind = "channel", version = "1",
          receive = function(request) return accept { { sender = request.body, external_id = request.raw_query, text = "hi" } } end,
          send = function() return sent() end,
          login = function(request) return { external_id = "open-" .. request.code, union_id = request.union } end }
        """

    private func with(_ body: (TestDesk) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/plugins-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder + "/mini", withIntermediateDirectories: true)
        try Self.plugin.write(toFile: folder + "/mini/plugin.lua", atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let desk = try await TestDesk(
            plugins: [folder], channels: JoiningTests.channels + [ChannelConfiguration(id: "wx", plugin: "mini")])
        try await body(desk)
        try await desk.stop()
        desk.remove()
    }

    private func session(_ desk: TestDesk, phone: String? = nil, email: String? = nil) async throws -> LiveSession {
        try await desk.engine.openLiveSession(
            channel: "shop", identity: JoiningTests.identity("u1", phone: phone, email: email, contact: true, secret: "s3cret"),
            trusted: false)
    }

    private func write(
        _ text: String, _ desk: TestDesk, quota: ReplyQuota? = nil,
        profile: Value = ["phone": "13800138000", "verified": ["phone"]]
    ) async throws -> Intake {
        try await desk.engine.receive(
            InboundMessage(
                channel: "wx", sender: "open-1", externalID: UUID().uuidString, content: .text(text), profile: profile,
                replyQuota: quota))
    }

    private func reply(_ text: String, _ id: ID<Conversation>, _ desk: TestDesk) async throws -> Message {
        try await desk.engine.reply(in: id, .text(text), note: false, clientID: nil, by: TestDesk.admin)
    }

    @Test("from the mini program to the web and back it is one conversation, answered where the customer wrote last")
    func thereAndBack() async throws {
        try await with { desk in
            let begun = try await write("from the mini program", desk)
            let web = try await session(desk, phone: "13800138000")
            #expect(web.customer == begun.customer && web.conversation == begun.conversation)
            let onWeb = try await desk.engine.receive(.text("now on the web"), clientID: "c1", from: web)
            #expect(onWeb.conversation == begun.conversation)
            #expect(try await reply("answer on the web", begun.conversation, desk).channel == "shop")
            #expect(try await write("back again", desk).conversation == begun.conversation)
            #expect(try await reply("answer in the mini program", begun.conversation, desk).channel == "wx")
            let thread = try await desk.engine.store.messages(MessageFilter(conversation: begun.conversation), Page(limit: 10))
            #expect(thread.map(\.channel) == ["wx", "shop", "shop", "wx", "wx"])
        }
    }

    @Test("two who were strangers go on in the conversation that people have, and a client may send again") func joinedLater()
        async throws
    {
        try await with { desk in
            let web = try await session(desk)
            let onWeb = try await desk.engine.receive(.text("a question"), clientID: "c1", from: web)
            _ = try await desk.engine.handOff(onWeb.conversation, team: "service", note: nil, by: TestDesk.admin)
            let begun = try await write("from the mini program", desk, profile: [:])
            #expect(begun.customer != web.customer)
            let kept = try await desk.engine.mergeCustomer(begun.customer, with: web.customer, by: TestDesk.admin)
            let later = try await desk.engine.liveSession(token: web.token)
            #expect(later.customer == kept.id && later.conversation == onWeb.conversation)
            #expect(try await write("and this", desk, profile: [:]).conversation == onWeb.conversation)
            // A socket from before the merge still holds the old session; what was acknowledged is known again.
            let again = try await desk.engine.receive(.text("a question"), clientID: "c1", from: web)
            #expect(again.isDuplicate && again.message == onWeb.message)
            let more = try await desk.engine.receive(.text("more"), clientID: "c2", from: web)
            #expect(more.conversation == onWeb.conversation && more.customer == kept.id)
            _ = try await desk.engine.unmergeCustomer(kept.id, from: nil, by: TestDesk.admin)
            #expect(try await desk.engine.receive(.text("me"), clientID: "c3", from: later).customer == web.customer)
        }
    }

    @Test(
        "from e-mail to the web by a signed identity, within the time of reopening and not after it",
        arguments: [(Duration.seconds(3600), true), (.seconds(25 * 3600), false)])
    func mail(_ pause: Duration, _ goesOn: Bool) async throws {
        try await with { desk in
            let mail = try await desk.engine.receive(
                InboundMessage(
                    channel: "post", sender: "lin@example.com", externalID: "m1", content: .text("by mail"),
                    profile: ["email": "lin@example.com", "verified": ["email"]]))
            _ = try await desk.engine.resolve(mail.conversation, by: TestDesk.admin)
            desk.clock.advance(by: pause)
            let web = try await session(desk, email: "LIN@example.com")
            #expect(web.customer == mail.customer)
            let onWeb = try await desk.engine.receive(.text("on the web"), clientID: "c1", from: web)
            #expect((onWeb.conversation == mail.conversation) == goesOn)
        }
    }

    @Test("what a platform allows for replies neither binds the web nor is lost by going there") func quota() async throws {
        try await with { desk in
            let begun = try await write("hi", desk, quota: ReplyQuota(messages: 1, window: .seconds(172_800)))
            _ = try await reply("one", begun.conversation, desk)
            _ = try await desk.engine.receive(.text("web"), clientID: "c1", from: try await session(desk, phone: "13800138000"))
            #expect(try await reply("two", begun.conversation, desk).delivery == .sent)
            _ = try await write("back", desk)
            let held = try await reply("three", begun.conversation, desk)
            #expect(try await desk.engine.store.outboxItem(held.id)?.state == .held)
        }
    }

    @Test("what a platform held goes where the customer writes now, once") func heldGoesAlong() async throws {
        try await with { desk in
            let begun = try await write("hi", desk, quota: ReplyQuota(messages: 1, window: .seconds(172_800)))
            let sent = try await reply("one", begun.conversation, desk)
            let held = try await reply("two", begun.conversation, desk)
            #expect(try await desk.engine.store.outboxItem(held.id)?.state == .held)
            _ = try await desk.engine.receive(.text("web"), clientID: "c1", from: try await session(desk, phone: "13800138000"))
            #expect(try await desk.engine.store.outboxItem(held.id) == nil)
            #expect(try await desk.engine.store.message(held.id)?.delivery == .sent)
            // Back in the mini program it is not sent again.
            _ = try await write("back", desk, quota: ReplyQuota(messages: 1, window: .seconds(172_800)))
            #expect(try await desk.engine.store.outboxItem(held.id) == nil)
            #expect(try await desk.conversation(begun.conversation).repliesLeft(at: desk.clock.now()) == 1)
            #expect(sent.id != held.id)
        }
    }

    @Test("a socket goes with its customer into a merge and out of it") func sockets() async throws {
        try await with { desk in
            let web = try await session(desk)
            _ = try await desk.engine.receive(.text("a question"), clientID: "c1", from: web)
            let begun = try await write("from the mini program", desk, profile: [:])
            let listening = desk.engine.hub.subscribe(web.audience, after: desk.engine.store.head)
            var frames = listening.makeAsyncIterator()
            func nextText() async throws -> String? {
                while let frame = try await frames.next() {
                    if case .event(let event) = frame, event.kind == .messageReceived || event.kind == .messageSent {
                        return event.payload["text"]?.string
                    }
                }
                return nil
            }
            let kept = try await desk.engine.mergeCustomer(begun.customer, with: web.customer, by: TestDesk.admin)
            _ = try await write("seen on the web", desk, profile: [:])
            #expect(try await nextText() == "seen on the web")
            _ = try await desk.engine.unmergeCustomer(kept.id, from: nil, by: TestDesk.admin)
            _ = try await write("not for the web", desk, profile: [:])
            _ = try await desk.engine.receive(.text("mine"), clientID: "c2", from: web)
            #expect(try await nextText() == "mine")
            listening.close()
            let caughtUp = desk.engine.hub.subscribe(try await desk.engine.liveSession(token: web.token).audience, after: 0)
            var missed = caughtUp.makeAsyncIterator()
            guard case .event(let first)? = try await missed.next() else { throw DeskError(.invalid, "no event") }
            #expect(first.customer == web.customer)
            caughtUp.close()
        }
    }
}
