// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How a customer feels, as far as the words tell: -1 furious … 1 delighted, 0 matter-of-fact.
///
/// A lexicon of Chinese and English words, turned round by negation (`不`, `not`), made stronger or weaker by what stands before them
/// (`太`, `very`; `有点`, `a bit`), and by exclamation marks, capitals and emoji. Irony is beyond it.
enum Mood {
    /// - Parameter scalars: the text, folded.
    static func of(_ text: String, folded scalars: [Unicode.Scalar]) -> Double {
        var sum = han(scalars) + english(scalars, isShouting: isShouting(text)) + pictures(scalars)
        let impatience = impatience(scalars)
        guard sum != 0 else { return impatience }
        sum *= 1 + 0.15 * Double(min(scalars.count { $0 == "!" }, 3))
        return tanh(sum + (sum < 0 ? impatience : 0))
    }

    // MARK: - Chinese

    /// The longest word of the lexicon at each place, with what turns it in the five characters before.
    private static func han(_ scalars: [Unicode.Scalar]) -> Double {
        var sum = 0.0
        var index = 0
        while index < scalars.count {
            guard let (length, value) = longest(MoodLexicon.han, in: scalars[index...].prefix(6)) else {
                index += 1
                continue
            }
            if value != 0 { sum += value * turn(of: scalars[max(0, index - 5)..<index]) }
            index += length
        }
        return sum
    }

    private static func longest(_ lexicon: MoodLexicon.Table, in scalars: ArraySlice<Unicode.Scalar>) -> (Int, Double)? {
        guard lexicon.starts.contains(scalars[scalars.startIndex]) else { return nil }
        for length in stride(from: scalars.count, through: 1, by: -1) {
            if let value = lexicon.values[MoodLexicon.key(scalars.prefix(length))] { return (length, value) }
        }
        return nil
    }

    /// What the characters before a word do to it: `不太` turns it round and softens, `太` strengthens, `有点` weakens.
    private static func turn(of before: ArraySlice<Unicode.Scalar>) -> Double {
        var factor = 1.0
        var rest = before
        while let length = (1...3).reversed().first(where: { length in
            length <= rest.count && MoodLexicon.hanTurns.values[MoodLexicon.key(rest.suffix(length))] != nil
        }) {
            factor *= MoodLexicon.hanTurns.values[MoodLexicon.key(rest.suffix(length))] ?? 1
            rest = rest.dropLast(length)
        }
        return max(-1.5, min(1.8, factor))
    }

    // MARK: - English

    private static func english(_ scalars: [Unicode.Scalar], isShouting: Bool) -> Double {
        let words = words(scalars)
        var sum = 0.0
        var index = 0
        while index < words.count {
            var (length, value) = (1, MoodLexicon.words.values[words[index]] ?? 0)
            if MoodLexicon.phraseStarts.contains(words[index]) {
                for count in [4, 3, 2] where index + count <= words.count {
                    guard let phrase = MoodLexicon.words.values[MoodLexicon.key(phrase: words[index..<index + count])] else {
                        continue
                    }
                    (length, value) = (count, phrase)
                    break
                }
            }
            if value != 0 { sum += value * turn(before: index, in: words) }
            index += length
        }
        return isShouting && sum != 0 ? sum * 1.3 : sum
    }

    private static func turn(before index: Int, in words: [UInt64]) -> Double {
        var factor = 1.0
        for word in words[max(0, index - 3)..<index] {
            if word == MoodLexicon.pause { factor = 1 } else { factor *= MoodLexicon.wordTurns.values[word] ?? 1 }
        }
        return max(-1.5, min(1.8, factor))
    }

    /// Keys of the words; the end of a clause stands as `pause`.
    private static func words(_ scalars: [Unicode.Scalar]) -> [UInt64] {
        var words: [UInt64] = []
        var word: [Unicode.Scalar] = []
        func close() {
            if !word.isEmpty { words.append(MoodLexicon.key(word[...])) }
            word.removeAll(keepingCapacity: true)
        }
        for scalar in scalars {
            switch scalar {
            case "a"..."z": word.append(scalar)
            case "'": break
            case ",", ".", ";", "!", "?":
                close()
                words.append(MoodLexicon.pause)
            default: close()
            }
        }
        close()
        return words
    }

    /// Several words in capitals and none in small letters.
    private static func isShouting(_ text: String) -> Bool {
        var (words, length) = (0, 0)
        for byte in text.utf8.prefix(600) {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): return false
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                length += 1
                if length == 3 { words += 1 }
            default: length = 0
            }
        }
        return words > 1
    }

    // MARK: - Signs

    /// Emoji, and the platforms' own in brackets: `[发怒]`. The first four count; more of the same is habit.
    private static func pictures(_ scalars: [Unicode.Scalar]) -> Double {
        var (sum, count) = (0.0, 0)
        for (index, scalar) in scalars.enumerated() where count < 4 && (scalar == "[" || scalar.value >= 0x2600) {
            let length = scalar == "[" ? (scalars[index...].prefix(6).firstIndex(of: "]") ?? index - 1) - index + 1 : 1
            guard length > 0, let value = MoodLexicon.pictures.values[MoodLexicon.key(scalars[index..<index + length])] else {
                continue
            }
            sum += value
            count += 1
        }
        return sum
    }

    /// `???` asks a second time.
    private static func impatience(_ scalars: [Unicode.Scalar]) -> Double {
        let marks = scalars.count { $0 == "?" }
        return marks >= 3 ? -0.3 : marks == 2 ? -0.1 : 0
    }
}
