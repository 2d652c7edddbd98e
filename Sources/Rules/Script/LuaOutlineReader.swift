// SPDX-License-Identifier: Apache-2.0

/// A recursive-descent reader of Lua 5.4 that keeps only what `LuaOutline` needs.
struct LuaOutlineReader {
    struct Unreadable: Error {}

    /// What an expression is, as far as anyone asks.
    private enum Expression {
        case text(String)
        /// `a.b:c`, if it begins with a name.
        case name(String)
        case table([LuaOutline.Field])
        case other
    }

    var outline = LuaOutline()
    private let tokens: [LuaToken]
    private var at = 0
    private var depth = 0
    private var scopes: [Set<String>] = [["..."]]
    private var path: [String] = []
    /// Functions around the present place.
    private var functions = 0

    init(tokens: [LuaToken]) { self.tokens = tokens }

    mutating func readChunk() throws {
        try block()
        guard current == .end else { throw Unreadable() }
    }

    // MARK: - Tokens

    private var current: LuaToken.Kind { tokens[min(at, tokens.count - 1)].kind }
    private var line: Int { tokens[min(at, tokens.count - 1)].line }
    private func isSymbol(_ text: String) -> Bool { current == .symbol(text) }
    private func isKeyword(_ text: String) -> Bool { current == .keyword(text) }

    private mutating func take(symbol: String) -> Bool {
        guard isSymbol(symbol) else { return false }
        at += 1
        return true
    }
    private mutating func take(keyword: String) -> Bool {
        guard isKeyword(keyword) else { return false }
        at += 1
        return true
    }
    private mutating func expect(_ symbol: String) throws { guard take(symbol: symbol) else { throw Unreadable() } }
    private mutating func expect(keyword: String) throws { guard take(keyword: keyword) else { throw Unreadable() } }
    private mutating func name() throws -> String {
        guard case .name(let name) = current else { throw Unreadable() }
        at += 1
        return name
    }

    private mutating func enter() throws {
        depth += 1
        guard depth < 190 else { throw Unreadable() }
    }

    // MARK: - Scopes

    private mutating func declare(_ name: String) { scopes[scopes.count - 1].insert(name) }
    private func isLocal(_ name: String) -> Bool { scopes.contains { $0.contains(name) } }
    private mutating func mention(_ name: String, line: Int, isWrite: Bool = false) {
        if !isLocal(name) { outline.globals.append(.init(name: name, line: line, isWrite: isWrite)) }
    }

    // MARK: - Statements

    private mutating func block() throws {
        try enter()
        defer { depth -= 1 }
        scopes.append([])
        defer { scopes.removeLast() }
        try statements()
    }

    private mutating func statements() throws {
        while true {
            switch current {
            case .end, .keyword("end"), .keyword("else"), .keyword("elseif"), .keyword("until"): return
            case .keyword("return"):
                let line = line
                at += 1
                if case .string(let text) = current, [.end, .keyword("end"), .keyword("else"), .keyword("elseif"), .symbol(";")]
                    .contains(tokens[min(at + 1, tokens.count - 1)].kind)
                {
                    outline.returns.append(.init(text: text, line: line, path: path, depth: functions))
                }
                switch current {
                case .end, .keyword("end"), .keyword("else"), .keyword("elseif"), .keyword("until"), .symbol(";"): break
                default:
                    let values = try expressions()
                    if functions == 0, case .table(let fields)? = values.first {
                        for field in fields { outline.returnedFields[field.path] = field.line }
                    }
                }
                _ = take(symbol: ";")
                return
            default: try statement()
            }
        }
    }

    private mutating func statement() throws {
        switch current {
        case .symbol(";"): at += 1
        case .symbol("::"):
            at += 1
            _ = try name()
            try expect("::")
        case .keyword("break"): at += 1
        case .keyword("goto"):
            at += 1
            _ = try name()
        case .keyword("do"):
            at += 1
            try block()
            try expect(keyword: "end")
        case .keyword("while"):
            at += 1
            _ = try expression()
            try expect(keyword: "do")
            try block()
            try expect(keyword: "end")
        case .keyword("repeat"):
            at += 1
            scopes.append([])
            defer { scopes.removeLast() }
            try enter()
            defer { depth -= 1 }
            try statements()
            try expect(keyword: "until")
            _ = try expression()
        case .keyword("if"): try ifStatement()
        case .keyword("for"): try forStatement()
        case .keyword("function"):
            at += 1
            let line = line
            let root = try name()
            var isPlain = true
            while isSymbol(".") || isSymbol(":") {
                isPlain = false
                at += 1
                _ = try name()
            }
            mention(root, line: line, isWrite: isPlain)
            try body(method: true)
        case .keyword("local"): try localStatement()
        default: try expressionStatement()
        }
    }

    private mutating func ifStatement() throws {
        at += 1
        _ = try expression()
        try expect(keyword: "then")
        try block()
        while take(keyword: "elseif") {
            _ = try expression()
            try expect(keyword: "then")
            try block()
        }
        if take(keyword: "else") { try block() }
        try expect(keyword: "end")
    }

