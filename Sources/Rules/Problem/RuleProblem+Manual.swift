// SPDX-License-Identifier: Apache-2.0

extension RuleProblem {
    /// Where more is said about problems of this code: `rules/README.md#unknown-fields-and-wrong-values`.
    package var see: String? { Self.anchors[code].map { "rules/README.md#\($0)" } }

    /// Headings of rules/README.md by code. A test compares them with the codes in use and with the document.
    static let anchors: [String: String] = {
        let headings: [(String, [String])] = [
            ("files-that-cannot-be-read", ["syntax", "load", "budget", "declaration"]),
            ("names-of-rules-and-waits", ["id", "duplicate_id", "duplicate_label"]),
            ("unknown-fields-and-wrong-values", ["unknown_field", "type", "value", "match", "global"]),
            ("names-that-are-not-there", ["team", "channel", "flow", "stage", "intent", "knowledge", "call", "member"]),
            ("texts-and-data", ["i18n", "i18n_missing", "i18n_names", "data"]),
            ("rules-that-never-act", ["never", "shadowed", "waiting", "unbegun"]),
            ("rules-that-disagree", ["conflict", "circle", "keyword"]),
            ("alerts-that-flutter", ["alert", "alert_overlap"]),
            ("patterns-that-are-risky", ["pattern"]),
            ("the-folder-itself", ["folder", "file", "encoding", "link", "too_large", "empty", "read"]),
            ("tests-and-gates", ["test", "gate", "running_flow"]),
        ]
        return Dictionary(
            headings.flatMap { anchor, codes in codes.map { ($0, anchor) } }, uniquingKeysWith: { first, _ in first })
    }()
}

extension [RuleProblem] {
    /// One line for each code, in the order in which the codes first occur: where more is said.
    package var links: [String] {
        var seen: Set<String> = []
        return compactMap { problem in
            guard let see = problem.see, seen.insert(problem.code).inserted else { return nil }
            return "\(problem.code): see \(see)"
        }
    }
}
