// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Rules

/// A condition as its author writes it, and whether it holds.
struct TermCase: Sendable, CustomTestStringConvertible {
    let term: String
    let holds: Bool
    init(_ term: String, _ holds: Bool) { self.term = term; self.holds = holds }
    var testDescription: String { "\(term) \(holds ? "holds" : "does not hold")" }
}

@Suite("Conditions") struct MatchTermTests {
    /// Wednesday, 12:00 in Shanghai; a gold customer from Hangzhou in the queue of after-sales.
    private static var situation: Situation {
        var situation = plainSituation
        situation.plugin = "web-kit"
        return situation
    }

    private static var plainSituation: Situation {
        .sample(
            customer: .sample(
                [
                    "vip_level": 4, "last_purchase": "2026-11-15T04:00:00Z", "birthday": "2026-11-17", "city": "杭州", "beta": true,
                    "address": ["zip": "310000"], "labels": ["a", "b"], "seen": 1_763_000_000,
                ],
                language: "zh-CN", tags: ["loyal"]),
            conversation: .sample {
                $0.state = .queued
                $0.team = "after_sales"
                $0.priority = 3
                $0.tags = ["return"]
                $0.mood = -0.7
                $0.waitingSince = noon - .seconds(90)
                $0.queuedAt = noon - .seconds(30)
                $0.attributes = ["asked": "price"]
            },
            text: "Ｈello，我要开发票 THIS  week", intent: "invoice", confidence: 0.7, mood: -0.4,
            desk: DeskView(queueLength: 5, queues: ["service": 4], online: ["service": 2], open: ["service": false]))
    }

    static let cases: [TermCase] = [
        .init("eq(\"customer.city\", \"杭州\")", true), .init("eq(\"customer.city\", \"上海\")", false),
        .init("ne(\"customer.city\", \"上海\")", true),
        .init("eq(\"customer.vip_level\", 4)", true), .init("eq(\"customer.vip_level\", 4.0)", true),
        .init("eq(\"customer.beta\", true)", true),
        .init("ne(\"customer.unknown\", \"x\")", true), .init("eq(\"customer.unknown\", \"x\")", false),
        .init("eq(\"customer.labels\", \"b\")", true),
        .init("eq(\"customer.address.zip\", \"310000\")", true), .init("eq(\"customer.attributes.city\", \"杭州\")", true),
        .init("at_least(\"customer.vip_level\", 4)", true), .init("at_least(\"customer.vip_level\", 5)", false),
        .init("at_most(\"customer.vip_level\", 4)", true),
        .init("above(\"customer.vip_level\", 4)", false), .init("below(\"customer.vip_level\", 4.5)", true),
        .init("above(\"customer.unknown\", -1)", false),
        .init("between(\"customer.vip_level\", 4, 6)", true), .init("between(\"now.hour\", 22, 12)", true),
        .init("between(\"now.hour\", 22, 6)", false),
        .init("between(\"now.date\", \"2026-11-10\", \"2026-11-18\")", true),
        .init("between(\"now.date\", \"2026-11-19\", \"2026-12-02\")", false),
        .init("within(\"customer.last_purchase\", \"7d\")", true), .init("within(\"customer.last_purchase\", \"2d\")", false),
        .init("within(\"customer.birthday\", \"2d\")", true),
        .init("within(\"customer.seen\", \"60w\")", true), .init("within(\"customer.city\", \"7d\")", false),
        .init("within(\"conversation.waiting_since\", \"2m\")", true),
        .init("one_of(\"conversation.state\", { \"queued\", \"assigned\" })", true),
        .init("one_of(\"customer.vip_level\", { 1, 2 })", false),
        .init("exists(\"customer.city\")", true), .init("missing(\"customer.phone\")", true),
        .init("exists(\"conversation.agent\")", false),
        .init("has_tag \"loyal\"", true), .init("has_tag { \"x\", \"return\" }", true), .init("has_tag \"x\"", false),
        .init("contains(\"message.text\", \"发票\")", true), .init("contains(\"message.text\", \"hello\")", true),
        .init("contains(\"customer.city\", { \"x\", \"杭\" })", true),
        .init("contains(\"message.text\", \"this week\")", true), .init("prefix(\"message.text\", \"HELLO\")", true),
        .init("prefix(\"message.text\", \"发票\")", false),
        .init("keywords { \"发票\" }", true), .init("keywords \"hello\"", true), .init("keywords \"hi\"", false),
        .init("keywords \"ello\"", false),
        .init("keywords \"wee*\"", true), .init("keywords \"wee\"", false), .init("keywords { \"退款\", \"ＴＨＩＳ\" }", true),
        .init("channel \"live\"", true), .init("channel \"web-kit\"", true), .init("eq(\"channel\", \"web-kit\")", false),
        .init("channel { \"a\", \"b\" }", false), .init("eq(\"channel\", \"live\")", true),
        .init("intent \"invoice\"", true), .init("intent(\"invoice\", 0.8)", false),
        .init("intent({ \"price\", \"invoice\" }, 0.5)", true), .init("intent \"price\"", false),
        .init("language \"zh-CN\"", true), .init("language { \"en\", \"ja\" }", false), .init("event \"enter\"", false),
        .init("below(\"mood\", -0.6)", true), .init("below(\"message.mood\", -0.6)", false),
        .init("at_least(\"confidence\", 0.7)", true),
        .init("eq(\"conversation.team\", \"after_sales\")", true), .init("at_least(\"conversation.priority\", 3)", true),
        .init("at_least(\"conversation.waiting_s\", 90)", true), .init("above(\"waiting_s\", 90)", false),
        .init("at_most(\"conversation.queued_s\", 30)", true),
        .init("eq(\"conversation.attributes.asked\", \"price\")", true), .init("eq(\"message.kind\", \"text\")", true),
        .init("eq(\"now.hour\", 12)", true), .init("eq(\"now.weekday\", 3)", true),
        .init("eq(\"now.date\", \"2026-11-18\")", true),
        .init("above(\"desk.queue\", 4)", true), .init("eq(\"desk.queue.service\", 4)", true),
        .init("eq(\"desk.queue.premium\", 0)", true),
        .init("at_least(\"desk.online.service\", 2)", true), .init("eq(\"desk.open.service\", false)", true),
        .init("eq(\"desk.open.premium\", true)", true),
        .init("all { channel \"live\", intent \"invoice\" }", true), .init("all { channel \"live\", intent \"price\" }", false),
        .init("any { channel \"x\", intent \"invoice\" }", true), .init("any { channel \"x\", intent \"price\" }", false),
        .init("none { channel \"x\", intent \"price\" }", true), .init("none { channel \"x\", intent \"invoice\" }", false),
        .init("all { any { channel \"x\", has_tag \"loyal\" }, none { eq(\"customer.city\", \"上海\") } }", true),
        .init("matches(\"message.text\", pattern.order_no)", false),
        .init("matches(\"customer.last_purchase\", pattern.number)", true),
    ]

