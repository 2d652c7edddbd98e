// SPDX-License-Identifier: Apache-2.0
import Desk

/// A scripted dialogue in named stages.
package final class FlowRule: Sendable {
    let head: RuleHead
    /// As declared.
    package var id: String { head.id }
    /// Counted up by the author when the state changes its form.
    package let version: Int
    /// The first to run.
    let first: String
    let stages: [String: FunctionRef]
    let stageLines: [String: Int]
    /// Names and types of the state's fields; nil: anything.
    let state: [String: StateType]?
    /// By the version that they start from.
    let upgrades: [Int: FunctionRef]
    /// Whether it begins by itself when `head.match` holds.
    let startsItself: Bool

    struct StateType: Sendable, Hashable {
        enum Kind: String, CaseIterable { case string, number, boolean, table, any }
        let kind: Kind
        let isOptional: Bool

        init?(_ text: String) {
            isOptional = text.hasSuffix("?")
            guard let kind = Kind(rawValue: isOptional ? String(text.dropLast()) : text) else { return nil }
            self.kind = kind
        }

        func fits(_ value: Value?) -> Bool {
            guard let value, value != .null else { return true }
            return switch (kind, value) {
            case (.any, _), (.string, .string), (.number, .int), (.number, .double), (.boolean, .bool), (.table, .array),
                (.table, .object):
                true
            default: false
            }
        }
    }

    init(_ reader: SpecReader, outline: LuaOutline) {
        let start = reader.term("start")
        startsItself = start != nil
        head = RuleHead(reader, match: start)
        version = reader.whole("version", in: 1...1_000_000) ?? 1
        state = reader.table("state") { table in
            var types: [String: StateType] = [:]
            for name in table.names {
                guard let text = table.text(name) else { continue }
                types[name] = StateType(text)
                if types[name] == nil {
                    table.report(
                        "value", name, "'\(text)' is no type",
                        hint: "use string, number, boolean, table or any, with '?' if it may be absent")
                }
            }
            return types
        }
        var lines: [(name: String, line: Int)] = []
        stages =
            reader.table("stages") { table in
                var stages: [String: FunctionRef] = [:]
                for name in table.names {
                    stages[name] = table.function(name)
                    lines.append((name, table.place(of: name).line))
                }
                return stages
            } ?? [:]
        stageLines = Dictionary(lines.map { ($0.name, $0.line) }, uniquingKeysWith: { first, _ in first })
        if stages.isEmpty {
            reader.report(
                "value", "stages", "flow \"\(reader.declaration.id)\" has no stages",
                hint: "write stages = { ask = function(chat, s) … end }")
        }
        upgrades =
            reader.table("on_upgrade") { table in
                var upgrades: [Int: FunctionRef] = [:]
                for name in table.names {
                    guard let version = Int(name), version > 0 else {
                        table.report(
                            "value", name, "'on_upgrade' goes by the version it upgrades from, not '\(name)'",
                            hint: "write [2] = function(s) return s end")
                        continue
                    }
                    upgrades[version] = table.function(name)
                }
                return upgrades
            } ?? [:]
        if let named = reader.text("first") {
            first = named
            if stages[named] == nil {
                reader.report(
                    "stage", "first", "there is no stage '\(named)'", hint: Spelling.hint(for: named, among: stages.keys))
            }
        } else {
            // The order of the source; a table has none.
            let known = Set(stages.keys)
            let written = outline.call("flow", reader.declaration.id, at: reader.declaration.place.line)?.fields
                .compactMap { $0.path.hasPrefix("stages.") ? String($0.path.dropFirst("stages.".count)) : nil }
                .first(where: known.contains)
            first = written ?? lines.min { ($0.line, $0.name) < ($1.line, $1.name) }?.name ?? ""
            if written == nil, Set(lines.map(\.line)).count < lines.count {
                reader.report(
                    "stage", "stages", "which stage comes first?", hint: "write first = \"…\", or each stage on a line of its own"
                )
            }
        }
        for from in upgrades.keys where from >= version {
            reader.report("value", "on_upgrade", "there is no way up from version \(from) to version \(version)")
        }
    }
}
