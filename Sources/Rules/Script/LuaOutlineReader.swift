// SPDX-License-Identifier: Apache-2.0

/// A recursive-descent reader of Lua 5.4 that keeps only what `LuaOutline` needs.
struct LuaOutlineReader {
    struct Unreadable: Error {}

    /// What an expression is, as far as anyone asks.
    enum Expression {
        case text(String)
        /// `a.b:c`, if it begins with a name.
        case name(String)
        case table([LuaOutline.Field])
        /// What `chat:ask` gives: a text.
        case answer
        case other
    }

    /// What a local name stands for.
    enum Role: Hashable {
        case own
        /// What the host gives a function: `c`, `out`, `chat` or a flow's `state`; sure where the function stands in a field for such.
        case host(String, isSure: Bool)
        /// The answer of `chat:ask`.
        case answer
    }

    var outline = LuaOutline()
    let tokens: [LuaToken]
    var at = 0
    var depth = 0
    var scopes: [[String: Role]] = [["...": .own]]
    var path: [String] = []
    /// Functions around the present place.
    var functions = 0
    /// Fields of flows' states, and whether all that the stages put there are answers of `chat:ask`.
    private var holdsAnswers: [StateField: Bool] = [:]
    /// What is asked of such fields, `s.order.text`.
    private var stateMembers: [(field: StateField, name: String, line: Int)] = []

    /// `s.order` in the stages of `flow "return_goods"`.
    struct StateField: Hashable {
        let flow: String
        let name: String
    }

    init(tokens: [LuaToken]) { self.tokens = tokens }

    mutating func readChunk() throws {
        try block()
        guard current == .end else { throw Unreadable() }
        for member in stateMembers where holdsAnswers[member.field] == true {
            outline.members.append(.init(owner: "answer", name: member.name, line: member.line, isSure: true))
        }
    }

    // MARK: - Tokens

    var current: LuaToken.Kind { tokens[min(at, tokens.count - 1)].kind }
    var line: Int { tokens[min(at, tokens.count - 1)].line }
    func isSymbol(_ text: String) -> Bool { current == .symbol(text) }
    func isKeyword(_ text: String) -> Bool { current == .keyword(text) }

    mutating func take(symbol: String) -> Bool {
        guard isSymbol(symbol) else { return false }
        at += 1
        return true
    }
    mutating func take(keyword: String) -> Bool {
        guard isKeyword(keyword) else { return false }
        at += 1
        return true
    }
    mutating func expect(_ symbol: String) throws { guard take(symbol: symbol) else { throw Unreadable() } }
    mutating func expect(keyword: String) throws { guard take(keyword: keyword) else { throw Unreadable() } }
    mutating func name() throws -> String {
        guard case .name(let name) = current else { throw Unreadable() }
        at += 1
        return name
    }

    mutating func enter() throws {
        depth += 1
        guard depth < 190 else { throw Unreadable() }
    }

    // MARK: - Scopes

    mutating func declare(_ name: String, _ role: Role = .own) { scopes[scopes.count - 1][name] = role }
    func isLocal(_ name: String) -> Bool { role(of: name) != nil }
    /// - Returns: nil if it is no local.
    func role(of name: String) -> Role? { scopes.last { $0[name] != nil }?[name] }
    mutating func mention(_ name: String, line: Int, isWrite: Bool = false) {
        if !isLocal(name) { outline.globals.append(.init(name: name, line: line, isWrite: isWrite)) }
    }

    // MARK: - Statements

    mutating func block() throws {
        try enter()
        defer { depth -= 1 }
        scopes.append([:])
        defer { scopes.removeLast() }
        try statements()
    }

    mutating func statements() throws {
        while true {
            switch current {
            case .end, .keyword("end"), .keyword("else"), .keyword("elseif"), .keyword("until"): return
            case .keyword("return"):
                let line = line
                at += 1
                if case .string(let text) = current,
                    [.end, .keyword("end"), .keyword("else"), .keyword("elseif"), .symbol(";")]
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

    mutating func statement() throws {
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
            scopes.append([:])
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

    mutating func ifStatement() throws {
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

    mutating func forStatement() throws {
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
        scopes.append(Dictionary(names.map { ($0, .own) }, uniquingKeysWith: { first, _ in first }))
        defer { scopes.removeLast() }
        try block()
        try expect(keyword: "end")
    }

    mutating func localStatement() throws {
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
        let values = take(symbol: "=") ? try expressions() : []
        for (index, name) in names.enumerated() {
            if index == 0, case .answer? = values.first { declare(name, .answer) } else { declare(name) }
        }
    }

    mutating func expressionStatement() throws {
        let start = at
        var targets = [try suffixed()]
        var lines = [tokens[start].line]
        while take(symbol: ",") {
            lines.append(line)
            targets.append(try suffixed())
        }
        if take(symbol: "=") {
            let names = targets.map { if case .name(let name) = $0 { stateField(name) } else { nil as StateField? } }
            for (target, line) in zip(targets, lines) {
                guard case .name(let name) = target, !name.contains("."), !name.contains(":") else { continue }
                // It was taken for a reading when it was met.
                if let scope = scopes.lastIndex(where: { $0[name] != nil }) {
                    scopes[scope][name] = .own
                } else {
                    outline.globals.removeAll { $0.name == name && $0.line == line && !$0.isWrite }
                    mention(name, line: line, isWrite: true)
                }
            }
            let values = try expressions()
            for (index, field) in names.enumerated() {
                guard let field else { continue }
                let isAnswer = if index < values.count, case .answer = values[index] { true } else { false }
                holdsAnswers[field] = isAnswer && holdsAnswers[field] != false
            }
        }
    }

    // MARK: - The state of a flow

    private var flow: String { path.first { $0.hasPrefix("flow ") } ?? "" }

    /// - Parameter name: as written, `s.order`.
    /// - Returns: nil if it is no field of what a stage is given as its state.
    private func stateField(_ name: String) -> StateField? {
        let parts = name.split(separator: ".")
        guard parts.count == 2, case .host("state", _) = role(of: String(parts[0])) else { return nil }
        return StateField(flow: flow, name: String(parts[1]))
    }

    /// - Parameter name: of the table that `part` is taken from.
    mutating func noteState(_ part: String, of name: String, line: Int) {
        // `on_upgrade` knows fields that are no more.
        guard path.count > 2, path[1] == "stages", case .host("state", _) = role(of: name) else { return }
        outline.stateUses.append(.init(flow: flow, name: part, line: line))
    }

    /// What is asked of a field of the state is judged when the whole file is read: another stage may set the field.
    mutating func note(_ name: String, of field: String, line: Int) {
        guard let field = stateField(field) else { return }
        stateMembers.append((field, name, line))
    }
}
