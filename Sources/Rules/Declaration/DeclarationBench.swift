// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// Where the host's functions put what a script declares, and find what it asks for. Shared by one Lua state and whoever owns it.
final class DeclarationBench {
    enum Phase { case loading, running }

    let source: RuleSource
    var phase = Phase.loading
    var declarations: [Declaration] = []
    var problems: [RuleProblem] = []
    /// What the tokens that Lua carries around stand for.
    var terms: [MatchTerm] = []
    var bounds: [AlertRule.Bound] = []
    var patterns: [NamedPattern] { NamedPattern.allCases }
    var texts = RuleTexts(texts: [:], fallback: "zh-CN")
    /// Of the customer that a running function is about.
    var language: String?
    /// Whose function runs.
    var rule = ""
    /// Where the texts that functions take are noted; nil on a desk.
    var trail: TextTrail?
    /// What the functions of this decision have written.
    var lines = RuleLogLines()
    /// Local time minus UTC.
    var offset: Duration = .seconds(8 * 3600)
    /// The function that takes a declaration's table; the prelude leaves it here.
    var taker: Value = .null
    /// A stage asked something else than its journal says; stands whatever the script does about the error.
    var divergence: Divergence?
    /// A declaration that has its id and waits for its table.
    private var open: (kind: RuleKind, id: String, place: RulePlace)?
    private var data: [String: Value] = [:]

    struct Divergence {
        let expected: String
        let found: String
    }

    init(source: RuleSource) { self.source = source }

    func place(_ call: LuaHostCall) -> RulePlace { RulePlace(file: call.file ?? source.folder, line: call.line ?? 0) }

    func report(_ call: LuaHostCall, _ code: String, _ message: String, hint: String? = nil) {
        problems.append(RuleProblem(.error, code, at: place(call), message, hint: hint))
    }

    // MARK: - Declarations

    /// `route "id"`; its table comes with the next call.
    func begin(_ kind: RuleKind, _ call: LuaHostCall) -> LuaReply? {
        guard phase == .loading else {
            return .failure("\(kind.rawValue) declares a rule: it stands in a file, not in a function")
        }
        settleOpen()
        guard case .string(let id) = call[0] else {
            return .failure("\(kind.rawValue) needs an id: \(kind.rawValue) \"some_name\" { … }")
        }
        open = (kind, id, place(call))
        return nil
    }

    func finish(_ call: LuaHostCall) -> LuaReply {
        guard let (kind, id, place) = open else { return .failure("a table without a declaration: write route \"id\" { … }") }
        open = nil
        guard declarations.count < Self.mostDeclarations else {
            return .failure("more than \(Self.mostDeclarations) rules in one set")
        }
        guard case .object(let fields) = call[0] else {
            problems.append(RuleProblem(.error, "declaration", at: place, "\(kind.rawValue) \"\(id)\" needs a table with fields"))
            return .values([])
        }
        if id.isEmpty || id.utf8.count > 64 || !id.utf8.allSatisfy(Self.isIDByte) {
            problems.append(
                RuleProblem(
                    .error, "id", at: place, "'\(id)' cannot be an id", hint: "use small letters, digits, '_' and '-', at most 64"
                ))
        }
        declarations.append(Declaration(kind: kind, id: id, place: place, fields: fields))
        return .values([])
    }

    private static let mostDeclarations = 20_000

    private static func isIDByte(_ byte: UInt8) -> Bool {
        (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5f || byte == 0x2d || byte == 0x2e
    }

    /// After a file: a declaration without a table would vanish silently.
    func settleOpen() {
        guard let (kind, id, place) = open else { return }
        open = nil
        problems.append(
            RuleProblem(
                .error, "declaration", at: place, "\(kind.rawValue) \"\(id)\" has no table",
                hint: "write \(kind.rawValue) \"\(id)\" { … }"))
    }

    // MARK: - Tokens

    func token(_ term: MatchTerm) -> Value {
        terms.append(term)
        return ["$term": .int(Int64(terms.count - 1))]
    }
    func token(_ bound: AlertRule.Bound) -> Value {
        bounds.append(bound)
        return ["$bound": .int(Int64(bounds.count - 1))]
    }
    func term(_ value: Value) -> MatchTerm? {
        value["$term"]?.int.flatMap { terms.indices.contains(Int($0)) ? terms[Int($0)] : nil }
    }
    func bound(_ value: Value) -> AlertRule.Bound? {
        value["$bound"]?.int.flatMap { bounds.indices.contains(Int($0)) ? bounds[Int($0)] : nil }
    }

    // MARK: - Files beside the rules

    /// `data "words"`: the content of `data/words.json` or `data/words.csv`.
    func file(_ name: String) -> Result<Value, RuleProblem> {
        if let known = data[name] { return .success(known) }
        for ending in ["json", "csv"] {
            let path = "data/\(name).\(ending)"
            guard let bytes = source.files[path] else { continue }
            let result = DataFile.read(bytes, ending: ending, shown: source.shown(path))
            if case .success(let value) = result { data[name] = value }
            return result
        }
        let names = (source.paths(under: "data", ending: ".json") + source.paths(under: "data", ending: ".csv"))
            .map { String($0.dropFirst(5).prefix { $0 != "." }) }
        return .failure(
            RuleProblem(
                code: "data", message: "there is no data/\(name).json and no data/\(name).csv",
                hint: Spelling.hint(for: name, among: names)))
    }
}