    private static func term(_ text: String) throws -> MatchTerm {
        let set = try ruleSet("reply \"r\" { text = \"x\", match = \(text) }")
        return try #require(set.replies.first?.head.match)
    }

    @Test("hold or do not", arguments: cases) func holds(item: TermCase) throws {
        let term = try Self.term(item.term)
        let facts = Facts(Self.situation, offset: .seconds(8 * 3600))
        #expect(term.holds(facts) == item.holds)
        #expect((term.firstMiss(facts) == nil) == item.holds)
        // What explain shows is what could be written.
        #expect(try Self.term(term.text).with(confidence: 0.6) == term.with(confidence: 0.6))
    }

    @Test(
        "say what was there and what would have made them hold",
        arguments: [
            (
                "at_least(\"customer.vip_level\", 5)", "at_least(\"customer.vip_level\", 5)", "4",
                "customer.vip_level of 5 or more"
            ),
            (
                "all { channel \"live\", eq(\"customer.city\", \"上海\") }", "eq(\"customer.city\", \"上海\")", "\"杭州\"",
                "customer.city to be \"上海\""
            ),
            (
                "intent(\"invoice\", 0.8)", "intent(\"invoice\", 0.8)", "\"invoice\" with confidence 0.7",
                "intent \"invoice\" with confidence 0.8 or more"
            ),
            (
                "within(\"customer.last_purchase\", \"2d\")", "within(\"customer.last_purchase\", \"2d\")",
                "2026-11-15T04:00:00Z, 3d ago", "customer.last_purchase at most 2d ago"
            ),
            (
                "none { channel \"x\", intent \"invoice\" }", "none { channel(\"x\"), intent(\"invoice\", 0.6) }",
                "\"invoice\" with confidence 0.7: intent(\"invoice\", 0.6) holds",
                "another intent than \"invoice\", or a confidence of less than 0.6"
            ),
            ("exists(\"conversation.agent\")", "exists(\"conversation.agent\")", "nothing", "conversation.agent to be known"),
            (
                "any { channel \"x\", has_tag \"y\" }", "any { channel(\"x\"), has_tag(\"y\") }",
                "\"live\" of plugin \"web-kit\"; \"return\", \"loyal\"", "one of these: channel \"x\" / a tag of \"y\""
            ),
        ])
    func misses(term: String, shown: String, actual: String, wanted: String) throws {
        let miss = try #require(try Self.term(term).firstMiss(Facts(Self.situation, offset: .seconds(8 * 3600))))
        #expect(miss.term == shown)
        #expect(miss.actual.replacing(".000Z", with: "Z") == actual)
        #expect(miss.wanted == wanted)
    }