    private mutating func forStatement() throws {
        at += 1
        var names = [try name()]
        if take(symbol: "=") {
            _ = try expressions()
        } else {
            while take(symbol: ",") { names.append(try name()) }
            try expect(keyword: "in")
            _ = try expressions()
        }
        try expect(keyword: "do")
        scopes.append(Set(names))
        defer { scopes.removeLast() }
        try block()
        try expect(keyword: "end")
    }

    private mutating func localStatement() throws {
        at += 1
        if take(keyword: "function") {
            declare(try name())
            try body(method: false)
            return
        }
        var names: [String] = []
        repeat {
            names.append(try name())
            if take(symbol: "<") {
                _ = try name()
                try expect(">")
            }
        } while take(symbol: ",")
        if take(symbol: "=") { _ = try expressions() }
        for name in names { declare(name) }
    }

    private mutating func expressionStatement() throws {
        let start = at
        var targets = [try suffixed()]
        var lines = [tokens[start].line]
        while take(symbol: ",") {
            lines.append(line)
            targets.append(try suffixed())
        }
        if take(symbol: "=") {
            for (target, line) in zip(targets, lines) {
                guard case .name(let name) = target, !name.contains("."), !name.contains(":") else { continue }
                // It was taken for a reading when it was met.
                if !isLocal(name) {
                    outline.globals.removeAll { $0.name == name && $0.line == line && !$0.isWrite }
                    mention(name, line: line, isWrite: true)
                }
            }
            _ = try expressions()
        }
    }

    // MARK: - Expressions

    private mutating func expressions() throws -> [Expression] {
        var all = [try expression()]
        while take(symbol: ",") { all.append(try expression()) }
        return all
    }

    private mutating func expression() throws -> Expression {
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

    private var isOperator: Bool {
        switch current {
        case .symbol(let symbol):
            ["+", "-", "*", "/", "//", "%", "^", "..", "==", "~=", "<", "<=", ">", ">=", "&", "|", "~", "<<", ">>"].contains(symbol)
        case .keyword(let word): word == "and" || word == "or"
        default: false
        }
    }

    private mutating func operand() throws -> Expression {
        var isPlain = true
        while isKeyword("not") || isSymbol("-") || isSymbol("#") || isSymbol("~") {
            at += 1
            isPlain = false
        }
        let result = try simple()
        return isPlain ? result : .other
    }

    private mutating func simple() throws -> Expression {
        switch current {
        case .string(let text): at += 1; return .text(text)
        case .number, .keyword("nil"), .keyword("true"), .keyword("false"), .symbol("..."): at += 1; return .other
        case .symbol("{"): return .table(try table())
        case .keyword("function"): at += 1; try body(method: false); return .other
        default: return try suffixed()
        }
    }

    private mutating func body(method: Bool) throws {
        var names: Set<String> = method ? ["self"] : []
        try expect("(")
        while !isSymbol(")") {
            if take(symbol: "...") { names.insert("...") } else { names.insert(try name()) }
            guard take(symbol: ",") else { break }
        }
        try expect(")")
        scopes.append(names)
        functions += 1
        defer { scopes.removeLast(); functions -= 1 }
        try block()
        try expect(keyword: "end")
    }

    private mutating func suffixed() throws -> Expression {
        var known: String?
        var result = Expression.other
        if take(symbol: "(") {
            _ = try expression()
            try expect(")")
        } else {
            let first = line
            let root = try name()
            mention(root, line: first)
            known = root
            result = .name(root)
        }
        /// The call that was read last, for `route "id" { … }`: the table belongs to it.
        var last: Int?
        while true {
            switch current {
            case .symbol("."):
                at += 1
                let part = try name()
                known = known.map { "\($0).\(part)" }
                result = known.map(Expression.name) ?? .other
                last = nil
            case .symbol(":"):
                at += 1
                let part = try name()
                known = known.map { "\($0):\(part)" }
                last = nil
            case .symbol("["):
                at += 1
                _ = try expression()
                try expect("]")
                (known, result, last) = (nil, .other, nil)
            case .symbol("("), .symbol("{"), .string:
                last = try call(known, after: last)
                (known, result) = (nil, .other)
            default: return result
            }
        }
    }

    private mutating func call(_ name: String?, after last: Int?) throws -> Int? {
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

    private mutating func table() throws -> [LuaOutline.Field] {
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
            let value = try expression()
            path.removeLast()
            let text: String? = if case .text(let text) = value { text } else { nil }
            fields.append(.init(path: name, line: line, text: text))
            if case .table(let inner) = value {
                fields += inner.map { .init(path: "\(name).\($0.path)", line: $0.line, text: $0.text) }
            }
            guard take(symbol: ",") || take(symbol: ";") else { break }
        }
        try expect("}")
        return fields
    }
}
