// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Rules

@Suite("The same said in other words is told from something else") struct RewordingTests {
    private static func set(_ files: [String: String]) throws -> RuleSet {
        try ruleSet(
            """
            reply "a" { match = keywords "a", text = "\(files["own"] ?? "One moment, {name}.")" }
            reply "b" { match = keywords "b", text = { en = "\(files["en"] ?? "Gladly")", ["zh-CN"] = "好" }, options = { { id = "x", text = "Yes" } } }
            """, files.filter { $0.key.contains("/") })
    }

    private static let old = [
        "i18n/en.lua":
            #"return { hello = "Hello {name}!", price = "{item}: {price}.", stock = "{item} is there.", name = "{name}", same = "The same" }"#,
        "data/knowledge.json": #"{ "shipping": { "en": "Within 48 hours, {name}." } }"#,
    ]
    private static let new = [
        "i18n/en.lua":
            #"return { hello = "Hi, {name}, how are you?", price = "{item} costs {price}.", stock = "We have {item}.", name = "-{name}", same = "The same" }"#,
        "data/knowledge.json": #"{ "shipping": { "en": "Tomorrow." } }"#, "own": "Wait, {name}!", "en": "With pleasure",
    ]

    struct Case: Sendable, CustomTestStringConvertible {
        let old: String, new: String, isReworded: Bool
        var testDescription: String { "\(old) → \(new)" }
    }
    static let cases = [
        Case(old: "Hello Lin!", new: "Hi, Lin, how are you?", isReworded: true),
        Case(old: "Hello Lin!", new: "Hi, Li, how are you?", isReworded: false),
        Case(old: "Hello Lin!", new: "Tomorrow.", isReworded: false),
        Case(old: "Hello Lin!", new: "The same", isReworded: false),
        Case(old: "The same", new: "The same", isReworded: true),
        Case(old: "Cup: 12 CNY.", new: "Cup costs 12 CNY.", isReworded: true),
        Case(old: "Cup: 12 CNY.", new: "Cup costs 11 CNY.", isReworded: false),
        Case(old: "Cup is there.", new: "We have Cup.", isReworded: true),
        Case(old: "Within 48 hours, Lin.", new: "Tomorrow.", isReworded: true),
        Case(old: "Within 48 hours, Lin.", new: "We have Cup.", isReworded: false),
        Case(old: "Dear Lin: Hello Lin! Bye", new: "Dear Lin: Hi, Lin, how are you? Bye", isReworded: true),
        Case(old: "Hello Lin!\nWithin 48 hours, Lin.", new: "Hi, Lin, how are you?\nTomorrow.", isReworded: true),
        Case(old: "One moment, Lin.", new: "Wait, Lin!", isReworded: true),
        Case(old: "Gladly", new: "With pleasure", isReworded: true),
        Case(old: "好", new: "With pleasure", isReworded: false),
        Case(old: "", new: "Tomorrow.", isReworded: false),
    ]

    @Test("by the texts that both sets have by one name", arguments: cases) func leads(item: Case) throws {
        let rewording = Rewording(from: try Self.set(Self.old), to: try Self.set(Self.new))
        #expect(rewording.leads(from: item.old, to: item.new) == item.isReworded)
    }

    @Test("between sets that write alike there is none") func alike() throws {
        #expect(Rewording(from: try Self.set(Self.old), to: try Self.set(Self.old)).isEmpty)
        #expect(!Rewording(from: try Self.set(Self.old), to: try Self.set(Self.new)).isEmpty)
    }
}
