// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@Suite("What a platform still lets us say") struct ReplyAllowanceTests {
    static let now = Instant(seconds: 1_760_000_000)
    static let wx = ReplyPlace(channel: "wx", sender: nil), weibo = ReplyPlace(channel: "weibo", sender: "lin")
    static let fiveInTwoDays = ReplyQuota(messages: 5, window: .seconds(48 * 3600))

    static func opened(_ quota: ReplyQuota?, at time: Instant = now) -> ReplyAllowance {
        var allowance = ReplyAllowance()
        allowance.open(quota, at: time)
        return allowance
    }

    static func held(_ number: Int64, byPerson: Bool = true) -> ReplyAllowance.Held {
        .init(message: ID(number), conversation: ID(9), isByPerson: byPerson)
    }

    /// What a quota allows, for whom, when, with how many kept for people: the permits of six replies in a row.
    struct Row: Sendable, CustomTestStringConvertible {
        let quota: ReplyQuota?
        let byPerson: Bool
        let kept: Int
        let after: Duration
        let permits: String
        var testDescription: String {
            let (count, window) = (quota?.messages.map(String.init) ?? "any", quota?.window?.inSeconds ?? .infinity)
            return "\(count) in \(window) s, \(byPerson ? "person" : "machine"), \(kept) kept, after \(after): \(permits)"
        }
    }

    static let rows: [Row] = [
        Row(quota: nil, byPerson: false, kept: 2, after: .seconds(1), permits: "aaaaaa"),
        Row(quota: fiveInTwoDays, byPerson: true, kept: 0, after: .seconds(1), permits: "aaaaau"),
        Row(quota: fiveInTwoDays, byPerson: false, kept: 0, after: .seconds(1), permits: "aaaaau"),
        Row(quota: fiveInTwoDays, byPerson: true, kept: 2, after: .seconds(1), permits: "aaaaau"),
        Row(quota: fiveInTwoDays, byPerson: false, kept: 2, after: .seconds(1), permits: "aaakkk"),
        Row(quota: fiveInTwoDays, byPerson: false, kept: 9, after: .seconds(1), permits: "kkkkkk"),
        Row(quota: fiveInTwoDays, byPerson: true, kept: 0, after: .seconds(48 * 3600), permits: "aaaaau"),
        Row(quota: fiveInTwoDays, byPerson: true, kept: 0, after: .seconds(48 * 3600 + 1), permits: "cccccc"),
        Row(quota: fiveInTwoDays, byPerson: false, kept: 2, after: .seconds(48 * 3600 + 1), permits: "cccccc"),
        Row(quota: .init(window: .seconds(60)), byPerson: false, kept: 3, after: .seconds(60), permits: "aaaaaa"),
        Row(quota: .init(window: .seconds(60)), byPerson: true, kept: 0, after: .seconds(61), permits: "cccccc"),
        Row(quota: .init(messages: 2), byPerson: true, kept: 0, after: .seconds(1_000_000), permits: "aauuuu"),
        Row(quota: .init(messages: 2), byPerson: false, kept: 1, after: .seconds(1_000_000), permits: "akkkkk"),
        Row(quota: .init(messages: 0), byPerson: true, kept: 0, after: .seconds(0), permits: "uuuuuu"),
    ]

    @Test("count, time, author and what is kept decide each reply", arguments: rows) func permits(_ row: Row) {
        var allowance = Self.opened(row.quota)
        let given = (0..<6).map { _ in
            allowance.take(byPerson: row.byPerson, keeping: row.kept, at: Self.now + row.after).rawValue.prefix(1)
        }
        #expect(given.joined() == row.permits)
    }

    @Test("the customer's next message sets it anew") func reopened() {
        var allowance = Self.opened(Self.fiveInTwoDays)
        for _ in 0..<5 { _ = allowance.take(byPerson: true, at: Self.now) }
        allowance.open(Self.fiveInTwoDays, at: Self.now + .seconds(60))
        #expect(allowance.left == 5 && allowance.until == Self.now + .seconds(48 * 3600 + 60))
    }

    @Test("entering the chat does not shrink what a message opened, and opens what is over") func entering() {
        let entering = ReplyQuota(messages: 2, window: .seconds(60))
        var allowance = Self.opened(Self.fiveInTwoDays)
        allowance.open(entering, at: Self.now + .seconds(1))
        #expect(allowance.left == 5)
        let later = Self.now + .seconds(72 * 3600)
        allowance.open(entering, at: later)
        #expect(allowance.left == 2 && allowance.until == later + .seconds(60))
    }

    @Test("a platform that refuses without a quota is asked again when the customer has written") func refusedWithoutQuota() {
        var allowance = ReplyAllowance()
        allowance.exhaust()
        #expect(allowance.take(byPerson: true, at: Self.now) == .used)
        allowance.open(nil, at: Self.now)
        #expect(allowance.take(byPerson: true, at: Self.now) == .allowed)
    }

    @Test("a reply is held once, in order, until it is forgotten") func held() {
        var allowance = Self.opened(.init(messages: 2))
        for number in [1, 2, 2, 3] { allowance.hold(Self.held(Int64(number))) }
        #expect(allowance.held.map(\.message.number) == [1, 2, 3])
        allowance.forget(ID(2))
        #expect(allowance.held.map(\.message.number) == [1, 3])
    }

    @Test("what is given back never exceeds what was opened, and nothing comes back after the time") func givenBack() {
        var allowance = Self.opened(Self.fiveInTwoDays)
        _ = allowance.take(byPerson: true, at: Self.now)
        allowance.giveBack(3, at: Self.now)
        #expect(allowance.left == 5)
        _ = allowance.take(byPerson: true, at: Self.now)
        allowance.giveBack(1, at: Self.now + .seconds(49 * 3600))
        #expect(allowance.left == 4)
    }

    @Test("a conversation remembers each channel apart and shows the one where replies go") func eachChannel() throws {
        var conversation = Conversation(id: ID(1), customer: ID(2), channel: "wx", startedAt: Self.now)
        conversation.replies[Self.wx] = Self.opened(Self.fiveInTwoDays)
        conversation.replies[Self.weibo] = Self.opened(.init(window: .seconds(60)))
        _ = conversation.replies[Self.wx]?.take(byPerson: true, at: Self.now)
        conversation.replies[Self.wx]?.hold(
            .init(message: ID(7), conversation: ID(1), isByPerson: false, parts: [ID(8), ID(9)]))
        #expect(try Conversation(value: Value(json: conversation.value.json)) == conversation)
        #expect(
            conversation.value["reply_quota"]
                == ["remaining": 4, "messages": 5, "until": .string((Self.now + .seconds(48 * 3600)).rfc3339)])
        #expect(conversation.repliesLeft(at: Self.now) == 4)
        #expect(conversation.repliesLeft(at: Self.now + .seconds(50 * 3600)) == 0)
        conversation.move(to: "weibo", sender: "lin")
        #expect(conversation.value["reply_quota"] == ["until": .string((Self.now + .seconds(60)).rfc3339)])
        #expect(conversation.repliesLeft(at: Self.now) == nil && conversation.replyUntil == Self.now + .seconds(60))
        conversation.move(to: "web", sender: "lin")
        #expect(conversation.value["reply_quota"] == nil && conversation.repliesLeft(at: Self.now) == nil)
    }

    @Test("two names of one person on a platform are counted apart; an id that becomes known takes its count along")
    func names() {
        var conversation = Conversation(id: ID(1), customer: ID(2), channel: "wx", startedAt: Self.now)
        conversation.replies[Self.wx] = Self.opened(.init(messages: 3))
        conversation.move(to: "wx", sender: "old phone")
        #expect(conversation.repliesLeft(at: Self.now) == 3)
        conversation.move(to: "wx", sender: "new phone")
        #expect(conversation.repliesLeft(at: Self.now) == nil)
        conversation.move(to: "wx", sender: "old phone")
        #expect(conversation.repliesLeft(at: Self.now) == 3 && conversation.replies.count == 1)
    }

    @Test("what an earlier version kept among the attributes is taken over") func earlierForm() {
        var old = Conversation(id: ID(1), customer: ID(2), channel: "wx", startedAt: Self.now)
        old.attributes = [
            "asked": "price",
            "reply_quota": ["left": 2, "until": .string(Self.now.rfc3339), "held": [.string(ID<Message>(5).text)]],
        ]
        let read = Conversation(value: old.value)
        #expect(read?.attributes == ["asked": "price"])
        #expect(read?.replies[Self.wx]?.left == 2 && read?.replies[Self.wx]?.until == Self.now)
        #expect(read?.replies[Self.wx]?.held.map(\.message.number) == [5])
    }
}
