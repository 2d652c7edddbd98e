// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Testing

@testable import Engine

@Suite("Where a reply goes when the platform limits replies")
struct ReplyQuotaTests {
    static let now = Instant(seconds: 1_760_000_000)
    static let wx = ReplyPlace(channel: "wx", sender: "open-id"), phone = ReplyPlace(channel: "sms", sender: "+1")
    static let machine = Actor.bot("greeting"), person = Actor.agent(ID(7))

    static func work(
        left: Int?, until: Duration? = .seconds(3600), policy: ReplyPolicy = .init(), way: ReplyWays.Way = .init(),
        consent: Bool? = nil, wrote: Bool = false, other: ReplyAllowance? = nil, identities: [String: String]? = nil
    ) -> Casework {
        var way = way
        way.policy = policy
        var customer = Customer(id: ID(2), createdAt: now)
        if let consent { customer.attributes = ["consent": ["sms": .bool(consent)]] }
        var conversation = Conversation(id: ID(1), customer: ID(2), channel: "wx", startedAt: now)
        conversation.sender = "open-id"
        var allowance = ReplyAllowance()
        allowance.open(.init(messages: left, window: until), at: now)
        conversation.replies[Self.wx] = allowance
        conversation.replies[Self.phone] = other
        let file = CustomerFile(
            customer: customer, conversation: nil, identities: identities ?? ["wx": "open-id", "sms": "+1"], timers: [:])
        return Casework(
            file: file, conversation: conversation, now: now, ids: IDSource(clock: { now }),
            ways: ReplyWays(live: ["web"], ["wx": way], agreed: wrote ? ["sms"] : []))
    }

    /// The outbox as it would stand, in the order of the messages.
    static func outbox(_ work: Casework) -> [OutboxItem] {
        var items: [ID<Message>: OutboxItem] = [:]
        for change in work.changes {
            switch change {
            case .outbox(let item): items[item.message] = item
            case .outboxDone(let id): items[id] = nil
            default: break
            }
        }
        return items.values.sorted { $0.message.number < $1.message.number }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let work: Casework
        let author: Actor
        let expected: String
        var testDescription: String { "\(name) → \(expected)" }
    }

    static let sms = ReplyPolicy(fallback: ["sms"])
    static let template = ReplyWays.Way(sendsAfterWindow: true)
    static let rows: [Row] = [
        Row(name: "some left, machine", work: work(left: 3), author: machine, expected: "waiting wx"),
        Row(name: "some left, person", work: work(left: 3), author: person, expected: "waiting wx"),
        Row(name: "none left, machine", work: work(left: 0), author: machine, expected: "held wx reply_quota_used"),
        Row(name: "none left, person", work: work(left: 0), author: person, expected: "held wx reply_quota_used"),
        Row(name: "not counted", work: work(left: nil), author: machine, expected: "waiting wx"),
        Row(name: "no end", work: work(left: 1, until: nil), author: machine, expected: "waiting wx"),
        Row(name: "closed", work: work(left: 3, until: .seconds(-1)), author: person, expected: "failed window_closed"),
        Row(
            name: "closed, not counted", work: work(left: nil, until: .seconds(-1)), author: machine,
            expected: "failed window_closed"),
        Row(
            name: "closed, template", work: work(left: 3, until: .seconds(-1), way: template), author: person,
            expected: "waiting wx"),
        Row(
            name: "1 kept, 2 left, machine", work: work(left: 2, policy: .init(keepForPeople: 1)), author: machine,
            expected: "waiting wx"),
        Row(
            name: "1 kept, 1 left, machine", work: work(left: 1, policy: .init(keepForPeople: 1)), author: machine,
            expected: "held wx kept_for_people"),
        Row(
            name: "1 kept, 1 left, person", work: work(left: 1, policy: .init(keepForPeople: 1)), author: person,
            expected: "waiting wx"),
        Row(
            name: "1 kept, 1 left, machine, fallback",
            work: work(left: 1, policy: .init(keepForPeople: 1, fallback: ["sms"]), wrote: true),
            author: machine, expected: "held wx kept_for_people"),
        Row(
            name: "1 kept, not counted, machine", work: work(left: nil, policy: .init(keepForPeople: 1)), author: machine,
            expected: "waiting wx"),
        Row(
            name: "fallback, wrote there", work: work(left: 0, policy: sms, wrote: true), author: machine,
            expected: "waiting sms + note"),
        Row(
            name: "fallback, consent", work: work(left: 0, policy: sms, consent: true), author: person,
            expected: "waiting sms + note"),
        Row(
            name: "fallback, closed", work: work(left: 3, until: .seconds(-1), policy: sms, wrote: true), author: person,
            expected: "waiting sms + note"),
        Row(
            name: "fallback, not agreed", work: work(left: 0, policy: sms), author: machine,
            expected: "held wx reply_quota_used"),
        Row(
            name: "fallback, refused though written", work: work(left: 0, policy: sms, consent: false, wrote: true),
            author: machine,
            expected: "held wx reply_quota_used"),
        Row(
            name: "fallback, unknown there", work: work(left: 0, policy: sms, wrote: true, identities: ["wx": "open-id"]),
            author: machine, expected: "held wx reply_quota_used"),
        Row(
            name: "fallback, its own quota used", work: work(left: 0, policy: sms, wrote: true, other: opened(0)),
            author: machine, expected: "held wx reply_quota_used"),
        Row(
            name: "fallback, its own quota open", work: work(left: 0, policy: sms, wrote: true, other: opened(1)),
            author: machine, expected: "waiting sms + note"),
        Row(
            name: "fallback not needed", work: work(left: 1, policy: sms, wrote: true), author: machine, expected: "waiting wx"),
    ]

