// SPDX-License-Identifier: Apache-2.0

/// Finds what somebody who mistyped a name probably meant.
enum Spelling {
    /// The nearest of the names, if one is near enough to be meant; ties go to the first in the alphabet.
    static func nearest(to name: String, among names: some Sequence<String>) -> String? {
        let limit = name.utf8.count <= 3 ? 1 : name.utf8.count <= 6 ? 2 : 3
        var best: (name: String, distance: Int)?
        for other in names.sorted() where other != name {
            let distance = distance(name, other)
            if distance <= limit, distance < best?.distance ?? .max { best = (other, distance) }
        }
        // `vip` for `vip_level`.
        return best?.name ?? (name.utf8.count >= 3 ? names.filter { $0 != name && $0.hasPrefix(name) }.min() : nil)
    }

    /// `did you mean 'assign'?`, or the names there are, if they are few.
    static func hint(for name: String, among names: some Sequence<String>) -> String? {
        let names = Array(names)
        if let near = nearest(to: name, among: names) { return "did you mean '\(near)'?" }
        guard !names.isEmpty, names.count <= 24 else { return nil }
        return "it may be \(names.sorted().map { "'\($0)'" }.joined(separator: ", "))"
    }

    /// Letters to insert, delete, replace or swap with a neighbour.
    static func distance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a.utf8), Array(b.utf8))
        guard abs(a.count - b.count) <= 3, a.count <= 64 else { return 9 }
        var before: [Int] = []
        var above = Array(0...b.count)
        for i in 0..<a.count {
            var row = [i + 1]
            row.reserveCapacity(b.count + 1)
            for j in 0..<b.count {
                var cost = min(above[j + 1] + 1, row[j] + 1, above[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
                row.append(cost)
            }
            (before, above) = (above, row)
        }
        return above[b.count]
    }
}
