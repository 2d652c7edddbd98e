// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// The functions that rule files can call.
enum HostLibrary {
    /// What the prelude takes for itself.
    static let hidden =
        LuaState.internals + [
            "__unknown", "__wait", "__hash", "__diverged", "__find_pattern", "__fold", "__milliseconds", "__clock", "__finish",
            "__taker", "__view_fields", "__log",
        ]

    /// All names a rule file may use without declaring them.
    static let names = Manual.globals(in: [.loading, .function, .stage])
    /// The same in the files of `tests/`.
    static let testNames = names.union(Manual.globals(in: [.test]))

    static func functions(_ bench: DeclarationBench) -> [HostFunction] {
        declarations(bench) + conditions(bench) + helpers(bench) + inner(bench)
    }

    private static func declarations(_ bench: DeclarationBench) -> [HostFunction] {
        // `route "id"` gives back the function that takes the table: a handle that the prelude leaves in `taker`.
        RuleKind.allCases.map { kind in
            HostFunction(kind.rawValue) { call in bench.begin(kind, call) ?? .values([bench.taker]) }
        } + [HostFunction("__finish") { call in bench.finish(call) }]
    }

    private static func conditions(_ bench: DeclarationBench) -> [HostFunction] {
        MatchTerm.makers.sorted { $0.key < $1.key }.map { name, make in
            HostFunction(name) { call in
                guard bench.phase == .loading else {
                    return .failure("\(name) is a condition: it stands in match = …, not in a function")
                }
                if (name == "above" || name == "below"), call.arguments.count == 1 { return bound(name, call, bench) }
                do throws(TermProblem) {
                    return .values([bench.token(try make(TermArguments(name: name, call: call, bench: bench)))])
                } catch {
                    bench.report(call, "match", error.message, hint: error.hint)
                    // Something to go on with, so that one check finds all mistakes.
                    return .values([bench.token(MatchTerm.all([]))])
                }
            }
        } + [
            HostFunction("anomaly") { call in
                guard bench.phase == .loading else { return .failure("anomaly stands in an alert's raise = …") }
                let season = call[0]["season"]?.string ?? "week"
                guard let sigma = (call[0]["sigma"] ?? 4).double, sigma > 0, ["day", "week"].contains(season) else {
                    bench.report(
                        call, "alert", "anomaly needs a sigma above 0 and a season",
                        hint: "write anomaly { sigma = 4, season = \"week\" }")
                    return .values([bench.token(AlertRule.Bound.above(0))])
                }
                for name in call[0].object?.names ?? [] where !["sigma", "season"].contains(name) {
                    bench.report(
                        call, "unknown_field", "unknown field '\(name)'",
                        hint: Spelling.hint(for: name, among: ["sigma", "season"]))
                }
                return .values([bench.token(AlertRule.Bound.anomaly(sigma: sigma, season: season))])
            }
        ]
    }

    /// `above("30s")`, `below(5)`, `above("10%")`: a bound of an alert.
    private static func bound(_ name: String, _ call: LuaHostCall, _ bench: DeclarationBench) -> LuaReply {
        let number: Double? =
            switch call[0] {
            case .string(let text) where text.hasSuffix("%"): Double(text.dropLast()).map { $0 / 100 }
            case .string(let text): Duration(text: text)?.inSeconds
            default: call[0].double
            }
        guard let number else {
            bench.report(
                call, "match",
                "\(name) needs a field and a number, or, in an alert, a number, a duration or a part such as \"10%\"")
            return .values([bench.token(AlertRule.Bound.above(0))])
        }
        return .values([bench.token(name == "above" ? AlertRule.Bound.above(number) : .below(number))])
    }

    private static func helpers(_ bench: DeclarationBench) -> [HostFunction] {
        [
            HostFunction("i18n") { call in
                guard case .string(let key) = call[0] else { return .failure("i18n needs the key of a text: i18n \"hello\"") }
                guard bench.phase == .running else {
                    return .values([
                        ([
                            "$i18n": .string(key), "arguments": call[1], "file": Value(call.file), "line": Value(call.line),
                        ] as Value).compact()
                    ])
                }
                let text = bench.texts.text(key, in: bench.language, arguments: call[1])
                bench.trail?.add(.text(key), call[1], text)
                return .values([.string(text)])
            },
            HostFunction("data") { call in
                guard case .string(let name) = call[0] else { return .failure("data needs the name of a file: data \"words\"") }
                return switch bench.file(name) {
                case .success(let value): .values([value])
                case .failure(let problem): .failure(problem.message + (problem.hint.map { "; \($0)" } ?? ""))
                }
            },
            HostFunction("fold") { call in
                guard let text = call[0].string else { return .failure("fold takes a text") }
                return .values([.string(String(decoding: FoldedText(text).bytes, as: UTF8.self))])
            },
            HostFunction("seconds") { call in
                guard let text = call[0].string, let duration = Duration(text: text) else {
                    return .failure("seconds takes a duration such as \"10m\"")
                }
                return .values([.double(duration.inSeconds)])
            },
        ]
    }

    /// For the prelude alone.
    private static func inner(_ bench: DeclarationBench) -> [HostFunction] {
        [
            HostFunction("__unknown") { call in
                let name = call[1].string ?? ""
                let hint = Spelling.hint(for: name, among: (call[2].array ?? []).compactMap(\.string))
                return .failure("unknown field '\(name)' of \(call[0].string ?? "")" + (hint.map { "; \($0)" } ?? ""))
            },
            HostFunction("__taker") { call in
                bench.taker = call[0]
                return .values([])
            },
            HostFunction("__log") { call in
                guard bench.phase == .running else {
                    return .failure("log stands in a function: when, act, a text, or a stage of a flow")
                }
                bench.lines.add(
                    bench.rule, RuleLogLine.Level(rawValue: call[0].string ?? "") ?? .info, call[1].string ?? "", call[2])
                return .values([])
            },
            HostFunction("__wait") { call in .suspend(call[0]) },
            HostFunction("__hash") { call in .values([.string(WaitHash.of(call.arguments))]) },
            HostFunction("__diverged") { call in
                let found =
                    call[2].string == "return" ? "the end of the stage" : "\(call[2].string ?? "") \"\(call[3].string ?? "")\""
                let label = call[0].string ?? ""
                let isSame = label == call[3].string
                // The first is the cause; what a pcall lets happen afterwards follows from it.
                bench.divergence =
                    bench.divergence
                    ?? .init(
                        expected: "\"\(label)\"" + (isSame ? " as it was asked before" : ""),
                        found: found + (isSame ? " with other arguments" : ""))
                return .failure("the flow does not ask what it asked before")
            },
            HostFunction("__find_pattern") { call in
                guard let pattern = NamedPattern(rawValue: call[0].string ?? "") else {
                    return .failure("there is no such pattern")
                }
                return .values([Value(pattern.find(in: call[1].string ?? ""))])
            },
            HostFunction("__fold") { call in
                .values([.string(String(decoding: FoldedText(call[0].string ?? "").bytes, as: UTF8.self))])
            },
            HostFunction("__milliseconds") { call in
                .values([call[0].string.flatMap { Duration(text: $0) }.map { .int($0.inMilliseconds) } ?? .null])
            },
            HostFunction("__clock") { call in
                .values([SituationView.clock(Instant(milliseconds: call[0].int ?? 0), offset: bench.offset)])
            },
        ]
    }
}
