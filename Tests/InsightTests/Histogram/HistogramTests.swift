// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Insight

@Suite("Histogram") struct HistogramTests {
    @Test("an empty histogram knows nothing") func empty() {
        let histogram = Histogram()
        #expect(histogram.count == 0)
        #expect(histogram.mean == nil)
        #expect(histogram.quantile(0.5) == nil)
        #expect(histogram.largest == nil)
    }

    @Test("small values are exact, by nearest rank") func small() {
        var histogram = Histogram()
        for value in 1...10 { histogram.record(Int64(value)) }
        #expect(histogram.quantile(0.5) == 5)
        #expect(histogram.quantile(0.9) == 9)
        #expect(histogram.quantile(0.91) == 10)
        #expect(histogram.quantile(1) == 10)
        #expect(histogram.quantile(0) == 1)
        #expect(histogram.mean == 5.5)
    }

    @Test("count, sum, smallest and largest are exact; negative counts as 0; the absurd is capped") func bounds() {
        var histogram = Histogram()
        for value: Int64 in [-5, 3_600_001, .max] { histogram.record(value) }
        #expect(histogram.count == 3)
        #expect(histogram.smallest == 0)
        #expect(histogram.largest == 1 << 52)
        #expect(histogram.sum == 3_600_001 + 1 << 52)
    }

    @Test("a quantile is within 1.6 % of the sorted values' own", arguments: [1, 2, 3] as [UInt64])
    func accuracy(seed: UInt64) {
        var numbers = SeededNumbers(seed)
        var histogram = Histogram()
        var values: [Int64] = []
        for _ in 0..<5000 {
            let value = Int64.random(in: 0..<(1 << Int64.random(in: 1...36, using: &numbers)), using: &numbers)
            values.append(value)
            histogram.record(value)
        }
        values.sort()
        for share in [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999] {
            let exact = Double(values[Int((share * 5000).rounded(.up)) - 1])
            let found = histogram.quantile(share)!
            #expect(abs(found - exact) <= exact * 0.016, "share \(share)")
        }
    }

    @Test("merging parts gives what one histogram of all would be", arguments: [4, 5, 6] as [UInt64])
    func merge(seed: UInt64) {
        var numbers = SeededNumbers(seed)
        var all = Histogram()
        var parts = [Histogram](repeating: Histogram(), count: 7)
        for _ in 0..<2000 {
            let value = Int64.random(in: 0...10_000_000, using: &numbers)
            all.record(value)
            parts[Int.random(in: 0..<6, using: &numbers)].record(value)
        }
        var merged = Histogram()
        for part in parts { merged.merge(part) }
        #expect(merged == all)
    }
}
