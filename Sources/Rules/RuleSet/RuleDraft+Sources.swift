// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// What a reading of the sources shows: mistakes in functions that have not run yet.
extension RuleDraft {
    mutating func checkSources() {
        for path in source.paths(ending: ".lua") {
            guard let outline = outlines[path] else { continue }
            let isTest = path.hasPrefix("tests/")
            checkGlobals(outline, path, isTest: isTest)
            checkMembers(outline, path)
            if isTest { checkKeys(outline, path) } else { checkCalls(outline, path) }
        }
        checkScripts()
        checkUnread()
    }

    private func place(_ path: String, _ line: Int) -> RulePlace { RulePlace(file: source.shown(path), line: line) }

    private mutating func checkGlobals(_ outline: LuaOutline, _ path: String, isTest: Bool) {
        let names = isTest ? HostLibrary.testNames : HostLibrary.names
        for global in outline.globals {
            let place = place(path, global.line)
            if global.isWrite {
                drop(at: place, code: "load")
                report("global", at: place, "the global '\(global.name)' cannot be set", hint: "write local \(global.name)")
            } else if !names.contains(global.name) {
                // Lua said the same if that line has run.
                drop(at: place, code: "load")
                report(
                    "global", at: place, "undefined global '\(global.name)'",
                    hint: Self.elsewhere[global.name]
                        ?? Spelling.nearest(to: global.name, among: names).map { "did you mean '\($0)'?" })
            }
        }
    }

    /// `log.eror`, `chat:aks`: Lua finds it when the line runs, and that may be in a month.
    private mutating func checkMembers(_ outline: LuaOutline, _ path: String) {
        for member in outline.members {
            let place = place(path, member.line)
            if member.owner == "answer" {
                // Texts have the functions of `string`, and `#`.
                guard !Manual.names(of: "string").contains(member.name) else { continue }
                report(
                    "member", at: place, "chat:ask gives the answer itself, a text, which has no '\(member.name)'",
                    hint: "leave .\(member.name) out; chat.message is the whole message")
                continue
            }
            let names = Manual.names(of: member.owner)
            // What customers and conversations have of their own nobody can know here.
            guard !names.isEmpty, !names.contains(member.name), !Manual.isOpen(member.owner) else { continue }
            let near = Spelling.nearest(to: member.name, among: names)
            guard member.isSure || near != nil else { continue }
            let separator = ["chat", "out"].contains(member.owner) ? ":" : "."
            drop(at: place, code: "load")
            report(
                "member", at: place, "\(member.owner) has no '\(member.name)'",
                hint: near.map { "did you mean \(member.owner)\(separator)\($0)?" }
                    ?? Spelling.hint(for: member.name, among: names))
        }
    }

    /// Names that are there in other places, and which.
    private static let elsewhere: [String: String] = {
        var hints = [
            "c": "it is what when and act are given: function(c, out)", "out": "it is what act is given: function(c, out)",
            "chat": "it is what the stages of a flow are given: function(chat, s)",
            "print": "log.info writes into the desk's log; out:note tells colleagues",
        ]
        let modules = [
            "http", "crypto", "json", "xml", "url", "store", "token", "media", "time", "text", "metric",
        ]
        for name in modules { hints[name] = "it is for plugins; a flow asks a plugin with chat:call" }
        for name in ["os", "io", "debug", "package", "load", "loadstring", "dofile", "loadfile", "collectgarbage"] {
            hints[name] = "rules have no files, processes or other programs; c.now has the time"
        }
        return hints
    }()

    private mutating func drop(at place: RulePlace, code: String) {
        problems.removeAll { $0.code == code && $0.file == place.file && $0.line == place.line }
    }

    /// `i18n "greting"`.
    private mutating func checkKeys(_ outline: LuaOutline, _ path: String) {
        for call in outline.calls where call.name == "i18n" && !call.text.isEmpty && !texts.keys.contains(call.text) {
            report(
                "i18n", at: place(path, call.line), "there is no text '\(call.text)' under i18n/",
                hint: Spelling.nearest(to: call.text, among: texts.keys).map { "did you mean '\($0)'?" } ?? "add it to i18n/*.lua"
            )
        }
    }

    /// `bot: @greting`.
    private mutating func checkScripts() {
        for path in source.paths(under: "tests", ending: ".conv") {
            // What cannot be read a test says.
            guard let script = try? ConversationScript(source.files[path] ?? [], path: source.shown(path)) else { continue }
            for line in script.lines where line.step == "bot" || line.step == "expect" {
                let value = line.arguments.first ?? .null
                let wanted = line.step == "bot" ? [value] : ["note", "notified", "ticket"].compactMap { value[$0] }
                for text in wanted.flatMap({ $0.array ?? [$0] }) where text.string != nil {
                    do throws(TestProblem) { _ = try ExpectedText(text, texts: texts.keys, answers: knowledge) } catch {
                        report("i18n", at: place(path, line.number), error.message)
                    }
                }
            }
        }
    }

