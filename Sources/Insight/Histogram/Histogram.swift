// SPDX-License-Identifier: Apache-2.0

/// How often which values occurred: whole numbers from 0, in buckets that grow with the value.
///
/// 64 buckets for each doubling: a quantile is off by at most 1.6 % (below 64 it is exact). Count, sum, smallest and largest are exact.
/// Merging two gives what one would have become that saw all values; means and percentiles themselves cannot be merged.
/// - Source: the layout follows Gil Tene's HdrHistogram; the buckets are kept sparse, as most windows hold few values.
package struct Histogram: Sendable, Hashable {
    /// Sorted by bucket.
    private var buckets: [Bucket] = []
    package private(set) var count = 0
    package private(set) var sum: Int64 = 0
    /// nil while empty.
    package private(set) var smallest: Int64?
    /// nil while empty.
    package private(set) var largest: Int64?

    private struct Bucket: Sendable, Hashable {
        let number: Int32
        var count: Int32
    }

    package init() {}

    /// Adds one value; a negative one counts as 0.
    package mutating func record(_ value: Int64) {
        let value = min(max(0, value), 1 << 52)
        add(Int32(Self.bucket(of: value)), 1)
        count += 1
        sum += value
        smallest = min(smallest ?? value, value)
        largest = max(largest ?? value, value)
    }

    package mutating func merge(_ other: Histogram) {
        guard other.count > 0 else { return }
        if buckets.isEmpty {
            buckets = other.buckets
        } else if other.buckets.count < 4 {
            for bucket in other.buckets { add(bucket.number, bucket.count) }
        } else {
            buckets = Self.merged(buckets, other.buckets)
        }
        count += other.count
        sum += other.sum
        smallest = [smallest, other.smallest].compactMap { $0 }.min()
        largest = [largest, other.largest].compactMap { $0 }.max()
    }

    /// nil while empty.
    package var mean: Double? { count == 0 ? nil : Double(sum) / Double(count) }

    /// The smallest value that at least this share of all values does not exceed (nearest rank); nil while empty.
    /// - Parameter share: 0…1
    package func quantile(_ share: Double) -> Double? {
        guard count > 0, let smallest, let largest else { return nil }
        let rank = max(1, Int((min(max(share, 0), 1) * Double(count)).rounded(.up)))
        if rank == count { return Double(largest) }
        var seen = 0
        for bucket in buckets {
            seen += Int(bucket.count)
            if seen >= rank { return min(max(Self.middle(of: Int(bucket.number)), Double(smallest)), Double(largest)) }
        }
        return Double(largest)
    }

    /// How many values do not exceed this one, as exact as the buckets.
    package func count(atMost value: Int64) -> Int {
        guard let largest, value < largest else { return count }
        let last = Self.bucket(of: max(0, value))
        return buckets.prefix { Int($0.number) <= last }.reduce(0) { $0 + Int($1.count) }
    }

    private mutating func add(_ number: Int32, _ more: Int32) {
        var (low, high) = (0, buckets.count)
        while low < high {
            let middle = (low + high) / 2
            if buckets[middle].number < number { low = middle + 1 } else { high = middle }
        }
        if low < buckets.count, buckets[low].number == number {
            buckets[low].count += more
        } else {
            buckets.insert(Bucket(number: number, count: more), at: low)
        }
    }

    private static func merged(_ a: [Bucket], _ b: [Bucket]) -> [Bucket] {
        var out: [Bucket] = []
        out.reserveCapacity(a.count + b.count)
        var (i, j) = (0, 0)
        while i < a.count || j < b.count {
            if j == b.count || (i < a.count && a[i].number < b[j].number) {
                out.append(a[i])
                i += 1
            } else if i == a.count || b[j].number < a[i].number {
                out.append(b[j])
                j += 1
            } else {
                out.append(Bucket(number: a[i].number, count: a[i].count + b[j].count))
                i += 1
                j += 1
            }
        }
        return out
    }

    private static func bucket(of value: Int64) -> Int {
        guard value >= 64 else { return Int(value) }
        let shift = 57 - value.leadingZeroBitCount
        return 64 * shift + Int(value >> Int64(shift))
    }

    private static func middle(of bucket: Int) -> Double {
        guard bucket >= 128 else { return Double(bucket) }
        let shift = bucket / 64 - 1
        let start = Int64(bucket - 64 * shift) << Int64(shift)
        return Double(start) + Double((Int64(1) << Int64(shift)) - 1) / 2
    }
}
