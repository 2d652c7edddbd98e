// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// Words that match more than they are meant to, each with a text that shows it.
extension RuleDraft {
    mutating func checkWords() {
        checkOrdinaryWords()
        checkTakenWords()
    }

    private static let mostTexts = 4000

    private func facts(_ text: String, _ kind: RuleKind = .reply) -> Facts? {
        WitnessSearch.facts(
            Value.Fields(unchecked: [.init("text", .string(text))]), ExampleScene(kind: kind, id: ""), offset: settings.offset)
    }

    // MARK: - Words that are found in anything

    /// One character, or a word that says nothing, by which a rule alone would act on ordinary texts.
    private mutating func checkOrdinaryWords() {
        var texts: [(text: String, facts: Facts)]?
        for head in heads {
            guard let match = head.match else { continue }
            var told: Set<String> = []
            for word in match.wantedWords where Self.isSuspicious(word) && !told.contains(word.text) {
                if texts == nil { texts = OrdinaryTexts.all.compactMap { text in facts(text).map { (text, $0) } } }
                let found = (texts ?? []).filter { word.occurs(in: $0.facts.foldedText) && match.holds($0.facts) }
                let isStopWord = OrdinaryTexts.stopWords.contains(word.plainText.lowercased())
                guard let first = found.first, isStopWord || found.count > 1 else { continue }
                told.insert(word.text)
                report(
                    .warning, "keyword", at: place(head, head.kind == .flow ? "start" : "match"),
                    "the keyword \"\(word.text)\" of \"\(head.id)\" is in much ordinary text: it matches \"\(first.text)\"",
                    hint: "write more of the sentence, or use an intent", event: ["text": .string(first.text)])
            }
        }
    }

    private static func isSuspicious(_ word: Keyword) -> Bool {
        let plain = word.plainText
        return plain.count <= 1 || word.text.hasSuffix("*") && plain.count <= 2
            || OrdinaryTexts.stopWords.contains(plain.lowercased())
    }

    // MARK: - Words that another rule takes

    /// A word of a reply that, written alone, is answered by an earlier one with a word inside it.
    private mutating func checkTakenWords() {
        let speaking =
            DecisionPlans.byPriority(replies.filter { !$0.isFallback }, \.head)
            + DecisionPlans.byPriority(replies.filter(\.isFallback), \.head)
        guard speaking.count > 1 else { return }
        let plan = MatchPlan(Array(speaking.indices), match: { speaking[$0].head.match })
        var left = Self.mostTexts
        for (index, reply) in speaking.enumerated() where reply.actions.speaks && reply.on == .message {
            var taken: [Int: [(word: Keyword, by: Keyword)]] = [:]
            for word in reply.head.match?.wantedWords ?? [] {
                left -= 1
                guard left > 0 else { return }
                guard let facts = facts(word.plainText), reply.head.match?.holds(facts) ?? false, reply.applies(facts) else {
                    continue
                }
                plan.forEachMatch(facts) { other in
                    guard other < index else { return false }
                    let first = speaking[other]
                    guard first.actions.speaks, first.head.when == nil, first.applies(facts) else { return true }
                    let inside = (first.head.match?.wantedWords ?? []).first {
                        $0.folded != word.folded && $0.occurs(in: facts.foldedText)
                    }
                    if let inside, !Self.saysTheSame(first.actions, reply.actions) {
                        taken[other, default: []].append((word, inside))
                    }
                    return false
                }
            }
            for (other, words) in taken.sorted(by: { $0.key < $1.key }) {
                guard let example = words.first, !isShadowed(reply.head) else { continue }
                let first = speaking[other].head
                let more = words.count > 1 ? " (and \(words.count - 1) more)" : ""
                report(
                    .warning, "keyword", at: place(reply.head, "match"),
                    "who writes \"\(example.word.plainText)\"\(more) is answered by \"\(first.id)\" "
                        + "(\(first.place.file):\(first.place.line)), whose keyword \"\(example.by.text)\" is inside, not by "
                        + "\"\(reply.head.id)\"",
                    hint: "give \"\(reply.head.id)\" a higher priority", event: ["text": .string(example.word.plainText)])
            }
        }
    }

    private func isShadowed(_ head: RuleHead) -> Bool {
        problems.contains { $0.code == "shadowed" && $0.file == head.place.file && $0.line == head.place.line }
    }

    private static func saysTheSame(_ a: ActionSpec, _ b: ActionSpec) -> Bool {
        a.text == b.text && a.knowledge == b.knowledge && a.content == b.content && (a.text != nil || a.knowledge != nil)
    }

    // MARK: - Patterns that never end

    /// A text on which a pattern uses up what a decision may use, tried in Lua: so many times `unit`. Nil if none was found.
    func endlessText(for pattern: String) -> (unit: String, times: Int)? {
        guard let state = try? ScriptState(source, texts: texts, mode: .counted),
            let chunk = try? state.lua.load(source: Array("local t, p = ... return (string.find(t, p))".utf8), chunk: "=pattern")
        else { return nil }
        // A long run of what the pattern begins with, and then not what it ends with.
        let letters = PatternRisk.samples(of: pattern)
        // And something that is not in it at all.
        let stranger = "abcdefgh".first { !pattern.contains($0) }.map { [String($0)] } ?? []
        for unit in letters.indices.map({ letters[...$0].joined() }) + stranger {
            let times = Self.longText / unit.count
            do throws(LuaFailure) {
                _ = try state.lua.call(
                    chunk, [.string(String(repeating: unit, count: times)), .string(pattern)], budget: .decision)
            } catch {
                if error.code.isLimit { return (unit, times) }
            }
        }
        return nil
    }

    private static let longText = 400
}

extension MatchTerm {
    /// Keywords that help it to hold.
    var wantedWords: [Keyword] {
        switch self {
        case .all(let terms), .any(let terms): terms.flatMap(\.wantedWords)
        case .keywords(let words): words
        default: []
        }
    }
}