    private mutating func checkCalls(_ outline: LuaOutline, _ path: String) {
        checkKeys(outline, path)
        var labels: [String: Int] = [:]
        for call in outline.calls {
            let place = place(path, call.line)
            let method = call.name.split(separator: ":").last.map(String.init) ?? ""
            switch call.name {
            case "string.find", "string.match", "string.gmatch", "string.gsub":
                if call.arguments.count > 1, let pattern = call.arguments[1] { checkPattern(pattern, at: place) }
            case _ where ["find", "match", "gmatch", "gsub"].contains(method):
                if let pattern = call.arguments.first ?? nil { checkPattern(pattern, at: place) }
            case "chat:call":
                if let calls = names.calls, !call.text.isEmpty, !calls.contains(call.text) {
                    let near = Spelling.nearest(to: call.text, among: calls)
                    let ofPlugin = calls.filter { $0.prefix { $0 != "." } == call.text.prefix { $0 != "." } }
                    // A plugin of another name may come later: until then the flow is told that there is none.
                    guard near != nil || !ofPlugin.isEmpty else { break }
                    report(
                        "call", at: place, "no plugin answers the call '\(call.text)'",
                        hint: near.map { "did you mean '\($0)'?" } ?? Spelling.hint(for: call.text, among: ofPlugin))
                }
            case "chat:ask", "chat:choose", "chat:sleep", "chat:wait_event":
                if let label = call.arguments.first ?? nil {
                    let key = call.path.prefix(3).joined(separator: "/") + "/" + label
                    if let earlier = labels[key], earlier != call.line {
                        report(
                            "duplicate_label", at: place, "the label '\(label)' is used twice in this stage",
                            hint: "the first stands in line \(earlier); each wait needs its own")
                    }
                    labels[key] = labels[key] ?? call.line
                }
                if let expect = call.fields.first(where: { $0.path == "expect" }), let pattern = expect.text {
                    checkPattern(pattern, at: self.place(path, expect.line))
                }
            case "out:start_flow": if !call.text.isEmpty { checkFlow(call.text, at: place) }
            case "out:hand_off": if !call.text.isEmpty { checkTeam(call.text, at: place) }
            default: break
            }
            if ["out:notify", "chat:notify"].contains(call.name) {
                for field in call.fields where field.path == "to" || field.path.hasPrefix("to.") {
                    if let to = field.text, to.hasPrefix("team:") {
                        checkTeam(String(to.dropFirst(5)), at: self.place(path, field.line))
                    }
                }
            }
            if Self.namesTeam.contains(call.name), let team = call.fields.first(where: { $0.path == "team" }),
                let name = team.text
            {
                checkTeam(name, at: self.place(path, team.line))
            }
        }
        checkStages(outline, path)
    }

    /// Calls whose table may have a `team`.
    private static let namesTeam: Set<String> = [
        "chat:handoff", "out:hand_off", "out:assign", "out:open_ticket", "chat:open_ticket", "chat:ticket", "out:notify",
        "chat:notify",
    ]

    /// `return "chek"` in a stage.
    private mutating func checkStages(_ outline: LuaOutline, _ path: String) {
        for found in outline.returns where found.path.count == 3 && found.path[1] == "stages" && found.depth == 1 {
            guard found.path[0].hasPrefix("flow \""), let flow = flows.first(where: { "flow \"\($0.id)\"" == found.path[0] }),
                flow.stages[found.text] == nil
            else { continue }
            report(
                "stage", at: place(path, found.line), "flow \"\(flow.id)\" has no stage '\(found.text)'",
                hint: Spelling.hint(for: found.text, among: flow.stages.keys))
        }
    }

    private mutating func checkPattern(_ pattern: String, at place: RulePlace) {
        if let risk = PatternRisk.of(pattern) {
            report(.warning, "pattern", at: place, "the pattern '\(pattern)' \(risk)")
        } else if PatternRisk.repeats(pattern) > 2, let text = endlessText(for: pattern) {
            report(
                .warning, "pattern", at: place,
                "the pattern '\(pattern)' repeats \(PatternRisk.repeats(pattern)) times over: on \(text.times) times "
                    + "\"\(text.unit)\" it uses up its budget",
                event: ["text": .string(String(repeating: text.unit, count: text.times))])
        }
    }

