// SPDX-License-Identifier: Apache-2.0

/// Dialogues that nothing begins.
extension RuleDraft {
    /// A flow begins by its own `start`, by `start_flow` of a rule, or by `start_flow` in a function. Where a function works the name out, any flow
    /// may be meant, and nothing is said.
    mutating func checkFlowsBegin() {
        let waiting = flows.filter { !$0.startsItself }
        guard !waiting.isEmpty else { return }
        let actions = routes.map(\.actions) + escalations.map(\.actions) + replies.map(\.actions)
        var begun = Set(actions.compactMap(\.startFlow))
        for (path, outline) in outlines where !path.hasPrefix("tests/") {
            for call in outline.calls where call.name.hasSuffix(":start_flow") || call.name.hasSuffix(".start_flow") {
                // `out.start_flow(out, "x")` has the name second.
                guard let name = call.arguments.compactMap(\.self).first else { return }
                begun.insert(name)
            }
        }
        let named = begun.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
        for flow in waiting where !begun.contains(flow.id) {
            report(
                .warning, "unbegun", at: flow.head.place,
                "flow \"\(flow.id)\" never begins: it has no start, and "
                    + (begun.isEmpty ? "no rule has a start_flow" : "start_flow names only \(named)"),
                hint: "write start = keywords { … } in it, or start_flow = \"\(flow.id)\" in a rule")
        }
    }
}
