// SPDX-License-Identifier: Apache-2.0

/// Many intervals at once: which of them hold a number. Costs the logarithm of their count and what is found.
struct RangeTree: Sendable {
    /// The ends of all intervals, in order, each once. Between them and on them lie the pieces: before the first, on it, after it, …
    private let bounds: [Double]
    /// A power of two: pieces, rounded up. A node's children are 2n and 2n + 1; leaves begin at `width`.
    private let width: Int
    private var held: [[Int32]]

    /// - Parameter ranges: no end may be NaN; they are reported by their position.
    init(_ ranges: [(low: Double, high: Double)]) {
        var ends = ranges.flatMap { [$0.low, $0.high] }.sorted()
        ends = ends.enumerated().filter { $0.offset == 0 || ends[$0.offset - 1] != $0.element }.map(\.element)
        bounds = ends
        let pieces = ends.count * 2 + 1
        var width = 1
        while width < pieces { width *= 2 }
        self.width = width
        held = Array(repeating: [], count: width * 2)
        for (number, range) in ranges.enumerated() where range.low <= range.high {
            var low = piece(range.low) + width
            var high = piece(range.high) + width + 1
            while low < high {
                if low & 1 == 1 { held[low].append(Int32(number)); low += 1 }
                if high & 1 == 1 { high -= 1; held[high].append(Int32(number)) }
                low /= 2
                high /= 2
            }
        }
    }

    private func piece(_ number: Double) -> Int {
        var low = 0
        var high = bounds.count
        while low < high {
            let middle = (low + high) / 2
            if bounds[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low < bounds.count && bounds[low] == number ? low * 2 + 1 : low * 2
    }

    func forEach(holding number: Double, _ report: (Int) -> Void) {
        guard !number.isNaN else { return }
        var node = piece(number) + width
        while node > 0 {
            for found in held[node] { report(Int(found)) }
            node /= 2
        }
    }
}
