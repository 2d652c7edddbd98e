// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// Why something that a script asked for cannot be done.
struct IntentProblem: Error {
    let message: String

    /// For the prelude: the thing at this place of the list, counted from 0, is refused when it is asked for.
    func trip(at index: Int) -> Value { ["at": .int(Int64(index + 1)), "message": .string(message)] }
}

extension LuaFailure {
    /// - Returns: nil if a run with `trip` failed of something else.
    func tripped(by trip: Value) -> LuaFailure? {
        guard let file, let line, let message = trip["message"]?.string, plainMessage == message else { return nil }
        return LuaFailure(code: .value, message: message, file: file, line: line)
    }
}

extension Intent.Action {
    /// Reads what `out:…` or `chat:…` left: `{action = "tag", value = {"vip"}}`.
    init(lua item: Value) throws(IntentProblem) {
        let name = item["action"]?.string ?? ""
        let value = item["value"] ?? .null
        switch name {
        case "reply", "say", "menu":
            let content = try MessageContent(lua: value)
            guard content.kind != .text || content.text.contains(where: { !$0.isWhitespace }) else {
                throw IntentProblem(message: "\(name) needs a text; there is nothing in this one, and no platform takes it")
            }
            self = .reply(content)
        case "note": self = .note(value.string ?? "")
        case "tag": self = .tag(try Self.texts(value, name))
        case "untag": self = .untag(try Self.texts(value, name))
        case "raise_priority": self = .raisePriority(Int(max(-9, min(9, value.int ?? 0))))
        case "set_priority": self = .setPriority(Int(max(0, min(9, value.int ?? 0))))
        case "hand_off":
            try Self.check(value, ["team", "note"], name)
            self = .handOff(team: try Self.text(value, "team", name), note: try Self.text(value, "note", name))
        case "start_flow": self = .startFlow(value.string ?? "")
        case "stop_flow": self = .stopFlow
        case "resolve": self = .resolve
        case "notify":
            try Self.check(value, ["team", "agent", "to", "text"], name)
            var to = value["to"]?.string.map { [$0] } ?? []
            if let list = value["to"]?.array { to = try Self.texts(.array(list), name) }
            if let team = try Self.text(value, "team", name) { to.append("team:\(team)") }
            if let agent = try Self.text(value, "agent", name) { to.append("agent:\(agent)") }
            guard !to.isEmpty else { throw IntentProblem(message: "notify says nobody: give team, agent or to") }
            self = .notify(to: to, text: try Self.text(value, "text", name) ?? "")
        case "open_ticket", "ticket": self = .openTicket(try TicketDraft(lua: value))
        case "assign": self = .assign(try Assignment(lua: value))
        case "set": self = .setAttributes(try Self.plain(value, name))
        case "set_customer": self = .setCustomer(try Self.plain(value, name))
        default: throw IntentProblem(message: "there is no action '\(name)'")
        }
    }

    static func check(_ value: Value, _ fields: [String], _ name: String) throws(IntentProblem) {
        for field in value.object?.names ?? [] where !fields.contains(field) {
            throw IntentProblem(
                message: "\(name): unknown field '\(field)'" + (Spelling.hint(for: field, among: fields).map { "; \($0)" } ?? ""))
        }
    }

    static func text(_ value: Value, _ field: String, _ name: String) throws(IntentProblem) -> String? {
        guard let found = value[field] else { return nil }
        guard let text = found.string else {
            throw IntentProblem(message: "\(name): '\(field)' must be a text, not \(TermArguments.kind(found))")
        }
        return text
    }

    static func texts(_ value: Value, _ name: String) throws(IntentProblem) -> [String] {
        let items = value.array ?? []
        let texts = items.compactMap(\.string)
        guard texts.count == items.count else { throw IntentProblem(message: "\(name) takes texts") }
        return texts
    }

    /// Data without functions.
    static func plain(_ value: Value, _ name: String) throws(IntentProblem) -> Value {
        guard value.object != nil else { throw IntentProblem(message: "\(name) takes a table with names") }
        guard !value.holdsFunction else { throw IntentProblem(message: "\(name): a function cannot be kept") }
        return value
    }
}

