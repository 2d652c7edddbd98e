// SPDX-License-Identifier: Apache-2.0
import Desk

/// What `rules.lua` returns: settings of the set as a whole.
package struct RuleSettings: Sendable, Hashable {
    /// Shown in the history.
    package var name: String
    /// Of customers whose language is unknown, and where a text is missing.
    package var language = "zh-CN"
    /// Local time minus UTC, for `now.hour` and its like.
    package var offset: Duration = .seconds(8 * 3600)
    /// Attributes that customers have: others are mistakes. Nil: anything goes.
    package var customerAttributes: Set<String>?
    /// Conditions for going live, as the author gave them; `max_changed`, `never_change`.
    package var gates: Value = .object(.init())
    /// The same, read and checked.
    package var activationGates = ActivationGates()
    /// Where `gates` stands in rules.lua, from 1.
    package var gatesLine: Int?
    /// How the set is watched once it is live.
    package var watch = WatchSettings()
    /// What its functions may use.
    package var limits = ScriptLimits()

    /// The settings where `rules.lua` says nothing.
    package init(name: String) { self.name = name }
}

extension RuleSettings {
    private static let fields = Manual.names(of: "settings")

    /// - Parameter value: what the file returned; nil if there is no such file.
    init(_ value: Value?, name: String, file: String, outline: LuaOutline?, problems: inout [RuleProblem]) {
        self.init(name: name)
        guard let value else { return }
        func report(_ message: String, hint: String? = nil, code: String = "value", field: String? = nil) {
            problems.append(
                RuleProblem(
                    code: code, file: file, line: field.flatMap { outline?.returnedFields[$0] }, message: message, hint: hint))
        }
        guard let object = value.object else {
            report("rules.lua must return a table", hint: "write return { name = \"…\", api = 1 }")
            return
        }
        for name in object.names where !Self.fields.contains(name) {
            report(
                "unknown field '\(name)'", hint: Spelling.hint(for: name, among: Self.fields), code: "unknown_field", field: name)
        }
        if let api = value["api"], api.int != 1 { report("this program speaks api = 1", hint: "write api = 1", field: "api") }
        if let name = value["name"] {
            if let text = name.string, !text.isEmpty {
                self.name = text
            } else {
                report("'name' must be a text", code: "type", field: "name")
            }
        }
        if let language = value["language"] {
            if let text = language.string {
                self.language = text
            } else {
                report("'language' must be a text such as \"zh-CN\"", code: "type", field: "language")
            }
        }
        if let zone = value["time_zone"] {
            if let offset = zone.string.flatMap(Self.offset) {
                self.offset = offset
            } else {
                report("'time_zone' must be an offset such as \"+08:00\"", code: "type", field: "time_zone")
            }
        }
        if let attributes = value["attributes"]?["customer"] {
            customerAttributes = Set(attributes.array?.compactMap(\.string) ?? attributes.object?.names ?? [])
        }
        if let gates = value["gates"] {
            self.gates = gates
            gatesLine = outline?.returnedFields["gates"]
            activationGates = ActivationGates(gates) { report($0, hint: $1, code: $2, field: "gates") }
        }
        if let watch = value["watch"] {
            self.watch = WatchSettings(watch) { report($0, hint: $1, code: $2, field: "watch") }
        }
        if let limits = value["limits"] {
            self.limits = ScriptLimits(limits) { report($0, hint: $1, code: $2, field: "limits") }
        }
    }

    private static func offset(_ text: String) -> Duration? {
        let sign: Int64 = text.hasPrefix("-") ? -1 : 1
        let parts = text.drop { $0 == "+" || $0 == "-" }.split(separator: ":").compactMap { Int64($0) }
        guard text.hasPrefix("+") || text.hasPrefix("-"), parts.count == 2, parts[0] <= 14, parts[1] < 60 else { return nil }
        return .seconds(sign * (parts[0] * 3600 + parts[1] * 60))
    }
}
