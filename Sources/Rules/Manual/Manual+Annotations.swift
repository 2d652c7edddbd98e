// SPDX-License-Identifier: Apache-2.0
import Desk

/// LuaCATS: what editors complete and check with.
extension Manual {
    /// The classes that tables and objects have in annotations, by owner.
    private static let classes: [(owner: String, name: String)] = [
        ("assign", "Assignment"), ("hand_off", "HandOff"), ("notify", "Notice"), ("open_ticket", "Ticket"),
        ("option", "Option"), ("content", "Content"), ("c", "View"), ("c.customer", "View.Customer"),
        ("c.conversation", "View.Conversation"), ("c.message", "View.Message"), ("c.now", "View.Now"),
        ("c.desk", "View.Desk"), ("chat:ask", "AskOptions"), ("chat:choose", "ChooseOptions"),
        ("chat:wait_event", "EventOptions"), ("chat:call", "CallOptions"), ("chat:done", "DoneOptions"),
        ("given", "Given"), ("example", "Example"), ("settings", "Settings"), ("limits", "Limits"), ("gates", "Gates"),
        ("watch", "Watch"), ("count", "EventCount"),
    ]
    private static let kindClasses: [(RuleKind, String)] = [
        (.route, "Route"), (.escalate, "Escalation"), (.reply, "Reply"), (.flow, "Flow"), (.alert, "Alert"),
    ]
    /// Fields that a declaration cannot do without.
    private static let needed: [RuleKind: Set<String>] = [
        .route: ["assign"], .flow: ["stages"], .alert: ["measure", "raise"],
    ]
    /// Classes whose tables also have names of the author's own.
    private static let open: Set<String> = ["c.customer", "given"]

    /// Whether a table also has names that the manual does not know.
    static func isOpen(_ owner: String) -> Bool { open.contains(owner) }

    static var annotations: String {
        let opaque = [
            ("Condition", "What `all`, `eq` and their like make."),
            ("Bound", "What `above`, `below` and `anomaly` make for alerts."),
            ("Pattern", "One of `pattern`."),
        ].map { "---\($0.1)\n---@class \($0.0)\n" }
        let aliases = [
            "---How long: `90s`, `10m`, `1h30m`, `7d`.\n---@alias Duration string\n",
            "---A text, a text by key (`i18n`), by language, or made by a function.\n"
                + "---@alias Wording string|table<string, string>|fun(c: View): string\n",
            "---What a condition looks at.\n---@alias Path string\n" + names(of: "path").map { "---| \"\($0)\"\n" }.joined(),
            "---What an alert measures.\n---@alias Measure string\n"
                + entries.filter { $0.owner == "measure" && $0.name != "count" }.map {
                    "---| \"\($0.name)\" # \($0.summary)\n"
                }.joined(),
        ]
        let declarations = kindClasses.map { kind, name in
            "---@class \(name)\n"
                + fields(of: kind).map { field($0, isNeeded: needed[kind]?.contains($0.name) ?? false) }.joined()
        }
        let tables = classes.map { owner, name in
            "---@class \(name)\n" + (open.contains(owner) ? "---@field [string] any\n" : "")
                + entries.filter { $0.owner == owner }.map { field($0, isNeeded: false) }.joined()
        }
        let objects = [object("out", "Out"), object("chat", "Chat")]
        let globals = entries.filter { $0.owner.isEmpty && $0.name != "test" && !isLuas($0) }.map { function($0, of: "") }
        let patterns =
            "pattern = {}\n"
            + entries.filter { $0.owner == "pattern" }.map {
                "---\($0.summary)\n---@type Pattern\npattern.\($0.name) = nil\n"
            }.joined()
        let lines =
            "log = {}\n" + entries.filter { $0.owner == "log" }.map { function($0, of: "log.") }.joined(separator: "\n")
        return head("What rules can use")
            + (opaque + aliases + declarations + tables + objects + globals + [patterns, lines])
            .joined(separator: "\n")
    }

    static var testAnnotations: String {
        let expected =
            "---@class Expected\n"
            + entries.filter { $0.owner == "expect" }.map { field($0, isNeeded: false) }.joined()
        let test = entries.filter { $0.owner.isEmpty && $0.name == "test" }.map { function($0, of: "") }
        return head("What tests of rules can use") + ([expected, object("t", "Test")] + test).joined(separator: "\n")
    }

    private static func head(_ title: String) -> String {
        """
        ---@meta
        -- SPDX-License-Identifier: Apache-2.0
        -- \(title), for editors (LuaCATS). Never loaded by the server.
        -- \(notice)


        """
    }

    /// Whether editors know it without being told.
    private static func isLuas(_ entry: ManualEntry) -> Bool {
        lua.entries.contains { $0.owner == entry.owner && $0.name == entry.name } || entry.name == "require"
    }

    private static func field(_ entry: ManualEntry, isNeeded: Bool) -> String {
        guard case .value(var type) = entry.shape else { return "" }
        let isOptional = type.hasSuffix("?")
        if isOptional { type.removeLast() }
        let mark =
            isNeeded || (entry.owner.hasPrefix("c") && !entry.owner.hasPrefix("chat") && entry.owner != "content" && !isOptional)
        return "---@field \(entry.name)\(mark ? "" : "?") \(type) \(entry.summary)\n"
    }

    /// Something with methods, and perhaps values.
    private static func object(_ owner: String, _ name: String) -> String {
        let own = entries.filter { $0.owner == owner }
        let values = own.compactMap { entry -> String? in
            guard case .value(let type) = entry.shape else { return nil }
            return "---@field \(entry.name) \(type) \(entry.summary)\n"
        }
        return "---@class \(name)\n\(values.joined())local \(name) = {}\n\n"
            + own.filter { if case .function = $0.shape { true } else { false } }.map { function($0, of: name + ":") }
            .joined(separator: "\n")
    }

    private static func function(_ entry: ManualEntry, of object: String) -> String {
        guard case .function(let parameters, let returns) = entry.shape else {
            return "---\(entry.summary)\n---@type any\n\(entry.name) = nil\n"
        }
        let lines =
            ["---\(entry.summary)"] + parameters.map { "---@param \($0.name) \($0.type)" }
            + (returns.map { ["---@return \($0)"] } ?? [])
        let names = parameters.map { $0.name.hasSuffix("?") ? String($0.name.dropLast()) : $0.name }
        return lines.joined(separator: "\n") + "\nfunction \(object)\(entry.name)(\(names.joined(separator: ", "))) end\n"
    }
}
