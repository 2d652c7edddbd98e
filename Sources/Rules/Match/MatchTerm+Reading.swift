// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// Why a condition cannot be what its author wrote.
struct TermProblem: Error {
    let message: String
    var hint: String?
    init(_ message: String, hint: String? = nil) { self.message = message; self.hint = hint }
}

extension MatchTerm {
    /// The functions that make conditions, by their names in Lua.
    static let makers: [String: @Sendable (TermArguments) throws(TermProblem) -> MatchTerm] = [
        "all": { a throws(TermProblem) in .all(try a.terms()) },
        "any": { a throws(TermProblem) in .any(try a.terms()) },
        "none": { a throws(TermProblem) in .none(try a.terms()) },
        "eq": { a throws(TermProblem) in try a.comparison(.eq) },
        "ne": { a throws(TermProblem) in try a.comparison(.ne) },
        "at_least": { a throws(TermProblem) in try a.comparison(.atLeast) },
        "at_most": { a throws(TermProblem) in try a.comparison(.atMost) },
        "above": { a throws(TermProblem) in try a.comparison(.above) },
        "below": { a throws(TermProblem) in try a.comparison(.below) },
        "between": { a throws(TermProblem) in
            let path = try a.path()
            if path == .date { return .oneOf(path, try a.days()) }
            try a.check(path, is: .number)
            let (low, high) = (try a.number(1), try a.number(2))
            if low > high, path != .hour, path != .weekday, path != .minute {
                throw TermProblem(
                    "between: \(Fact.shown(low)) is more than \(Fact.shown(high))", hint: "give the smaller number first")
            }
            for number in [low, high] { try a.check(number, fits: path) }
            return .between(path, low, high)
        },
        "within": { a throws(TermProblem) in
            let path = try a.path()
            try a.check(path, is: .time)
            guard let text = a.value(1).string, let duration = Duration(text: text) else {
                throw TermProblem("within needs a duration", hint: "write within(\"\(path.name)\", \"7d\")")
            }
            return .within(path, duration)
        },
        "one_of": { a throws(TermProblem) in
            let path = try a.path()
            guard let items = a.value(1).array?.map(TermArguments.cell), !items.isEmpty else {
                throw TermProblem("one_of needs a list", hint: "write one_of(\"\(path.name)\", { \"a\", \"b\" })")
            }
            var constants: [Constant] = []
            for item in items { constants.append(try a.constant(item, for: path)) }
            return .oneOf(path, constants)
        },
        "exists": { a throws(TermProblem) in .exists(try a.path()) },
        "missing": { a throws(TermProblem) in .none([.exists(try a.path())]) },
        "has_tag": { a throws(TermProblem) in .hasTag(try a.texts(0)) },
        "contains": { a throws(TermProblem) in
            let path = try a.path()
            try a.check(path, is: .text)
            return .contains(path, try a.texts(1).map(FoldedPart.init))
        },
        "prefix": { a throws(TermProblem) in
            let path = try a.path()
            try a.check(path, is: .text)
            return .prefix(path, try a.texts(1).map(FoldedPart.init))
        },
        "keywords": { a throws(TermProblem) in
            let words = try a.texts(0).map(Keyword.init)
            if let empty = words.first(where: \.isEmpty) { throw TermProblem("the keyword '\(empty.text)' is empty") }
            return .keywords(words)
        },
        "channel": { a throws(TermProblem) in .channel(try a.texts(0)) },
        "language": { a throws(TermProblem) in .oneOf(.language, try a.texts(0).map(Constant.text)) },
        "event": { a throws(TermProblem) in .event(try a.texts(0)) },
        "intent": { a throws(TermProblem) in
            var confidence: Double?
            if a.count > 1 {
                let number = try a.number(1)
                guard (0...1).contains(number) else { throw TermProblem("a confidence is between 0 and 1") }
                confidence = number
            }
            return .intent(try a.texts(0), confidence: confidence)
        },
        "matches": { a throws(TermProblem) in
            let path = try a.path()
            try a.check(path, is: .text)
            guard let name = a.value(1)["$pattern"]?.string, let pattern = NamedPattern(rawValue: name) else {
                throw TermProblem("matches needs a pattern", hint: "write matches(\"\(path.name)\", pattern.order_no)")
            }
            return .pattern(path, pattern)
        },
    ]
}

/// What a condition was called with.
struct TermArguments {
    let name: String
    let call: LuaHostCall
    let bench: DeclarationBench

    var count: Int { call.arguments.count }
    func value(_ index: Int) -> Value { call[index] }

    /// Conditions in a table, or one after another.
    func terms() throws(TermProblem) -> [MatchTerm] {
        var items: [Value]
        if let list = call[0].array {
            items = list
        } else if bench.term(call[0]) != nil {
            items = call.arguments
        } else {
            items = []
        }
        if items.isEmpty {
            throw TermProblem("\(name) needs at least one condition", hint: "write \(name) { eq(\"channel\", \"live\"), … }")
        }
        var terms: [MatchTerm] = []
        for item in items {
            guard let term = bench.term(item) else {
                throw TermProblem(
                    "\(name) takes conditions, not \(Self.kind(item))", hint: "write \(name) { eq(\"channel\", \"live\"), … }")
            }
            terms.append(term)
        }
        // A condition is a value: tied into itself again and again it would grow without end.
        guard terms.reduce(1, { $0 + $1.size }) <= MatchTerm.mostParts, (terms.map(\.depth).max() ?? 0) < MatchTerm.mostLevels
        else {
            throw TermProblem(
                "a condition has at most \(MatchTerm.mostParts) parts in \(MatchTerm.mostLevels) levels",
                hint: "use one_of(…) or keywords(…) for long lists")
        }
        return terms
    }

