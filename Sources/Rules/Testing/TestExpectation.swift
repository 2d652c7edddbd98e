// SPDX-License-Identifier: Apache-2.0
import Desk

/// What a test expects of the desk: each field that is named must fit.
enum TestExpectation {
    static let names = Manual.names(of: "expect")

    static func check(_ expected: Value, on desk: TestDesk) throws(TestProblem) {
        let conversation = desk.conversation
        for pair in expected.object?.pairs ?? [] {
            let value = pair.value
            guard names.contains(pair.name) else {
                throw TestProblem(
                    "unknown expectation '\(pair.name)'" + (Spelling.hint(for: pair.name, among: names).map { "; \($0)" } ?? ""))
            }
            switch pair.name {
            case "state": try equal("state", conversation.state.rawValue, value)
            case "team": try equal("team", conversation.team, value)
            case "language": try equal("language", desk.customer.language, value)
            case "priority": try equal("priority", String(conversation.priority), value)
            case "sla": try equal("sla", conversation.sla, value)
            case "flow": try equal("flow", conversation.flow?.flow, value)
            case "waits_for": try equal("open wait", conversation.flow?.wait?.label, value)
            case "ended": try equal("end of the flow", desk.ending, value)
            case "tags":
                for tag in texts(value) where !conversation.tags.contains(tag) {
                    throw TestProblem("expected the tag '\(tag)', there is \(Fact.texts(conversation.tags).shown)")
                }
            case "no_tags":
                for tag in texts(value) where conversation.tags.contains(tag) {
                    throw TestProblem("the tag '\(tag)' should not be there")
                }
            case "notified":
                try found(value, in: desk.notices.map { $0.to.joined(separator: " ") + " " + $0.text }, "notification", desk)
            case "ticket": try found(value, in: desk.tickets.map(\.subject), "ticket", desk)
            case "note": try found(value, in: desk.notes, "note", desk)
            case "matched":
                for rule in texts(value) where !desk.matched.contains(rule) {
                    throw TestProblem("expected the rule '\(rule)' to match, there matched \(Fact.texts(desk.matched).shown)")
                }
            case "not_matched":
                for rule in texts(value) where desk.matched.contains(rule) {
                    throw TestProblem("the rule '\(rule)' should not have matched")
                }
            case "attributes": try fits(value, conversation.attributes, "attribute")
            case "customer": try fits(value, desk.customer.attributes, "customer's attribute")
            case "silent":
                if let said = desk.unheard.first { throw TestProblem("the bot should be silent, but said \"\(said.text)\"") }
            default: preconditionFailure("the manual has an expectation that nothing looks at: \(pair.name)")
            }
        }
    }

    private static func texts(_ value: Value) -> [String] { value.array?.compactMap(\.string) ?? value.string.map { [$0] } ?? [] }

    /// `false` and `none` say: there is none.
    private static func equal(_ name: String, _ actual: String?, _ expected: Value) throws(TestProblem) {
        let wanted: String? =
            switch expected {
            case .string(let text): text == "none" ? nil : text
            case .int(let number): String(number)
            case .double(let number): Fact.shown(number)
            default: nil
            }
        guard wanted != actual else { return }
        throw TestProblem(
            "expected \(name) \(wanted.map { "'\($0)'" } ?? "none"), there is \(actual.map { "'\($0)'" } ?? "none")")
    }

    private static func found(_ value: Value, in items: [String], _ what: String, _ desk: TestDesk) throws(TestProblem) {
        for wanted in try ExpectedText.list(value, in: desk.set)
        where !items.contains(where: { wanted.stands(in: $0, language: nil, trail: desk.trail, of: desk.set) }) {
            throw TestProblem(
                "expected a \(what) with \(wanted.shown(in: desk.customer.language, of: desk.set)), there "
                    + (items.isEmpty ? "is none" : "is \(Fact.texts(items).shown)"))
        }
    }

    private static func fits(_ wanted: Value, _ actual: Value, _ what: String) throws(TestProblem) {
        for pair in wanted.object?.pairs ?? [] where actual[pair.name] != pair.value {
            throw TestProblem(
                "expected \(what) \(pair.name) = \(pair.value.jsonText), there is \(actual[pair.name]?.jsonText ?? "none")")
        }
    }
}
