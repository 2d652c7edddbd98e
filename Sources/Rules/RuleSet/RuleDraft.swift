// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// A rule set on its way: what has been read so far, and what is wrong with it.
struct RuleDraft {
    let source: RuleSource
    let names: KnownNames
    var problems: [RuleProblem] = []
    /// Of every Lua file that can be read, by path.
    var outlines: [String: LuaOutline] = [:]
    var settings: RuleSettings
    var texts = RuleTexts(texts: [:], fallback: "zh-CN")
    var intents: Value = .object(.init())
    var knowledge: [String: [String: String]] = [:]
    var routes: [RouteRule] = []
    var escalations: [EscalationRule] = []
    var replies: [ReplyRule] = []
    var flows: [FlowRule] = []
    var alerts: [AlertRule] = []
    /// How places inside declarations are found again.
    var places: [String: SpecReader] = [:]
    var functions: [FunctionRef] = []

    init(_ source: RuleSource, names: KnownNames) {
        self.source = source
        self.names = names
        settings = RuleSettings(name: source.name)
    }

    var heads: [RuleHead] { routes.map(\.head) + escalations.map(\.head) + replies.map(\.head) + flows.map(\.head) }

    mutating func report(_ code: String, at place: RulePlace?, _ message: String, hint: String? = nil) {
        report(.error, code, at: place, message, hint: hint)
    }

    mutating func report(
        _ severity: RuleProblem.Severity, _ code: String, at place: RulePlace?, _ message: String, hint: String? = nil,
        event: Value? = nil
    ) {
        problems.append(RuleProblem(severity, code, at: place, message, hint: hint, event: event))
    }

    // MARK: - Reading

    mutating func read() {
        for path in source.paths(ending: ".lua") { outlines[path] = LuaOutline(source: source.files[path] ?? []) }
        readData()
        do {
            try readSettings()
            let state = try ScriptState(source, texts: texts, mode: .counted, limits: settings.limits.state)
            state.bench.offset = settings.offset
            state.declare(budget: settings.limits.load)
            problems += state.bench.problems
            readDeclarations(state.bench)
        } catch {
            problems.append(RuleProblem(error, of: source.folder))
        }
    }

    // Counted, here and below: the same files always get the same verdict, however busy the machine is.

    /// `rules.lua` and `i18n/` run first, in a state of their own: declarations need them.
    private mutating func readSettings() throws(LuaFailure) {
        let state = try ScriptState(source, texts: texts, mode: .counted)
        func run(_ path: String) -> Value? {
            do throws(LuaFailure) { return try state.run(path).first ?? .null } catch {
                problems.append(RuleProblem(error, of: source.shown(path)))
                return nil
            }
        }
        if source.files["rules.lua"] != nil {
            let value = run("rules.lua")
            settings = RuleSettings(
                value, name: source.name, file: source.shown("rules.lua"), outline: outlines["rules.lua"], problems: &problems)
        }
        var texts: [String: [String: String]] = [:]
        for path in source.paths(under: "i18n", ending: ".lua") {
            guard let value = run(path) else { continue }
            let language = String(path.dropFirst("i18n/".count).dropLast(".lua".count))
            guard let pairs = value.object?.pairs else {
                report(
                    "i18n", at: RulePlace(file: source.shown(path), line: 0), "the file must return a table of texts",
                    hint: "write return { hello = \"…\" }")
                continue
            }
            texts[language] = [:]
            for pair in pairs {
                if let text = pair.value.string {
                    texts[language, default: [:]][pair.name] = text
                } else {
                    let line = outlines[path]?.returnedFields[pair.name] ?? 0
                    report(
                        "i18n", at: RulePlace(file: source.shown(path), line: line),
                        "'\(pair.name)' must be a text, not \(TermArguments.kind(pair.value))")
                }
            }
        }
        if !state.bench.declarations.isEmpty || !state.bench.problems.isEmpty {
            for declaration in state.bench.declarations {
                report(
                    "declaration", at: declaration.place, "\(declaration.kind.rawValue) \"\(declaration.id)\" cannot stand here",
                    hint: "move it to a file of its own, such as routing/main.lua")
            }
        }
        self.texts = RuleTexts(texts: texts, fallback: settings.language)
    }