    func path() throws(TermProblem) -> MatchPath {
        guard case .string(let text) = call[0] else {
            throw TermProblem("\(name) needs the name of a field first", hint: "write \(name)(\"customer.vip_level\", …)")
        }
        guard let path = MatchPath(text) else {
            let hint =
                Spelling.hint(for: text, among: MatchPath.named.keys) ?? Self.meantOwner(of: text).map { "did you mean '\($0)'?" }
                ?? "begin with customer., conversation., message., now. or desk."
            throw TermProblem("unknown field '\(text)'", hint: hint)
        }
        return path
    }

    /// `customer.vip_level` for `custmer.vip_level`: attributes may have any name, what stands before the dot may not.
    private static func meantOwner(of text: String) -> String? {
        guard let dot = text.firstIndex(of: "."),
            let owner = Spelling.nearest(
                to: String(text[..<dot]), among: ["customer", "conversation", "message", "now", "desk"])
        else { return nil }
        let meant = owner + text[dot...]
        return MatchPath(meant) == nil ? nil : meant
    }

    func comparison(_ comparison: MatchTerm.Comparison) throws(TermProblem) -> MatchTerm {
        let path = try path()
        guard count > 1, call[1] != .null else { throw TermProblem("\(name) needs a value to compare \(path.name) with") }
        if comparison == .eq || comparison == .ne { return .compare(path, comparison, try constant(call[1], for: path)) }
        try check(path, is: .number)
        let number = try number(1)
        try check(number, fits: path)
        return .compare(path, comparison, .number(number))
    }

    func constant(_ value: Value, for path: MatchPath) throws(TermProblem) -> Constant {
        guard let constant = Constant(value) else {
            throw TermProblem(
                "\(name): \(path.name) is compared with a text, a number, true or false, not with \(Self.kind(value))")
        }
        switch (path.kind, constant) {
        case (.any, _), (.text, .text), (.texts, .text), (.number, .number), (.flag, .flag), (.time, .text): break
        default: throw TermProblem("\(path.name) is \(path.kind.rawValue): it can never be \(constant.shown)")
        }
        if let words = path.words, case .text(let text) = constant, !words.contains(text) {
            throw TermProblem("\(path.name) can never be \"\(text)\"", hint: Spelling.hint(for: text, among: words))
        }
        if case .number(let number) = constant { try check(number, fits: path) }
        return constant
    }

    /// `between("now.date", "2026-02-10", "2026-02-17")`: a calendar, each of its days.
    func days() throws(TermProblem) -> [Constant] {
        let hint = "write between(\"now.date\", \"2026-02-10\", \"2026-02-17\")"
        guard let first = value(1).string.flatMap(CalendarDay.init(text:)),
            let last = value(2).string.flatMap(CalendarDay.init(text:))
        else { throw TermProblem("between needs two days for now.date", hint: hint) }
        let count = last.daysSince1970 - first.daysSince1970 + 1
        guard count > 0 else { throw TermProblem("between: \(first.text) is after \(last.text)", hint: hint) }
        guard count <= Self.mostDays else { throw TermProblem("between: at most \(Self.mostDays) days, these are \(count)") }
        return (0..<count).map { .text(CalendarDay(daysSince1970: first.daysSince1970 + $0).text) }
    }

    private static let mostDays = 1000

    /// One text, a list of them, or several arguments.
    func texts(_ index: Int) throws(TermProblem) -> [String] {
        let items = value(index).array?.map(Self.cell) ?? [value(index)]
        var texts: [String] = []
        for item in items {
            guard case .string(let text) = item else {
                throw TermProblem("\(name) takes a text or a list of texts, not \(Self.kind(item))")
            }
            texts.append(text)
        }
        return texts
    }

    /// A row of a CSV file with one column counts as what stands in it.
    static func cell(_ item: Value) -> Value {
        guard let pairs = item.object?.pairs, pairs.count == 1, let only = pairs.first, !only.name.hasPrefix("$") else {
            return item
        }
        return only.value
    }

    func number(_ index: Int) throws(TermProblem) -> Double {
        if let number = value(index).double, !number.isNaN { return number }
        if let text = value(index).string, Duration(text: text) != nil {
            throw TermProblem(
                "\(name) needs a number, not a duration", hint: "give seconds, or use within(…) or after = \"\(text)\"")
        }
        throw TermProblem("\(name) needs a number, not \(Self.kind(value(index)))")
    }

    func check(_ path: MatchPath, is kind: MatchPath.Kind) throws(TermProblem) {
        guard path.kind != .any, path.kind != kind else { return }
        throw TermProblem("\(name) needs \(kind.rawValue), but \(path.name) is \(path.kind.rawValue)")
    }

    func check(_ number: Double, fits path: MatchPath) throws(TermProblem) {
        guard let range = path.range, !range.contains(number) else { return }
        let most = range.upperBound.isFinite ? " to \(Fact.shown(range.upperBound))" : " upward"
        throw TermProblem(
            "\(path.name) is a number from \(Fact.shown(range.lowerBound))\(most): \(Fact.shown(number)) is outside")
    }

    static func kind(_ value: Value) -> String {
        switch value {
        case .null: "nothing"
        case .bool: "true or false"
        case .int, .double: "a number"
        case .string: "a text"
        case .bytes: "a text that is no valid UTF-8"
        case .array: "a list"
        case .object(let fields):
            fields["$function"] != nil
                ? "a function" : fields["$i18n"] != nil ? "a text by key" : fields["$term"] != nil ? "a condition" : "a table"
        }
    }
}