    static func opened(_ count: Int) -> ReplyAllowance {
        var allowance = ReplyAllowance()
        allowance.open(.init(messages: count), at: now)
        return allowance
    }

    @Test("quota, time, author and policy decide", arguments: rows) func route(_ row: Row) {
        var work = row.work
        let message = work.add(.text("hello"), .outbound, by: row.author)
        let notes = work.events.filter { $0.kind == .noteAdded }.count
        let items = Self.outbox(work)
        var outcome = message.delivery.reason.map { "failed \($0)" } ?? ""
        if let item = items.first {
            outcome = ([item.state.rawValue, item.channel] + [item.reason].compactMap(\.self)).joined(separator: " ")
            #expect(item.channel == message.channel && message.delivery == .queued && items.count == 1)
            #expect(item.recipient == (item.channel == "sms" ? "+1" : "open-id"))
        }
        #expect(outcome + (notes > 0 ? " + note" : "") == row.expected)
    }

    @Test("texts of the machine become one send within the limit; a person's reply stands alone") func merged() {
        var work = Self.work(left: 2, policy: .init(merge: true), way: .init(textLimit: 12))
        let first = work.add(.text("12345"), .outbound, by: Self.machine)
        let second = work.add(.text("678901"), .outbound, by: .bot("other"))
        let third = work.add(.text("x"), .outbound, by: Self.machine)
        let fourth = work.add(.text("a person"), .outbound, by: Self.person)
        #expect(Self.outbox(work).map(\.message) == [first.id, third.id, fourth.id])
        #expect(Self.outbox(work).map(\.parts) == [[second.id], [], []])
        #expect(Self.outbox(work).map(\.state) == [.waiting, .waiting, .held])
        #expect(work.conversation.replies[Self.wx]?.left == 0)
    }

    @Test("pictures, and texts of a channel that does not merge, are never joined") func notMerged() {
        var plain = Self.work(left: 5)
        for _ in 0..<2 { plain.add(.text("a"), .outbound, by: Self.machine) }
        #expect(Self.outbox(plain).count == 2)
        var pictures = Self.work(left: 5, policy: .init(merge: true))
        pictures.add(.text("a"), .outbound, by: Self.machine)
        pictures.add(MessageContent(kind: .image, fields: ["url": "https://x.example/a.png"]), .outbound, by: Self.machine)
        pictures.add(.text("b"), .outbound, by: Self.machine)
        #expect(Self.outbox(pictures).count == 3)
    }

    @Test("held replies that were joined come back together") func heldTogether() {
        var work = Self.work(left: 0, policy: .init(merge: true))
        let first = work.add(.text("a"), .outbound, by: Self.machine)
        let second = work.add(.text("b"), .outbound, by: Self.machine)
        work.conversation.replies[Self.wx]?.open(.init(messages: 1, window: .seconds(7200)), at: Self.now)
        work.releaseHeldReplies()
        #expect(Self.outbox(work).map(\.state) == [.waiting])
        #expect(Self.outbox(work).map(\.parts) == [[second.id]] && Self.outbox(work).first?.message == first.id)
        #expect(work.conversation.replies[Self.wx]?.left == 0)
    }

