// SPDX-License-Identifier: Apache-2.0
import Desk
import Synchronization

/// Knows from examples what customers want, and from a lexicon in what mood they are. Immutable: new examples make a new index.
///
/// All languages are one index: examples of one help with words that both use, and a mixed sentence finds both.
package struct IntentIndex: Sendable {
    private let names: [String]
    private let model: IntentModel
    private let curve: ConfidenceCurve
    /// What was given as an example, word for word; nil where two intents claim it.
    private let known: [FoldedText: Int?]
    /// Guesses that are passed on; rules look at the first few.
    private static let most = 5

    /// - Parameter examples: `{"shipping_time": {"zh-CN": ["多久发货", …], "en": ["when will it ship", …]}, …}`; a plain list in place of
    ///   the languages will do. What has another shape is passed over: checking it is the rule set's business.
    package init(examples: Value) {
        var texts: [String: [String]] = [:]
        for pair in examples.object?.pairs ?? [] {
            let lists = pair.value.object?.pairs.map(\.value) ?? [pair.value]
            texts[pair.name] = lists.flatMap { $0.array?.compactMap(\.string) ?? [] }
        }
        let names = texts.keys.sorted()
        var all: [IntentModel.Example] = []
        var known: [FoldedText: Int?] = [:]
        for (number, name) in names.enumerated() {
            for text in texts[name] ?? [] {
                let folded = FoldedText(text)
                let features = TextFeatures.of(folded)
                guard !features.isEmpty else { continue }
                all.append((features, number))
                if let other = known[folded], other != number { known[folded] = .some(nil) } else { known[folded] = number }
            }
        }
        all += Strangers.texts.map { (TextFeatures.of(FoldedText($0)), names.count) }
        self.names = names
        self.known = known
        model = IntentModel(all, intents: names.count + 1)
        curve = ConfidenceCurve(all, intents: names.count)
    }

    private static let latest = Mutex<[(examples: Value, index: IntentIndex)]>([])
    private static let mostKept = 4

    /// One that was made of the same examples a while ago, or a new one: making it takes up to a tenth of a second, and rule sets that
    /// follow one another mostly have the same examples.
    package static func made(of examples: Value) -> IntentIndex {
        if let known = latest.withLock({ $0.last { $0.examples == examples } }) { return known.index }
        let index = IntentIndex(examples: examples)
        latest.withLock { $0 = $0.suffix(mostKept - 1) + [(examples, index)] }
        return index
    }

    /// What a text asks for, in what language and mood. The same text always gives the same; takes a few microseconds.
    ///
    /// The confidence of the first guess is the chance that it is right, 0.5 and more for what may be acted on; that of the others falls
    /// off with their distance. A text that has nothing in common with any example has no guesses.
    package func understand(_ text: String) -> Understanding {
        let scalars = FoldedText.scalars(text)
        return Understanding(
            intents: guesses(FoldedText(folded: scalars)), mood: Mood.of(text, folded: scalars), language: Language.of(scalars))
    }

    private func guesses(_ folded: FoldedText) -> [Understanding.Guess] {
        let features = TextFeatures.of(folded)
        let scores = model.scores(features)
        guard let (best, chance) = curve.best(of: scores), scores[best] > 0 else { return [] }
        let (exact, isKnown) = (known[folded] ?? nil, known[folded] != nil)
        let first = exact ?? best
        // Word for word an example: of one intent as good as certain, of two a coin that fell.
        let confidence = exact != nil ? max(chance, 0.98) : isKnown ? min(chance, 0.5) : chance
        var guesses = [Understanding.Guess(intent: names[first], confidence: confidence)]
        let others = names.indices.filter { $0 != first && scores[$0] > 0 }.sorted { (scores[$1], $0) < (scores[$0], $1) }
        for other in others.prefix(Self.most - 1) {
            let share = Double(scores[other] / max(scores[best], 1e-6))
            guesses.append(.init(intent: names[other], confidence: min(confidence, 1 - confidence) * min(1, share)))
        }
        return guesses
    }
}
