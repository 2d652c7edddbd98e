// SPDX-License-Identifier: Apache-2.0
import Desk

@testable import Rules

/// Random conditions and situations that often meet.
struct Dice: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = (seed &+ 1) &* 0xd134_2543_de82_ef95 }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func pick<Item>(_ items: [Item]) -> Item { items[Int.random(in: items.indices, using: &self)] }
    mutating func some<Item>(_ items: [Item]) -> [Item] { (0..<pick([1, 1, 2, 3])).map { _ in pick(items) } }
    mutating func chance(_ of: Int) -> Bool { Int.random(in: 0..<of, using: &self) == 0 }
    mutating func number() -> Double { Double(Int.random(in: -3...6, using: &self)) }
    mutating func bytes(_ count: ClosedRange<Int>) -> [UInt8] {
        (0..<Int.random(in: count, using: &self)).map { _ in pick([0x61, 0x62, 0xe8]) }
    }

    private static let texts = ["live", "web", "杭州", "a", "b", "price", "é", "e\u{301}", "2026-11-15", "bot"]
    private static let words = ["hi", "this", "is", "发票", "发", "票", "hi*", "Ｈi", "week", "价", "开发票"]
    private static let teams = ["service", "sales"]

    mutating func path() -> MatchPath {
        pick([
            .customerID, .customerName, .customerLanguage, .customerTags, .customerIsTest, .customerCreated, .customerSeen,
            .customerAttribute(["vip"]), .customerAttribute(["city"]), .customerAttribute(["address", "zip"]),
            .customerAttribute(["labels"]),
            .customerAttribute(["last"]), .customerAttribute(["x\(Int.random(in: 0..<12, using: &self))"]), .conversationID,
            .state, .team, .agent,
            .priority, .conversationTags, .sla, .startedAt, .waitingSince, .queuedAt, .assignedAt, .personWantedSince,
            .lastMessageAt,
            .lastReplyAt, .reopenings, .repliesLeft, .replyUntil, .waitingSeconds, .queuedSeconds,
            .conversationAttribute(["asked"]), .messageKind,
            .messageText,
            .messageEvent, .messageMood, .messageField(["name"]), .messageField(["n"]), .channel, .mood, .intent, .confidence,
            .language,
            .hour, .minute, .weekday, .date, .queueLength, .queue(pick(Self.teams)), .online(pick(Self.teams)),
            .open(pick(Self.teams)),
        ])
    }

    mutating func constant() -> Constant {
        switch Int.random(in: 0..<6, using: &self) {
        case 0, 1: .number(chance(6) ? -0.0 : number())
        case 2: .flag(chance(2))
        case 3:
            .text(pick(["queued", "bot", "text", "event", "zh-CN", "2026-11-18", noon.rfc3339, (noon - .seconds(90)).rfc3339]))
        default: .text(pick(Self.texts))
        }
    }

    mutating func term(depth: Int) -> MatchTerm {
        if depth > 0 {
            let parts = (0..<pick([0, 1, 2, 2, 3, 4])).map { _ in term(depth: depth - 1) }
            switch Int.random(in: 0..<5, using: &self) {
            case 0, 1: return .all(parts)
            case 2, 3: return .any(parts)
            default: return .none(parts)
            }
        }
        switch Int.random(in: 0..<15, using: &self) {
        case 0, 1: return .compare(path(), .eq, constant())
        case 2: return .compare(path(), .ne, constant())
        case 3: return .compare(path(), pick([.atLeast, .atMost, .above, .below]), chance(8) ? constant() : .number(number()))
        case 4: return .between(pick([.hour, .weekday, .customerAttribute(["vip"]), path()]), number(), number())
        case 5: return .within(path(), .seconds(pick([0, 30, 90, 300, 86_400, 400_000])))
        case 6: return .oneOf(path(), [constant(), constant(), constant()])
        case 7: return .exists(path())
        case 8: return .hasTag(some(["return", "loyal", "x"]))
        case 9: return .contains(pick([.messageText, .customerName, path()]), some(Self.words + [""]).map { .init($0) })
        case 10: return .prefix(pick([.messageText, .customerName, path()]), some(Self.words + [""]).map { .init($0) })
        case 11: return .keywords(some(Self.words).map { Keyword($0) })
        case 12: return .channel(some(["live", "web", "wechat"]))
        case 13:
            return chance(2)
                ? .intent(some(["invoice", "price"]), confidence: pick([nil, 0.2, 0.9])) : .event(some(["enter", "paid"]))
        default: return .pattern(pick([.messageText, path()]), pick(NamedPattern.allCases))
        }
    }

    mutating func situation() -> Situation {
        var attributes: Value = .object(.init())
        if !chance(3) {
            attributes["vip"] = pick([.int(4), .double(4.5), .int(0), .double(-0.0), .string("4"), .null, .double(.nan)])
        }
        if !chance(3) { attributes["city"] = .string(pick(Self.texts)) }
        if chance(2) { attributes["address"] = ["zip": .string(pick(Self.texts))] }
        if chance(2) { attributes["labels"] = .array(some(Self.texts).map(Value.string)) }
        if chance(2) { attributes["last"] = pick([.string("2026-11-15"), .int(1_763_000_000), .string("soon")]) }
        for number in 0..<12 where chance(4) { attributes["x\(number)"] = pick([.int(1), .string("a"), .bool(true)]) }
        let tags = ["return", "loyal", "b", "a"]
        let customer = Customer.sample(
            attributes, name: pick([nil, "小林", "Hi there", "发票"]), language: pick([nil, "zh-CN", "en"]),
            tags: chance(2) ? some(tags) : [])
        let seconds = [nil, 0, 30, 90, 400].map { $0.map { noon - .seconds($0) } }
        let conversation = Conversation.sample {
            $0.channel = pick(["live", "web", "wechat"])
            $0.state = pick(ConversationState.allCases)
            $0.team = pick([nil, "service", "sales", "a"])
            $0.priority = pick([0, 3, 5])
            $0.tags = chance(2) ? some(tags) : []
            $0.mood = pick([-0.7, 0, 0.5])
            $0.waitingSince = pick(seconds)
            $0.queuedAt = pick(seconds)
            $0.personWantedSince = pick(seconds)
            $0.lastReplyAt = pick(seconds)
            if chance(2) { $0.attributes = ["asked": .string(pick(Self.texts))] }
        }
        var content: MessageContent?
        switch Int.random(in: 0..<5, using: &self) {
        case 0: break
        case 1:
            content = MessageContent(kind: .event, text: "", fields: ["name": .string(pick(["enter", "paid"])), "n": .int(3)])
        default:
            content = .text(
                some(Self.words + ["Hi", "THIS", " ", "，", "SO-2026010", "yes"]).joined(separator: chance(2) ? " " : ""))
        }
        var situation = Situation.sample(
            customer: customer, conversation: conversation, content: content, intent: pick([nil, "invoice", "price"]),
            confidence: pick([0.1, 0.6, 0.95]), mood: pick([-0.4, 0.2]), language: pick([nil, "zh-CN"]),
            desk: DeskView(queueLength: pick([0, 3]), queues: ["service": 4], online: ["service": 2], open: ["service": false]),
            now: chance(2) ? noon : noon + .seconds(pick([1, 3600 * 12, 86_400 * 3])))
        situation.plugin = pick([nil, "live", "wechat"])
        return situation
    }
}
