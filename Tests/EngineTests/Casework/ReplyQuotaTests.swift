// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Engine

@Suite("What a platform still lets us say")
struct ReplyQuotaTests {
    let now = Instant(seconds: 1_000_000)
    let message = ReplyQuota(messages: 5, window: .seconds(48 * 3600))
    let entering = ReplyQuota(messages: 2, window: .seconds(60))

    func conversation() -> Conversation { Conversation(id: ID(1), customer: ID(2), channel: "wx", startedAt: now) }

    @Test("a channel without quota always allows")
    func unlimited() {
        var conversation = conversation()
        #expect((0..<20).allSatisfy { _ in conversation.takeReply(at: now) == .allowed })
    }

    @Test("five replies for a message, then none until the customer writes again")
    func five() {
        var conversation = conversation()
        conversation.open(message, at: now)
        #expect((0..<5).allSatisfy { _ in conversation.takeReply(at: now) == .allowed })
        #expect(conversation.takeReply(at: now) == .used)
        conversation.open(message, at: now + .seconds(60))
        #expect(conversation.takeReply(at: now + .seconds(60)) == .allowed)
    }

    @Test("after 48 hours the window is closed")
    func closed() {
        var conversation = conversation()
        conversation.open(message, at: now)
        #expect(conversation.takeReply(at: now + .seconds(48 * 3600)) == .allowed)
        #expect(conversation.takeReply(at: now + .seconds(48 * 3600 + 1)) == .closed)
    }

    @Test("entering the chat does not shrink what a message opened")
    func entersAfterWriting() {
        var conversation = conversation()
        conversation.open(message, at: now)
        conversation.open(entering, at: now + .seconds(1))
        #expect((0..<5).allSatisfy { _ in conversation.takeReply(at: now + .seconds(120)) == .allowed })
    }

    @Test("held replies go out again in order, as far as the new quota reaches")
    func held() {
        var conversation = conversation()
        conversation.open(message, at: now)
        for _ in 0..<5 { _ = conversation.takeReply(at: now) }
        for number in 1...7 { conversation.hold(ID(Int64(number))) }
        conversation.open(message, at: now)
        #expect(conversation.released(at: now).map(\.number) == [1, 2, 3, 4, 5])
        conversation.open(message, at: now)
        #expect(conversation.released(at: now).map(\.number) == [6, 7])
        #expect(conversation.released(at: now).isEmpty)
    }
}