    private mutating func readData() {
        for path in source.paths(under: "data", ending: ".json") + source.paths(under: "data", ending: ".csv") {
            let ending = path.hasSuffix(".csv") ? "csv" : "json"
            switch DataFile.read(source.files[path] ?? [], ending: ending, shown: source.shown(path)) {
            case .failure(let problem): problems.append(problem)
            case .success(let value):
                let place = RulePlace(file: source.shown(path), line: 0)
                if path == "data/intents.json" { readIntents(value, place) }
                if path == "data/knowledge.json" { readKnowledge(value, place) }
            }
        }
    }

    private mutating func readIntents(_ value: Value, _ place: RulePlace) {
        guard let pairs = value.object?.pairs else {
            return report("data", at: place, "intents.json must be an object: intent → language → list of examples")
        }
        for pair in pairs {
            let languages = pair.value.object?.pairs ?? []
            if languages.isEmpty { report("data", at: place, "intent '\(pair.name)' has no examples") }
            for language in languages where language.value.array?.allSatisfy({ $0.string != nil }) != true {
                report("data", at: place, "intent '\(pair.name)', \(language.name): must be a list of texts")
            }
        }
        intents = value
    }

    private mutating func readKnowledge(_ value: Value, _ place: RulePlace) {
        guard let pairs = value.object?.pairs else {
            return report("data", at: place, "knowledge.json must be an object: key → language → text")
        }
        for pair in pairs {
            guard let languages = pair.value.object?.pairs, languages.allSatisfy({ $0.value.string != nil }) else {
                report("data", at: place, "knowledge '\(pair.name)' must be an object: language → text")
                continue
            }
            knowledge[pair.name] = Dictionary(languages.map { ($0.name, $0.value.string ?? "") }, uniquingKeysWith: { $1 })
        }
    }

    private mutating func readDeclarations(_ bench: DeclarationBench) {
        var first: [String: RulePlace] = [:]
        for declaration in bench.declarations {
            if let earlier = first[declaration.id] {
                report(
                    "duplicate_id", at: declaration.place, "'\(declaration.id)' is declared twice",
                    hint: "the first stands at \(earlier.file):\(earlier.line)")
                continue
            }
            first[declaration.id] = declaration.place
            let path = String(declaration.place.file.dropFirst(source.folder.count + 1))
            let outline = outlines[path] ?? LuaOutline()
            let reader = SpecReader(declaration, bench, outline)
            switch declaration.kind {
            case .route: routes.append(RouteRule(reader))
            case .escalate: escalations.append(EscalationRule(reader))
            case .reply: replies.append(ReplyRule(reader))
            case .flow: flows.append(FlowRule(reader, outline: outline))
            case .alert: alerts.append(AlertRule(reader))
            }
            reader.finish()
            problems += reader.problems
            functions += reader.functions
            places[declaration.id] = reader
        }
    }

    // MARK: - Places

    /// Where a field of a rule stands.
    func place(_ head: RuleHead, _ field: String = "") -> RulePlace {
        field.isEmpty ? head.place : places[head.id]?.place(of: field) ?? head.place
    }
}

extension RuleSet {
    /// Reads and checks a rule set. Never runs longer than its budgets, whatever stands in the files.
    /// - Returns: the set, nil if there are errors; and all problems, in the order of files and lines.
    /// - Parameter isAccepted: it has been live. What a check finds in it today, by a newer program or because a team or plugin has gone, is a
    ///   warning then: a desk must be able to start, and to go back, on what it ran.
    package static func compile(
        _ source: RuleSource, names: KnownNames = .init(), isAccepted: Bool = false
    ) -> (set: RuleSet?, problems: [RuleProblem]) {
        var draft = RuleDraft(source, names: names)
        draft.read()
        let isReadable = !draft.problems.hasErrors
        draft.check()
        let problems = draft.problems.inOrder()
        guard isAccepted, isReadable else { return (problems.hasErrors ? nil : RuleSet(draft), problems) }
        return (
            RuleSet(draft),
            problems.map { problem in
                var problem = problem
                problem.severity = .warning
                return problem
            }
        )
    }
}
