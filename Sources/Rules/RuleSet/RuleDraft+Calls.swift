// SPDX-License-Identifier: Apache-2.0
import Desk

/// What the tables of `out:…` and `chat:…` may hold, the state of flows, and what is asked of customers: mistakes in functions that have not run yet.
extension RuleDraft {
    mutating func checkFunctions() {
        var states: [String: Set<String>] = [:]
        for flow in flows { if let state = flow.state { states["flow \"\(flow.id)\""] = Set(state.keys) } }
        for path in source.paths(ending: ".lua") where !path.hasPrefix("tests/") {
            guard let outline = outlines[path] else { continue }
            for call in outline.calls { checkFields(call, path) }
            for use in outline.stateUses { if let known = states[use.flow] { checkState(use, known, path) } }
            for member in outline.members where member.owner == "c.customer" { checkAttribute(member, path) }
        }
    }

    private func place(_ path: String, _ line: Int) -> RulePlace { RulePlace(file: source.shown(path), line: line) }

    /// Calls that take a table with names of ours, and what the manual calls that table.
    private static let tables: [String: String] = {
        var tables = [
            "out:notify": "notify", "chat:notify": "notify", "out:open_ticket": "open_ticket", "chat:open_ticket": "open_ticket",
            "chat:ticket": "open_ticket", "out:hand_off": "hand_off", "chat:handoff": "hand_off", "out:assign": "assign",
            "out:reply": "content", "chat:say": "content", "chat:menu": "content",
        ]
        for call in ["chat:ask", "chat:choose", "chat:wait_event", "chat:done"] { tables[call] = call }
        return tables
    }()

    private mutating func checkFields(_ call: LuaOutline.Call, _ path: String) {
        if call.name == "chat:sleep", call.arguments.count > 1, let text = call.arguments[1] {
            checkDuration(text, of: "chat:sleep", at: place(path, call.line))
        }
        guard let table = Self.tables[call.name] else { return }
        let known = Manual.names(of: table)
        // A dot: it stands in a table of its own. A number: a list, or a key that is worked out.
        for field in call.fields where field.path.allSatisfy({ $0.isLetter || $0 == "_" }) {
            if !known.contains(field.path) {
                report(
                    "unknown_field", at: place(path, field.line), "unknown field '\(field.path)' of \(call.name)",
                    hint: Spelling.hint(for: field.path, among: known))
            } else if field.path == "timeout", let text = field.text {
                checkDuration(text, of: "timeout of \(call.name)", at: place(path, field.line))
            }
        }
    }

    private mutating func checkDuration(_ text: String, of what: String, at place: RulePlace) {
        guard Duration(text: text) == nil else { return }
        report(
            "value", at: place, "\(what): \"\(text)\" is no duration", hint: "write \"90s\", \"10m\", \"1h30m\" or \"7d\"")
    }

    /// `s.ordr` where the flow remembers an `order`: reading gives nothing, and what is put there stops the flow at the stage's end.
    private mutating func checkState(_ use: LuaOutline.StateUse, _ known: Set<String>, _ path: String) {
        guard !known.contains(use.name) else { return }
        report(
            "unknown_field", at: place(path, use.line), "\(use.flow) remembers no '\(use.name)'",
            hint: Spelling.nearest(to: use.name, among: known).map { "did you mean '\($0)'?" }
                ?? "declare it: state = { \(use.name) = \"string?\" }")
    }

    /// Where `rules.lua` says what is known about customers, nothing else is.
    private mutating func checkAttribute(_ member: LuaOutline.Member, _ path: String) {
        let fixed = Manual.names(of: "c.customer")
        guard let own = settings.customerAttributes, !own.contains(member.name), !fixed.contains(member.name) else { return }
        let near = Spelling.nearest(to: member.name, among: Array(own) + fixed)
        guard member.isSure || near != nil else { return }
        report(
            "unknown_field", at: place(path, member.line), "customers have no attribute '\(member.name)'",
            hint: near.map { "did you mean '\($0)'?" } ?? "name it under attributes in rules.lua")
    }
}
