// SPDX-License-Identifier: Apache-2.0

/// Finds what somebody may have meant.
enum Spelling {
    /// ` (did you mean 'x'?)`, or nothing when nothing is near.
    static func hint(_ name: String, among names: [String]) -> String {
        nearest(name, among: names).map { ". Did you mean '\($0)'?" } ?? ""
    }

    static func nearest(_ name: String, among names: [String]) -> String? {
        let limit = max(1, name.utf8.count / 3)
        return names.map { ($0, distance(name, $0)) }.filter { $0.1 <= limit }.min { $0.1 < $1.1 }?.0
    }

    /// Levenshtein distance in bytes.
    private static func distance(_ a: String, _ b: String) -> Int {
        let b = Array(b.utf8.prefix(64))
        var row = Array(0...b.count)
        for (i, letter) in a.utf8.prefix(64).enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let above = row[j + 1]
                row[j + 1] = min(row[j] + 1, above + 1, diagonal + (letter == b[j] ? 0 : 1))
                diagonal = above
            }
        }
        return row[b.count]
    }
}
