// SPDX-License-Identifier: Apache-2.0
import Desk
import Rules

/// A stand-in for the answer engine: the intent whose example shares most pairs of neighbouring characters with the text. Enough for tests
/// of rules, which shall not depend on how well intents are guessed.
struct NearestExample: Sendable {
    private let examples: [(intent: String, language: String, pairs: Set<String>)]

    init(_ intents: Value) {
        examples = (intents.object?.pairs ?? []).flatMap { intent in
            (intent.value.object?.pairs ?? []).flatMap { language in
                (language.value.array ?? []).compactMap { text in
                    text.string.map { (intent.name, language.name, Self.pairs($0)) }
                }
            }
        }
    }

    func understand(_ text: String) -> Understanding {
        let own = Self.pairs(text)
        var best: [String: Double] = [:]
        for example in examples {
            let shared = Double(own.intersection(example.pairs).count)
            best[example.intent] = max(best[example.intent] ?? 0, shared / Double(max(1, own.union(example.pairs).count)))
        }
        let guesses = best.filter { $0.value > 0.3 }.map { Understanding.Guess(intent: $0.key, confidence: min(1, 0.3 + $0.value)) }
        let isChinese = text.unicodeScalars.contains { (0x4e00...0x9fff).contains($0.value) }
        return Understanding(
            intents: guesses.sorted { ($1.confidence, $0.intent) < ($0.confidence, $1.intent) },
            mood: ["太差", "垃圾", "气死"].contains(where: text.contains) ? -0.95 : 0, language: isChinese ? "zh-CN" : "en")
    }

    private static func pairs(_ text: String) -> Set<String> {
        let characters = Array("^" + text.lowercased() + "$")
        return Set(zip(characters, characters.dropFirst()).map { "\($0)\($1)" })
    }
}
