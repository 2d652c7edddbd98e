// SPDX-License-Identifier: Apache-2.0
import Desk

/// All series of all measures: one for each combination of labels, and for each part of a combination.
///
/// A part is kept by itself because it cannot always be added up: a conversation that two teams had counts for each, and once in all.
struct SeriesStore: Sendable {
    private struct Key: Hashable { let measure: Measure; let labels: Labels }
    private var series: [Key: Series] = [:]
    /// Combinations beyond this many are counted only in the whole: labels come from outside and memory does not.
    private static let most = 4096

    /// Records under every part of `labels` that `belongs`.
    mutating func record(
        _ measure: Measure, _ value: Int64 = 0, at instant: Instant, labels: Labels,
        where belongs: (Labels) -> Bool = { _ in true }
    ) {
        for part in Self.parts(of: labels) where belongs(part) {
            let key = Key(measure: measure, labels: part)
            if series[key] == nil, series.count >= Self.most, !part.isEmpty { continue }
            series[key, default: Series()].record(value, at: instant)
        }
    }

    subscript(measure: Measure, labels: Labels) -> Series? { series[Key(measure: measure, labels: labels)] }

    /// Every combination of exactly these label names that a measure has seen.
    func labelSets(of measure: Measure, by names: Set<String>) -> Set<Labels> {
        Set(series.keys.lazy.filter { $0.measure == measure && Set($0.labels.keys) == names }.map(\.labels))
    }

    /// `{a, b}` has the parts `{}`, `{a}`, `{b}`, `{a, b}`.
    static func parts(of labels: Labels) -> [Labels] {
        labels.sorted { $0.key < $1.key }.reduce([[:]]) { parts, label in
            parts + parts.map { $0.merging([label.key: label.value]) { $1 } }
        }
    }
}
