// SPDX-License-Identifier: Apache-2.0

/// What a Lua source mentions, without running it: its globals, calls with constant texts, and where the fields of tables stand.
///
/// Lua itself finds what is wrong when a line runs; a check must also find it in functions that nobody has called yet, and must know
/// lines that values no longer have.
struct LuaOutline: Sendable, Hashable {
    /// A name that is no local: read or written.
    struct Global: Sendable, Hashable {
        let name: String
        let line: Int
        let isWrite: Bool
    }

    /// A call by name, `i18n "hello"` or `chat:ask("order", …)`.
    struct Call: Sendable, Hashable {
        /// As written: `i18n`, `chat:ask`, `string.rep`.
        let name: String
        /// Its arguments, as far as they are constant texts.
        var arguments: [String?]
        let line: Int
        /// Fields of tables around it, from outside: `flow "x"`, `stages`, `ask`.
        let path: [String]
        /// Where its first table argument's fields stand.
        var fields: [Field] = []
        /// How many functions it stands in.
        let depth: Int

        var text: String { (arguments.first ?? nil) ?? "" }
    }

    struct Field: Sendable, Hashable {
        /// Dotted for tables in tables: `assign.team`.
        let path: String
        let line: Int
        /// If it is a constant text.
        let text: String?
        /// A function, or a name that may be one.
        var isFunction = false
    }

    /// `return "check"`, and what it stands in.
    struct Return: Sendable, Hashable {
        let text: String
        let line: Int
        let path: [String]
        let depth: Int
    }

    /// `log.info`, `chat:ask`, `c.conversation.state`: a name of a table whose names are known.
    struct Member: Sendable, Hashable {
        /// `log`, `chat`, `c.conversation`; `answer` for what `chat:ask` gives.
        let owner: String
        let name: String
        let line: Int
        /// By where it stands, and not only by how it is called.
        let isSure: Bool
    }

    /// `s.order` in a stage: a field of what a flow remembers, read or written.
    struct StateUse: Sendable, Hashable {
        /// As it is declared: `flow "return_goods"`.
        let flow: String
        let name: String
        let line: Int
    }

    var members: [Member] = []
    var stateUses: [StateUse] = []
    var globals: [Global] = []
    var calls: [Call] = []
    var returns: [Return] = []
    /// Where in `calls` a name stands with a text, `route vip`.
    private var declarations: [String: [Int]] = [:]
    /// The fields of the table that the file returns, with their lines.
    var returnedFields: [String: Int] = [:]

    /// - Returns: nil if the source is no valid Lua.
    init?(source: [UInt8]) {
        guard let tokens = LuaToken.all(of: source) else { return nil }
        var reader = LuaOutlineReader(tokens: tokens)
        guard (try? reader.readChunk()) != nil else { return nil }
        self = reader.outline
        for (index, call) in calls.enumerated() where !call.text.isEmpty {
            declarations["\(call.name) \(call.text)", default: []].append(index)
        }
    }

    init() {}

    /// The line of a field of a declaration, `route "vip" { assign = { team = … } }` → `assign.team`; the nearest one outside it that is written.
    func line(of field: String, in declaration: String, _ id: String, at line: Int) -> Int {
        guard let call = call(declaration, id, at: line) else { return line }
        var path = field[...]
        while true {
            if let found = call.fields.first(where: { $0.path == path }) { return found.line }
            guard let dot = path.lastIndex(of: ".") else { return line }
            path = path[..<dot]
        }
    }

    func call(_ name: String, _ id: String, at line: Int) -> Call? {
        let found = declarations["\(name) \(id)"] ?? []
        return (found.first { calls[$0].line == line } ?? found.first).map { calls[$0] }
    }
}
