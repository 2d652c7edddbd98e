// SPDX-License-Identifier: Apache-2.0
import Desk

/// A decision that was once made and is to stay: what the rules saw, and what they wanted. Lies in `tests/pinned/ID.json`.
///
/// What a person could be known by is masked as far as the decision comes out the same without it.
package struct PinnedDecision: Sendable {
    /// Rules are asked once for each occasion: `started`, then `message`.
    struct Question: Sendable {
        let situation: Situation
        /// Rules that matched, in their order.
        let matched: [String]
        /// As the decision log writes them.
        let intents: [Value]
        /// The texts of the set that stand in them: they may read otherwise one day.
        let texts: [TextTrail.Use]
    }

    /// Of the message that it was about.
    package let id: String
    /// Under which it was decided.
    let ruleSet: String
    let questions: [Question]
    /// What is not as it was: `customer.name`, `message.text`, …
    package let masked: [String]

    private static let version: Int64 = 1

    /// The path below the rules folder.
    package var path: String { "tests/pinned/\(id).json" }

    /// As it lies in its file; `Situation.snapshot` and the decision log say what the parts look like.
    package var value: Value {
        [
            "pinned": .int(Self.version), "message_id": .string(id), "rule_set": .string(ruleSet),
            "masked": .array(masked.map(Value.string)),
            "questions": .array(
                questions.map { question in
                    var value: Value = ["situation": question.situation.snapshot]
                    if let content = question.situation.message?.content { value["message"] = content.value }
                    value["matched"] = .array(question.matched.map(Value.string))
                    value["intents"] = .array(question.intents)
                    if !question.texts.isEmpty { value["texts"] = .array(question.texts.map(TextTrail.value)) }
                    return value
                }),
        ]
    }

    /// Reads a file.
    init(_ bytes: [UInt8]) throws(TestProblem) {
        let value: Value
        do { value = try Value(json: bytes) } catch { throw TestProblem("no valid JSON: \(error)") }
        guard value["pinned"]?.int == Self.version else {
            throw TestProblem("no pinned decision: \"pinned\" must be \(Self.version)")
        }
        id = value["message_id"]?.string ?? ""
        ruleSet = value["rule_set"]?.string ?? ""
        masked = value["masked"]?.array?.compactMap(\.string) ?? []
        var questions: [Question] = []
        for item in value["questions"]?.array ?? [] {
            guard var situation = Situation(snapshot: item["situation"] ?? .null, message: nil) else {
                throw TestProblem("a situation cannot be read")
            }
            if let content = item["message"] {
                guard let content = MessageContent(value: content) else { throw TestProblem("a message cannot be read") }
                situation.message = Self.message(content, situation)
            }
            questions.append(
                Question(
                    situation: situation, matched: item["matched"]?.array?.compactMap(\.string) ?? [],
                    intents: item["intents"]?.array ?? [], texts: (item["texts"]?.array ?? []).compactMap(TextTrail.use)))
        }
        guard !questions.isEmpty else { throw TestProblem("it has no questions") }
        self.questions = questions
    }

    /// Asks the rules about situations as they were recorded, masked as far as may be.
    /// - Parameters:
    ///   - id: of the message; names the file.
    ///   - runner: of the set that decided.
    package init(id: String, situations: [Situation], runner: RuleRunner) {
        self.id = id
        ruleSet = runner.set.id
        var masked: Set<String> = []
        questions = situations.map { situation in
            let (plain, names) = SituationMask.masked(situation, runner: runner)
            masked.formUnion(names)
            let trail = TextTrail()
            runner.script.bench.trail = trail
            defer { runner.script.bench.trail = nil }
            let decision = runner.decide(plain)
            let values = decision.intents.map(\.value)
            return Question(
                situation: plain, matched: decision.matched.map(\.rule), intents: values, texts: trail.uses(in: values))
        }
        self.masked = masked.sorted()
    }

    static func message(_ content: MessageContent, _ situation: Situation) -> Message {
        Message(
            id: ID(7), conversation: situation.conversation.id, customer: situation.customer.id,
            channel: situation.conversation.channel, direction: .inbound, content: content,
            author: .customer(situation.customer.id), delivery: .delivered, at: situation.now)
    }

    // MARK: - As a test

    /// - Throws: what is not as it was pinned.
    func run(_ runner: RuleRunner) throws(TestProblem) -> [Decision] {
        var decisions: [Decision] = []
        for question in questions {
            let trail = TextTrail()
            runner.script.bench.trail = trail
            defer { runner.script.bench.trail = nil }
            let decision = runner.decide(question.situation)
            if let failure = decision.failures.first {
                throw TestProblem(
                    "rule \(failure.rule) failed at \(failure.file ?? "?"):\(failure.line ?? 0): \(failure.message)")
            }
            let occasion = question.situation.occasion.name
            let matched = decision.matched.map(\.rule)
            guard matched == question.matched else {
                throw TestProblem(
                    "when \(occasion), expected the rules \(Fact.texts(question.matched).shown) to match, found "
                        + Fact.texts(matched).shown)
            }
            let intents = decision.intents.map(\.value)
            let wanted = question.intents(inTheWordsOf: trail)
            if intents != wanted {
                let lost = wanted.filter { !intents.contains($0) }, new = intents.filter { !wanted.contains($0) }
                throw TestProblem("when \(occasion), expected \(Self.shown(lost)), found \(Self.shown(new))")
            }
            decisions.append(decision)
        }
        return decisions
    }

    private static func shown(_ intents: [Value]) -> String {
        intents.isEmpty ? "nothing else" : intents.map(\.luaText).joined(separator: ", ")
    }
}

extension PinnedDecision.Question {
    /// What was wanted, each text in the words that the rules took for it now.
    fileprivate func intents(inTheWordsOf trail: TextTrail) -> [Value] {
        var intents = intents
        // The longest first: a short one may stand within it.
        for text in texts.sorted(by: { $0.text.count > $1.text.count }) {
            guard let now = trail.uses.first(where: { $0.name == text.name && $0.arguments == text.arguments }) else { continue }
            intents = intents.map { $0.replacing(text: text.text, with: now.text) }
        }
        return intents
    }
}
