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

    mutating func suffixed() throws -> Expression {
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
