// SPDX-License-Identifier: Apache-2.0

/// What is counted now, under its labels and tags.
protocol Labelled {
    /// Tags are not among them.
    var labels: Labels { get }
    var tags: [String] { get }
}

extension Labelled {
    func matches(_ wanted: Labels) -> Bool {
        let labels = labels
        return wanted.allSatisfy { $0.key == "tag" ? tags.contains($0.value) : labels[$0.key] == $0.value }
    }

    /// Its combinations of these names: one for each tag where tags are asked for; none where it lacks one.
    func labelSets(_ names: Set<String>) -> [Labels] {
        let own = labels.filter { names.contains($0.key) }
        guard names.contains("tag") else { return own.count == names.count ? [own] : [] }
        guard own.count == names.count - 1 else { return [] }
        return tags.map { own.merging(["tag": $0]) { $1 } }
    }
}
