// SPDX-License-Identifier: Apache-2.0

/// Expressions: operators do not matter here, calls and tables do.
extension LuaOutlineReader {
    mutating func expressions() throws -> [Expression] {
        var all = [try expression()]
        while take(symbol: ",") { all.append(try expression()) }
        return all
    }

    mutating func expression() throws -> Expression {
        try enter()
        defer { depth -= 1 }
        var result = try operand()
        while isOperator {
            at += 1
            _ = try operand()
            result = .other
        }
        return result
    }

    var isOperator: Bool {
        switch current {
        case .symbol(let symbol):
            ["+", "-", "*", "/", "//", "%", "^", "..", "==", "~=", "<", "<=", ">", ">=", "&", "|", "~", "<<", ">>"].contains(
                symbol)
        case .keyword(let word): word == "and" || word == "or"
        default: false
        }
    }

    mutating func operand() throws -> Expression {
        var isPlain = true
        while isKeyword("not") || isSymbol("-") || isSymbol("#") || isSymbol("~") {
            at += 1
            isPlain = false
        }
        let result = try simple()
        return isPlain ? result : .other
    }

    mutating func simple() throws -> Expression {
        switch current {
        case .string(let text): at += 1; return .text(text)
        case .number, .keyword("nil"), .keyword("true"), .keyword("false"), .symbol("..."): at += 1; return .other
        case .symbol("{"): return .table(try table())
        case .keyword("function"): at += 1; try body(method: false); return .other
        default: return try suffixed()
        }
    }

    mutating func body(method: Bool) throws {
        var names: [String: Role] = method ? ["self": .own] : [:]
        let isInFlow = path.count == 3 && ["stages", "on_upgrade"].contains(path[1])
        let given = Self.given[isInFlow || path.count == 2 ? path[1] : ""]
        var position = 0
        try expect("(")
        while !isSymbol(")") {
            if take(symbol: "...") {
                names["..."] = .own
            } else {
                let name = try name()
                if let given, position < given.count {
                    names[name] = .host(given[position], isSure: true)
                } else {
                    names[name] = given == nil && ["chat", "out"].contains(name) ? .host(name, isSure: false) : .own
                }
                position += 1
            }
            guard take(symbol: ",") else { break }
        }
        try expect(")")
        scopes.append(names)
        functions += 1
        defer { scopes.removeLast(); functions -= 1 }
        try block()
        try expect(keyword: "end")
    }

    /// What functions in a field of a declaration are given.
    private static let given = [
        "stages": ["chat", "state"], "on_upgrade": ["state"], "act": ["c", "out"], "when": ["c"], "text": ["c"], "note": ["c"],
    ]

    /// `c.customer`, and `chat.customer`, which is the same.
    private static func view(of part: String, in owner: String) -> String? {
        if owner == "chat" { return ["customer", "conversation", "now", "desk"].contains(part) ? "c.\(part)" : nil }
        return owner == "c" || owner.hasPrefix("c.") ? "\(owner).\(part)" : nil
    }

    /// The table that a name is, and whether that is sure; nil where its names are not known.
    private func known(_ root: String) -> (owner: String, isSure: Bool)? {
        switch role(of: root) {
        case nil: Manual.knownTables.contains(root) ? (root, true) : nil
        case .host("state", _): nil
        case .host(let name, let isSure): (name, isSure)
        case .answer: ("answer", true)
        case .own: nil
        }
    }

    mutating func suffixed() throws -> Expression {
        var known: String?
        var table: (owner: String, isSure: Bool)?
        var result = Expression.other
        if take(symbol: "(") {
            _ = try expression()
            try expect(")")
        } else {
            let first = line
            let root = try name()
            mention(root, line: first)
            known = root
            table = self.known(root)
            result = .name(root)
        }
        /// The call that was read last, for `route "id" { … }`: the table belongs to it.
        var last: Int?
        while true {
            switch current {
            case .symbol("."):
                at += 1
                let partLine = line
                let part = try name()
                if let owner = table?.owner, let isSure = table?.isSure {
                    outline.members.append(.init(owner: owner, name: part, line: partLine, isSure: isSure))
                    table = Self.view(of: part, in: owner).map { ($0, isSure) }
                }
                if let known {
                    note(part, of: known, line: partLine)
                    noteState(part, of: known, line: partLine)
                }
                known = known.map { "\($0).\(part)" }
                result = known.map(Expression.name) ?? .other
                last = nil
            case .symbol(":"):
                at += 1
                let partLine = line
                let part = try name()
                if let found = table, found.owner != "answer" {
                    outline.members.append(.init(owner: found.owner, name: part, line: partLine, isSure: found.isSure))
                }
                known = known.map { "\($0):\(part)" }
                last = nil
            case .symbol("["):
                at += 1
                _ = try expression()
                try expect("]")
                (known, result, last, table) = (nil, .other, nil, nil)
            case .symbol("("), .symbol("{"), .string:
                last = try call(known, after: last)
                // A function that says what is expected may give anything.
                let isAnswer =
                    table?.owner == "chat" && known?.hasSuffix(":ask") == true
                    && last.map { !outline.calls[$0].fields.contains { $0.path == "expect" && $0.isFunction } } ?? false
                table = isAnswer ? ("answer", true) : nil
                (known, result) = (nil, isAnswer ? .answer : .other)
            default: return result
            }
        }
    }

    mutating func call(_ name: String?, after last: Int?) throws -> Int? {
        let line = line
        var index: Int?
        if let name {
            outline.calls.append(.init(name: name, arguments: [], line: line, path: path, depth: functions))
            index = outline.calls.count - 1
        }
        let before = path
        if let last { path.append("\(outline.calls[last].name) \"\(outline.calls[last].text)\"") }
        defer { path = before }
        var arguments: [Expression] = []
        switch current {
        case .string(let text): at += 1; arguments = [.text(text)]
        case .symbol("{"): arguments = [.table(try table())]
        default:
            at += 1
            if !isSymbol(")") { arguments = try expressions() }
            try expect(")")
        }
        if let index {
            outline.calls[index].arguments = arguments.map { if case .text(let text) = $0 { text } else { nil } }
        }
        for argument in arguments {
            guard case .table(let fields) = argument, let owner = index ?? last else { continue }
            outline.calls[owner].fields += fields
            break
        }
        return index
    }

    mutating func table() throws -> [LuaOutline.Field] {
        try expect("{")
        var fields: [LuaOutline.Field] = []
        var position = 0
        while !isSymbol("}") {
            let line = line
            var key: String?
            if take(symbol: "[") {
                let expression = try expression()
                try expect("]")
                try expect("=")
                if case .text(let text) = expression { key = text } else { key = "?" }
            } else if case .name(let name) = current, tokens[at + 1].kind == .symbol("=") {
                key = name
                at += 2
            } else {
                position += 1
            }
            let name = key ?? String(position)
            path.append(name)
            let isFunction = isKeyword("function")
            let value = try expression()
            path.removeLast()
            let text: String? = if case .text(let text) = value { text } else { nil }
            var field = LuaOutline.Field(path: name, line: line, text: text)
            field.isFunction = isFunction || { if case .name(let name) = value { !name.hasPrefix("pattern.") } else { false } }()
            fields.append(field)
            if case .table(let inner) = value {
                fields += inner.map { .init(path: "\(name).\($0.path)", line: $0.line, text: $0.text) }
            }
            guard take(symbol: ",") || take(symbol: ";") else { break }
        }
        try expect("}")
        return fields
    }
}
