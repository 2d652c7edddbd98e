// SPDX-License-Identifier: Apache-2.0
import Desk

/// All series of all measures: one for each label, for each pair of labels, and for all together.
///
/// A part is kept by itself because it cannot always be added up: a conversation that two teams had counts for each, and once in all.
struct SeriesStore: Sendable {
    private struct Key: Hashable { let track: Track; let labels: Labels }
    private var series: [Key: Series] = [:]
    private var counts: [Track: Int] = [:]
    /// Combinations of one track beyond this many are counted only in the whole: labels come from outside and memory does not. Pairs
    /// are given up earlier than single labels.
    private static let (most, mostPairs) = (1024, 600)
    /// Of one conversation.
    private static let mostTags = 16

    /// Records under every part of the labels, and with each of the tags.
    /// - Parameter needed: only parts that have all of these names.
    mutating func record(
        _ track: Track, _ value: Int64 = 0, at instant: Instant, labels: Labels, tags: [String] = [], needed: [String] = []
    ) {
        for part in Self.parts(of: labels, tags: tags) where needed.allSatisfy({ part[$0] != nil }) {
            let key = Key(track: track, labels: part)
            if series[key] == nil {
                let count = counts[track, default: 0]
                if !part.isEmpty, count >= (part.count > 1 ? Self.mostPairs : Self.most) { continue }
                counts[track] = count + 1
            }
            series[key, default: Series()].record(value, at: instant)
        }
    }

    mutating func forget(_ track: Track) {
        series = series.filter { $0.key.track != track }
        counts[track] = nil
    }

    subscript(track: Track, labels: Labels) -> Series? { series[Key(track: track, labels: labels)] }

    func window(_ track: Track, _ labels: Labels, over window: Duration, to instant: Instant) -> Histogram {
        self[track, labels]?.window(over: window, to: instant) ?? Histogram()
    }

    /// Every combination of exactly these label names that a track has seen.
    func labelSets(of track: Track, by names: Set<String>) -> Set<Labels> {
        Set(series.keys.lazy.filter { $0.track == track && Set($0.labels.keys) == names }.map(\.labels))
    }

    /// `{a, b}` and the tag `t` have the parts `{}`, `{a}`, `{b}`, `{a, b}`, `{t}`, `{a, t}`, `{b, t}`: at most two labels each.
    static func parts(of labels: Labels, tags: [String] = []) -> [Labels] {
        let pairs = labels.sorted { $0.key < $1.key }
        var parts: [Labels] = [[:]]
        for (index, one) in pairs.enumerated() {
            parts.append([one.key: one.value])
            for other in pairs[..<index] { parts.append([one.key: one.value, other.key: other.value]) }
        }
        for tag in tags.prefix(mostTags) {
            parts.append(["tag": tag])
            for one in pairs { parts.append(["tag": tag, one.key: one.value]) }
        }
        return parts
    }
}
