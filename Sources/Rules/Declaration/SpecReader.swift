// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// Reads the fields of a declaration, says what is wrong with each at its own line, and at the end which fields nobody knows.
final class SpecReader {
    let declaration: Declaration
    let bench: DeclarationBench
    private let outline: LuaOutline
    /// Dotted, of the table that is read; empty for the declaration itself.
    private let path: String
    private let fields: Value.Fields
    private var known: Set<String> = []
    /// The fields that are read, by the table they stand in; "" for the declaration itself.
    private(set) var asked: [String: Set<String>] = [:]
    private(set) var problems: [RuleProblem] = []
    /// Of all functions that were read: how a runner finds them again.
    private(set) var functions: [FunctionRef] = []

    init(_ declaration: Declaration, _ bench: DeclarationBench, _ outline: LuaOutline) {
        self.declaration = declaration
        self.bench = bench
        self.outline = outline
        path = ""
        fields = declaration.fields
    }

    private init(_ parent: SpecReader, _ path: String, _ fields: Value.Fields) {
        declaration = parent.declaration
        bench = parent.bench
        outline = parent.outline
        self.path = path
        self.fields = fields
    }

    private func dotted(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    func place(of name: String) -> RulePlace {
        let line = outline.line(of: dotted(name), in: declaration.kind.rawValue, declaration.id, at: declaration.place.line)
        return RulePlace(file: declaration.place.file, line: line)
    }

    func report(_ code: String, _ name: String, _ message: String, hint: String? = nil, _ severity: RuleProblem.Severity = .error)
    {
        problems.append(RuleProblem(severity, code, at: name.isEmpty ? declaration.place : place(of: name), message, hint: hint))
    }

    func add(_ more: [RuleProblem]) { problems += more }

    /// A field's value, null as absent.
    func value(_ name: String) -> Value? {
        known.insert(name)
        guard let value = fields[name], value != .null else { return nil }
        return value
    }

    func has(_ name: String) -> Bool { fields[name].map { $0 != .null } ?? false }

    private func wrong(_ name: String, _ wanted: String, _ value: Value, hint: String? = nil) {
        report("type", name, "'\(dotted(name))' must be \(wanted), not \(TermArguments.kind(value))", hint: hint)
    }

    func text(_ name: String) -> String? {
        guard let value = value(name) else { return nil }
        if case .string(let text) = value { return text }
        wrong(name, "a text", value)
        return nil
    }

    func word(_ name: String, of words: [String]) -> String? {
        guard let text = text(name) else { return nil }
        if words.contains(text) { return text }
        report("value", name, "'\(dotted(name))' cannot be \"\(text)\"", hint: Spelling.hint(for: text, among: words))
        return nil
    }

    func whole(_ name: String, in range: ClosedRange<Int>? = nil) -> Int? {
        guard let value = value(name) else { return nil }
        guard let number = value.int.map(Int.init) else {
            if let part = value.double {
                report("type", name, "'\(dotted(name))' must be a whole number, not \(Fact.shown(part))")
            } else {
                wrong(name, "a whole number", value)
            }
            return nil
        }
        if let range, !range.contains(number) {
            report("value", name, "'\(dotted(name))' is from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    func number(_ name: String, in range: ClosedRange<Double>) -> Double? {
        guard let value = value(name) else { return nil }
        guard let number = value.double else { wrong(name, "a number", value); return nil }
        guard range.contains(number) else {
            report("value", name, "'\(dotted(name))' is from \(Fact.shown(range.lowerBound)) to \(Fact.shown(range.upperBound))")
            return nil
        }
        return number
    }

    func flag(_ name: String) -> Bool? {
        guard let value = value(name) else { return nil }
        if case .bool(let flag) = value { return flag }
        wrong(name, "true or false", value)
        return nil
    }

    func duration(_ name: String) -> Duration? {
        guard let value = value(name) else { return nil }
        if let text = value.string, let duration = Duration(text: text) { return duration }
        wrong(name, "a duration", value, hint: "write \(name) = \"90s\", \"10m\", \"1h30m\" or \"7d\"")
        return nil
    }

    /// A text or a list of texts.
    func texts(_ name: String) -> [String] {
        guard let value = value(name) else { return [] }
        if case .string(let text) = value { return [text] }
        if case .object(let fields) = value, fields.isEmpty { return [] }
        guard let items = value.array else { wrong(name, "a text or a list of texts", value); return [] }
        let texts = items.compactMap(\.string)
        if texts.count < items.count { wrong(name, "a list of texts", items.first { $0.string == nil } ?? .null) }
        return texts
    }

    func term(_ name: String) -> MatchTerm? {
        guard let value = value(name) else { return nil }
        if let term = bench.term(value) { return term }
        if LuaFunction(value) != nil {
            report(
                "type", name, "'\(name)' must be a condition, not a function", hint: "functions stand in when = function(c) … end"
            )
        } else {
            wrong(name, "a condition", value, hint: "write \(name) = all { eq(\"channel\", \"live\"), … }")
        }
        return nil
    }

    func function(_ name: String) -> FunctionRef? {
        guard let value = value(name) else { return nil }
        guard LuaFunction(value) != nil else {
            wrong(name, "a function", value, hint: "write \(name) = function(c) … end")
            return nil
        }
        return reference(name)
    }

    private func reference(_ name: String) -> FunctionRef {
        let reference = FunctionRef(name: "\(declaration.kind.rawValue)/\(declaration.id)/\(dotted(name))")
        functions.append(reference)
        return reference
    }

    /// A text, `i18n "key"`, a table by language, or a function that gives a text.
    func wording(_ name: String) -> Wording? {
        guard let value = value(name) else { return nil }
        if let wording = wording(name, value) { return wording }
        wrong(name, "a text, i18n \"key\" or a function", value)
        return nil
    }

    private func wording(_ name: String, _ value: Value) -> Wording? {
        if case .string(let text) = value { return .literal(text) }
        if LuaFunction(value) != nil { return .function(reference(name)) }
        if let key = value["$i18n"]?.string {
            let place = RulePlace(file: value["file"]?.string ?? declaration.place.file, line: Int(value["line"]?.int ?? 0))
            if !bench.texts.keys.contains(key) {
                problems.append(
                    RuleProblem(
                        .error, "i18n", at: place, "there is no text '\(key)' under i18n/",
                        hint: Spelling.nearest(to: key, among: bench.texts.keys).map { "did you mean '\($0)'?" }
                            ?? "add it to i18n/*.lua"))
            }
            return .key(key, arguments: value["arguments"] ?? .null)
        }
        if let pairs = value.object?.pairs, !pairs.isEmpty, pairs.allSatisfy({ $0.value.string != nil }), value["$term"] == nil {
            return .languages(Dictionary(uniqueKeysWithValues: pairs.map { ($0.name, $0.value.string ?? "") }))
        }
        return nil
    }

    /// A table inside; its unknown fields are reported when `read` returns.
    func table<Result>(_ name: String, _ read: (SpecReader) -> Result) -> Result? {
        guard let value = value(name) else { return nil }
        guard let fields = value.object, fields["$function"] == nil, fields["$term"] == nil, fields["$i18n"] == nil else {
            wrong(name, "a table", value)
            return nil
        }
        return inside(dotted(name), fields, read)
    }

    /// One table, or a list of them.
    func tables<Result>(_ name: String, _ read: (SpecReader) -> Result) -> [Result] {
        guard let value = value(name) else { return [] }
        if let items = value.array {
            return items.enumerated().compactMap { index, item in
                guard let fields = item.object else { wrong(name, "a list of tables", item); return nil }
                return inside("\(dotted(name)).\(index + 1)", fields, read)
            }
        }
        return table(name, read).map { [$0] } ?? []
    }

    private func inside<Result>(_ path: String, _ fields: Value.Fields, _ read: (SpecReader) -> Result) -> Result {
        let reader = SpecReader(self, path, fields)
        let result = read(reader)
        reader.finish()
        problems += reader.problems
        functions += reader.functions
        asked.merge(reader.asked) { $0.union($1) }
        return result
    }

    var names: [String] { fields.names }

    /// Reports fields that nobody asked for.
    func finish() {
        asked[path] = known
        for name in fields.names where !known.contains(name) {
            let what = path.isEmpty ? declaration.kind.rawValue : "'\(path)'"
            report("unknown_field", name, "unknown field '\(name)' of \(what)", hint: Spelling.hint(for: name, among: known))
        }
    }

    /// Takes fields as they come, for tables with the author's own names.
    func acceptAll() { known.formUnion(fields.names) }
}