    @Test("held replies go out in order, as far as the quota reaches; a person's pass the machine's") func heldInOrder() {
        var work = Self.work(left: 0, policy: .init(keepForPeople: 2))
        let authors = [Self.machine, Self.person, Self.person]
        let messages = authors.map { work.add(.text("a"), .outbound, by: $0).id }
        func out() -> [ID<Message>] { Self.outbox(work).filter { $0.state == .waiting }.map(\.message) }
        work.conversation.replies[Self.wx]?.open(.init(messages: 2, window: .seconds(7200)), at: Self.now)
        work.releaseHeldReplies()
        #expect(out() == Array(messages[1...]))
        work.conversation.replies[Self.wx]?.open(.init(messages: 3, window: .seconds(9000)), at: Self.now)
        work.releaseHeldReplies()
        #expect(out() == messages && work.conversation.replies[Self.wx]?.held.isEmpty == true)
    }

    @Test("what waits when the time ends goes the way that there is then, which a timer opens") func afterTheTime() {
        for (way, policy, expected) in [
            (Self.template, ReplyPolicy(keepForPeople: 1), "waiting wx"),
            (.init(), .init(keepForPeople: 1, fallback: ["sms"]), "waiting sms"),
            (.init(), .init(keepForPeople: 1), "held wx"),
        ] {
            var work = Self.work(left: 1, until: .seconds(60), policy: policy, way: way, wrote: true)
            work.add(.text("a"), .outbound, by: Self.machine)
            let timers = work.changes.compactMap { if case .timer(let timer) = $0 { timer.dueAt } else { nil } }
            #expect(timers == (expected == "held wx" ? [] : [Self.now + .milliseconds(60_001)]))
            work.releaseHeldReplies()
            #expect(Self.outbox(work).map(\.state) == [.held])
            var later = Casework(
                file: work.committedFile(), conversation: work.conversation, now: Self.now + .milliseconds(60_001),
                ids: IDSource(clock: { Self.now }), ways: work.ways)
            later.releaseHeldReplies()
            let items = Self.outbox(later).isEmpty ? Self.outbox(work) : Self.outbox(later)
            #expect(items.map { "\($0.state.rawValue) \($0.channel)" } == [expected])
        }
    }

    @Test("a reply that the platform refuses is held, or goes where the customer agreed, with one note") func refused() {
        for (policy, expected) in [(ReplyPolicy(), "held wx"), (Self.sms, "waiting sms")] {
            var work = Self.work(left: 3, policy: policy, wrote: true)
            let message = work.add(.text("a"), .outbound, by: Self.machine)
            work.refused(Self.outbox(work)[0], by: message.author)
            let item = Self.outbox(work)[0]
            #expect("\(item.state.rawValue) \(item.channel)" == expected)
            #expect(work.conversation.replies[Self.wx]?.left == 0)
            #expect(work.conversation.replies[Self.wx]?.held.count == (item.state == .held ? 1 : 0))
            #expect(work.events.filter { $0.kind == .noteAdded }.count == (item.channel == "sms" ? 1 : 0))
        }
    }

    @Test("a reply refused for the old quota goes out on the new one") func refusedTooLate() {
        var work = Self.work(left: 1)
        work.add(.text("a"), .outbound, by: Self.machine)
        let item = Self.outbox(work)[0]
        work.conversation.replies[Self.wx]?.open(.init(messages: 5, window: .seconds(7200)), at: Self.now + .seconds(1))
        work.refused(item, by: Self.machine)
        #expect(Self.outbox(work)[0].state == .waiting && work.conversation.replies[Self.wx]?.left == 4)
    }

    @Test("an answer in an older conversation uses what the latest one knows") func olderConversation() {
        var latest = Conversation(id: ID(5), customer: ID(2), channel: "wx", startedAt: Self.now)
        latest.sender = "open-id"
        latest.replies[Self.wx] = Self.opened(1)
        let file = CustomerFile(
            customer: Customer(id: ID(2), createdAt: Self.now), conversation: latest, identities: ["wx": "open-id"], timers: [:])
        let older = Conversation(id: ID(1), customer: ID(2), channel: "wx", startedAt: Self.now)
        var work = Casework(
            file: file, conversation: older, now: Self.now, ids: IDSource(clock: { Self.now }), ways: ReplyWays())
        work.add(.text("a"), .outbound, by: Self.person)
        work.add(.text("b"), .outbound, by: Self.person)
        #expect(Self.outbox(work).map(\.state) == [.waiting, .held])
        #expect(work.committedFile().conversation?.id == ID(5))
        #expect(work.committedFile().conversation?.replies[Self.wx]?.left == 0)
        let written = work.entry().changes.compactMap { if case .conversation(let row) = $0 { row.id.number } else { nil } }
        #expect(written == [1, 5])
    }
}