    /// A mistake in the syntax is reported by Lua when a file is run; helpers and tests are not run by a check.
    private mutating func checkUnread() {
        let unread = source.paths(under: "lib", ending: ".lua") + source.paths(under: "tests", ending: ".lua")
        guard !unread.isEmpty, let state = try? ScriptState(source, texts: texts, mode: .counted) else { return }
        for path in unread {
            let shown = source.shown(path)
            guard !problems.contains(where: { $0.file == shown && $0.code == "syntax" }) else { continue }
            do { state.lua.release(try state.lua.load(source: source.files[path] ?? [], chunk: shown)) } catch {
                problems.removeAll { $0.file == shown && $0.code == "global" }
                problems.append(RuleProblem(error, of: shown))
            }
        }
    }
}

/// What may be slow or wrong in a Lua pattern.
enum PatternRisk {
    /// - Returns: the end of a sentence that begins with the pattern; nil if nothing is suspicious.
    static func of(_ pattern: String) -> String? {
        let bytes = Array(pattern.utf8)
        if bytes.isEmpty { return "is empty: it is found in every text" }
        var at = 0
        var brackets = 0
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "%"):
                guard at + 1 < bytes.count else { return "ends with '%'" }
                at += 1
            case UInt8(ascii: "["):
                guard let close = bytes[(min(at + 2, bytes.count))...].firstIndex(of: UInt8(ascii: "]")) else {
                    return "has a '[' without ']'"
                }
                at = close
            case UInt8(ascii: "("): brackets += 1
            case UInt8(ascii: ")"): brackets -= 1
            case UInt8(ascii: "|"): return "has a '|', which means itself in Lua: there are no alternatives"
            case UInt8(ascii: "{") where bytes[at...].contains(UInt8(ascii: "}")):
                return "has a count in braces, which Lua patterns do not know"
            default: break
            }
            at += 1
        }
        if brackets != 0 { return "has a bracket without its partner" }
        return matchesNothing(bytes) ? "can match nothing at all: it is found in every text" : nil
    }

    /// How often it takes as much or as little as it likes.
    static func repeats(_ pattern: String) -> Int {
        items(Array(pattern.utf8)).count { $0.suffix != nil && $0.suffix != UInt8(ascii: "?") }
    }

    /// For each of its characters, classes and sets one that fits, in their order; nothing for what takes anything.
    static func samples(of pattern: String) -> [String] {
        let bytes = Array(pattern.utf8)
        return items(bytes).compactMap { item in
            switch bytes[item.start] {
            case UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "$"): return nil
            case UInt8(ascii: "%"):
                guard item.start + 1 < bytes.count else { return nil }
                switch bytes[item.start + 1] {
                case UInt8(ascii: "d"), UInt8(ascii: "x"): return "1"
                case UInt8(ascii: "s"): return " "
                case UInt8(ascii: "a"), UInt8(ascii: "l"), UInt8(ascii: "w"), UInt8(ascii: "g"): return "a"
                case UInt8(ascii: "u"): return "A"
                case UInt8(ascii: "p"): return "."
                case let other: return other < 0x80 ? String(UnicodeScalar(other)) : nil
                }
            case UInt8(ascii: "["):
                let first = item.start + 1 < bytes.count ? bytes[item.start + 1] : 0
                return first < 0x80 && first > 0x20 && first != UInt8(ascii: "^") && first != UInt8(ascii: "%")
                    ? String(UnicodeScalar(first)) : "a"
            case let byte: return byte < 0x80 ? String(UnicodeScalar(byte)) : nil
            }
        }
    }

    /// Whether no part of it must be there; one that is tied to the end says something all the same.
    private static func matchesNothing(_ bytes: [UInt8]) -> Bool {
        let items = items(bytes)
        return !items.isEmpty && items.allSatisfy { $0.suffix.map { $0 != UInt8(ascii: "+") } ?? false }
    }

    /// The single characters, classes and sets of a pattern, each with the sign that repeats it.
    private static func items(_ bytes: [UInt8]) -> [(start: Int, suffix: UInt8?)] {
        var items: [(start: Int, suffix: UInt8?)] = []
        var at = 0
        while at < bytes.count {
            let start = at
            switch bytes[at] {
            case UInt8(ascii: "("), UInt8(ascii: ")"):
                at += 1
                continue
            case UInt8(ascii: "%"): at += 2
            case UInt8(ascii: "["):
                let from = min(at + 2, bytes.count)
                at = (bytes[from...].firstIndex(of: UInt8(ascii: "]")) ?? bytes.count - 1) + 1
            default: at += 1
            }
            var suffix: UInt8?
            if at < bytes.count, "*+-?".utf8.contains(bytes[at]) {
                suffix = bytes[at]
                at += 1
            }
            items.append((start, suffix))
        }
        return items
    }
}