    @Test("the wall clock is the rule set's", arguments: [(8, 18, 12), (-5, 17, 23), (0, 18, 4)])
    func clock(hours: Int, day: Int, hour: Int) {
        let time = LocalTime(noon, offset: .seconds(hours * 3600))
        #expect(time.day.day == day && time.hour == hour && time.minute == 0)
        #expect(LocalTime(Instant(milliseconds: -1), offset: .zero).hour == 23)
    }

    @Test(
        "one can follow from another",
        arguments: [
            ("at_least(\"customer.a\", 5)", "at_least(\"customer.a\", 3)", true),
            ("at_least(\"customer.a\", 3)", "at_least(\"customer.a\", 5)", false),
            ("eq(\"customer.a\", 5)", "between(\"customer.a\", 1, 9)", true),
            ("above(\"customer.a\", 5)", "at_least(\"customer.a\", 5)", true),
            ("at_least(\"customer.a\", 5)", "above(\"customer.a\", 5)", false),
            ("channel \"x\"", "channel { \"x\", \"y\" }", true),
            ("all { channel \"x\", has_tag \"a\" }", "has_tag { \"a\", \"b\" }", true),
            ("has_tag { \"a\", \"b\" }", "has_tag \"a\"", false),
            ("any { channel \"x\", channel \"y\" }", "channel { \"x\", \"y\", \"z\" }", true),
            ("any { channel \"x\", has_tag \"y\" }", "channel \"x\"", false),
            ("intent(\"a\", 0.9)", "intent(\"a\", 0.5)", true), ("intent(\"a\", 0.5)", "intent(\"a\", 0.9)", false),
            ("eq(\"customer.a\", 1)", "exists(\"customer.a\")", true), ("ne(\"customer.a\", 1)", "exists(\"customer.a\")", false),
            ("within(\"customer.a\", \"1d\")", "within(\"customer.a\", \"7d\")", true),
            ("keywords \"a\"", "keywords { \"a\", \"b\" }", true),
        ])
    func implied(a: String, b: String, follows: Bool) throws { #expect(try Self.term(a).implies(try Self.term(b)) == follows) }

    @Test(
        "what is possible is not called impossible",
        arguments: [
            "all { at_least(\"customer.a\", 5), at_most(\"customer.a\", 5) }",
            "all { eq(\"customer.labels\", \"a\"), eq(\"customer.labels\", \"b\") }",
            "all { has_tag \"a\", has_tag \"b\" }", "any { all { channel \"x\", channel \"y\" }, channel \"z\" }",
            "all { ne(\"channel\", \"x\"), ne(\"channel\", \"y\") }",
            "all { between(\"now.hour\", 22, 6), at_least(\"now.hour\", 23) }", "none { channel \"x\" }",
        ])
    func possible(term: String) throws { #expect(try Self.term(term).impossibility == nil) }
}

@Suite("Named patterns") struct NamedPatternTests {
    @Test(
        "find their kind in a sentence",
        arguments: [
            (NamedPattern.orderNo, "单号SO-20261118，谢谢", "SO-20261118"), (.orderNo, "２０２５１１０１００１", "20251101001"),
            (.orderNo, "12345", nil), (.orderNo, "abcdefgh", nil),
            (.orderNo, "it is 20251101001.", "20251101001"), (.phone, "13800138000", "13800138000"),
            (.phone, "+1 (415) 555-0100", "+14155550100"), (.phone, "12345", nil),
            (.email, "mail me: lin@shop.example!", "lin@shop.example"), (.email, "a@b", nil), (.email, "a@@b.c", nil),
            (.number, "about -3.5 kg", "-3.5"), (.number, "none", nil),
            (.yesNo, "不要", "no"), (.yesNo, "是的", "yes"), (.yesNo, "OK!", "yes"), (.yesNo, "maybe", nil), (.text, "  hi ", "hi"),
            (.text, " \u{3000} ", nil),
        ] as [(NamedPattern, String, String?)])
    func find(pattern: NamedPattern, text: String, found: String?) { #expect(pattern.find(in: text) == found) }
}