extension Value {
    var holdsFunction: Bool {
        switch self {
        case .array(let items): items.contains(where: \.holdsFunction)
        case .object(let fields): fields.pairs.contains { $0.name == "$function" || $0.value.holdsFunction }
        default: false
        }
    }
}

extension MessageContent {
    /// A text, `{text, options}`, or `{kind, text, fields}`.
    init(lua value: Value) throws(IntentProblem) {
        if let text = value.string { self = .text(text); return }
        try Intent.Action.check(value, ["kind", "text", "fields", "options"], "a message")
        let text = try Intent.Action.text(value, "text", "a message") ?? ""
        if let options = value["options"] {
            var items: [Value] = []
            for option in options.array ?? [] {
                guard let line = option.string ?? option["text"]?.string else {
                    throw IntentProblem(message: "an option is a text or { id = …, text = … }")
                }
                let id = option["id"].map { $0.string ?? $0.int.map(String.init) ?? line } ?? line
                items.append(["id": .string(id), "text": .string(line)])
            }
            self.init(kind: .menu, text: text, fields: ["options": .array(items)])
            return
        }
        let name = try Intent.Action.text(value, "kind", "a message") ?? "text"
        guard let kind = Kind(rawValue: name) else {
            let hint = Spelling.hint(for: name, among: Kind.allCases.map(\.rawValue)).map { "; \($0)" } ?? ""
            throw IntentProblem(message: "there is no kind of message '\(name)'\(hint)")
        }
        self.init(kind: kind, text: text, fields: try Intent.Action.plain(value["fields"] ?? .object(.init()), "a message"))
    }
}

extension TicketDraft {
    init(lua value: Value) throws(IntentProblem) {
        try Intent.Action.check(value, ["subject", "category", "type", "priority", "team", "tags", "fields"], "open_ticket")
        func text(_ field: String) throws(IntentProblem) -> String? { try Intent.Action.text(value, field, "open_ticket") }
        guard let subject = try text("subject"), !subject.isEmpty else {
            throw IntentProblem(message: "open_ticket needs a subject")
        }
        let name = try text("priority") ?? "normal"
        guard let priority = TicketPriority(rawValue: name) else {
            let hint = Spelling.hint(for: name, among: TicketPriority.allCases.map(\.rawValue)).map { "; \($0)" } ?? ""
            throw IntentProblem(message: "open_ticket: there is no priority '\(name)'\(hint)")
        }
        self.init(
            subject: subject, category: try text("category"), type: try text("type"), priority: priority, team: try text("team"),
            tags: try Intent.Action.texts(value["tags"] ?? .array([]), "open_ticket"),
            fields: try Intent.Action.plain(value["fields"] ?? .object(.init()), "open_ticket"))
    }
}

extension Assignment {
    init(lua value: Value) throws(IntentProblem) {
        try Intent.Action.check(value, ["team", "agent", "bot", "skills", "sla", "strategy", "priority"], "assign")
        func text(_ field: String) throws(IntentProblem) -> String? { try Intent.Action.text(value, field, "assign") }
        let strategy = try text("strategy")
        if let strategy, AssignmentStrategy(rawValue: strategy) == nil {
            let hint = Spelling.hint(for: strategy, among: AssignmentStrategy.allCases.map(\.rawValue)).map { "; \($0)" } ?? ""
            throw IntentProblem(message: "assign: there is no strategy '\(strategy)'\(hint)")
        }
        self.init(
            team: try text("team"), agent: try text("agent"), toBot: value["bot"]?.bool ?? false,
            skills: try Intent.Action.texts(value["skills"] ?? .array([]), "assign"), sla: try text("sla"),
            strategy: strategy.flatMap(AssignmentStrategy.init(rawValue:)),
            priority: value["priority"]?.int.map { Int(max(0, min(9, $0))) })
        guard toBot || team != nil || agent != nil else {
            throw IntentProblem(message: "assign needs a team, an agent or bot = true")
        }
    }
}
