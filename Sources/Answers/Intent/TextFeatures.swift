// SPDX-License-Identifier: Apache-2.0

/// What a text is compared by: Han characters and pairs, words, word pairs and pieces of words, each with a weight.
///
/// Pieces of four letters forgive typing errors and endings. Words that carry grammar rather than meaning count less. The weights were
/// chosen once, on shop, bank and travel questions in both languages, and hold for all sets of examples.
enum TextFeatures {
    struct Feature: Sendable, Hashable {
        let key: UInt64
        let weight: Float
    }

    /// Sorted by key; a feature that occurs twice counts once.
    static func of(_ text: FoldedText) -> [Feature] {
        var features: [Feature] = []
        features.reserveCapacity(64)
        var before: (key: UInt64, isCommon: Bool)?
        for run in text.runs {
            switch run {
            case .han(let characters):
                han(characters, into: &features)
                before = nil
            case .word(let letters): word(letters, &before, into: &features)
            case .number: add(hash(5, [] as [Unicode.Scalar]), 0.5, to: &features)
            }
        }
        features.sort { $0.key < $1.key }
        var unique: [Feature] = []
        unique.reserveCapacity(features.count)
        for feature in features {
            if let last = unique.last, last.key == feature.key {
                if feature.weight > last.weight { unique[unique.count - 1] = feature }
            } else {
                unique.append(feature)
            }
        }
        return unique
    }

    private static func han(_ characters: [Unicode.Scalar], into features: inout [Feature]) {
        var beforeIsCommon = false
        for (index, character) in characters.enumerated() {
            let isCommon = commonHan.contains(character)
            add(hash(1, characters[index...index]), isCommon ? 0.2 : 0.5, to: &features)
            if index > 0 { add(hash(2, characters[(index - 1)...index]), isCommon && beforeIsCommon ? 0.4 : 1, to: &features) }
            beforeIsCommon = isCommon
        }
    }

    private static func word(
        _ letters: [Unicode.Scalar], _ before: inout (key: UInt64, isCommon: Bool)?, into features: inout [Feature]
    ) {
        let isCommon = commonWords.contains(hash(3, letters))
        let key = hash(3, stem(letters))
        let share: Float = isCommon ? 0.4 : 1
        add(key, share, to: &features)
        if let before {
            add((before.key &* 0x9e37_79b9_7f4a_7c15) ^ key, before.isCommon && isCommon ? 0.24 : 0.6, to: &features)
        }
        before = (key, isCommon)
        guard letters.count >= 4 else { return }
        let framed: [Unicode.Scalar] = ["^"] + letters.prefix(24) + ["$"]
        for start in 0..<(framed.count - 3) { add(hash(4, framed[start..<start + 4]), 0.35 * share, to: &features) }
    }

    private static func add(_ key: UInt64, _ weight: Float, to features: inout [Feature]) {
        features.append(Feature(key: key, weight: weight))
    }

    /// Cuts the commonest English endings.
    private static func stem(_ word: [Unicode.Scalar]) -> ArraySlice<Unicode.Scalar> {
        for ending in endings where word.count >= ending.count + 3 && word.suffix(ending.count).elementsEqual(ending) {
            return word.dropLast(ending.count)
        }
        return word[...]
    }

    /// FNV-1a over kind and scalars, 64 bits: a collision among a few thousand features is as good as impossible.
    private static func hash(_ kind: UInt64, _ scalars: some Sequence<Unicode.Scalar>) -> UInt64 {
        var hash: UInt64 = (0xcbf2_9ce4_8422_2325 ^ kind) &* 0x100_0000_01b3
        for scalar in scalars { hash = (hash ^ UInt64(scalar.value)) &* 0x100_0000_01b3 }
        return hash ^ (hash >> 29)
    }

    private static let endings = ["ing", "ed", "es", "s"].map { Array($0.unicodeScalars) }

    private static let commonHan = Set("的了吗呢啊呀吧我你您们是有在请问怎么什哪里一下想要能可以帮给这个那就都还也到和样为好".unicodeScalars)

    private static let commonWords = Set(
        """
        a an the is are am was do does did i my me you your it its to of in on for with and or can could would will please how what
        when where why which this that be have has need want help if so just get im ive id whats
        """.split(whereSeparator: \.isWhitespace).map { hash(3, $0.unicodeScalars) })
}
