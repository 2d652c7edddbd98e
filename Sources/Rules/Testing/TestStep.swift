// SPDX-License-Identifier: Apache-2.0
import Desk

/// The steps that scripts (`.conv`) and tests in Lua share.
enum TestStep {
    static let names = Manual.names(of: "t")

    /// - Parameter isStrict: everything the bot says must be looked for before the next thing happens.
    static func perform(_ name: String, _ arguments: [Value], on desk: TestDesk, isStrict: Bool) throws(TestProblem) {
        let first = arguments.first ?? .null
        let second = arguments.count > 1 ? arguments[1] : .null
        if isStrict, ["customer", "agent", "wait", "event", "resolve"].contains(name) { try nothingLeft(desk) }
        switch name {
        case "given":
            try TestGiven.apply(first, to: &desk.scene)
            try desk.scene.applyPaths(first)
        case "customer":
            do throws(IntentProblem) {
                let content = try MessageContent(lua: first)
                try customer(content, desk)
            } catch { throw TestProblem(error.message) }
        case "bot": try bot(try ExpectedText(first, in: desk.set), desk)
        case "agent": try desk.agentWrites(first.string ?? "")
        case "wait":
            guard let duration = first.string.flatMap({ Duration(text: $0) }) else {
                throw TestProblem("wait takes a duration such as 10m")
            }
            try desk.wait(duration)
        case "at":
            let time = try TestGiven.time(first.string ?? "", from: desk.now, offset: desk.set.settings.offset)
            guard time >= desk.now else { desk.now = time; return }
            try desk.wait(time - desk.now)
        case "call": desk.answers[first.string ?? ""] = .success(second)
        case "fail": desk.answers[first.string ?? ""] = .failure(TestProblem(second.string ?? "failed"))
        case "event": try desk.eventHappens(first.string ?? "", second.object == nil ? .object(.init()) : second)
        case "expect": try TestExpectation.check(first, on: desk)
        case "reload": try desk.reload()
        case "restart": try desk.restart()
        case "resolve": try desk.resolve()
        default: throw TestProblem("unknown step '\(name)'" + (Spelling.hint(for: name, among: names).map { "; \($0)" } ?? ""))
        }
        if let failure = desk.failures.first {
            throw TestProblem("rule \(failure.rule) failed at \(failure.file ?? "?"):\(failure.line ?? 0): \(failure.message)")
        }
        if let call = desk.missingAnswers.first {
            throw TestProblem("the flow calls '\(call)', but no answer was prepared; write call \(call) {…} before it")
        }
    }

    private static func customer(_ content: MessageContent, _ desk: TestDesk) throws(IntentProblem) {
        do throws(TestProblem) { try desk.customerWrites(content) } catch { throw IntentProblem(message: error.message) }
    }

    /// The next thing the bot said holds the text; `*` is anything.
    private static func bot(_ expected: ExpectedText, _ desk: TestDesk) throws(TestProblem) {
        let said = desk.hear()
        let language = said.map(\.language) ?? desk.customer.language
        if let said, expected.stands(in: said.text, language: language, trail: desk.trail, of: desk.set) { return }
        throw TestProblem(
            "expected the bot to say \(expected.shown(in: language, of: desk.set)), but it says "
                + (said.map { "\"\($0.text)\"\(ExpectedText.origin(of: $0.text, trail: desk.trail, of: desk.set))" } ?? "nothing")
        )
    }

    static func nothingLeft(_ desk: TestDesk) throws(TestProblem) {
        if let said = desk.unheard.first { throw TestProblem("the bot also says \"\(said.text)\"") }
    }
}
