// SPDX-License-Identifier: Apache-2.0
import Desk

/// A conversation written down line by line, `tests/return_goods.conv`:
///
///     given: vip_level=5 language=zh-CN
///     call: shop.order {"no": "SO-1", "item": "水壶"}
///     customer: 我要退货
///     bot: 订单号
///     wait: 10m
///     restart
///     expect: state=queued team=after_sales
struct ConversationScript {
    struct Line { let number: Int; let step: String; let arguments: [Value] }
    let path: String
    let lines: [Line]

    /// - Throws: with the line, where it cannot be read.
    init(_ bytes: [UInt8], path: String) throws(ScriptError) {
        self.path = path
        // Editors on Windows begin with a mark and end lines with two signs.
        let bytes = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? Array(bytes.dropFirst(3)) : bytes
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ScriptError(line: 1, message: "the file is no valid UTF-8")
        }
        var lines: [Line] = []
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = String(raw).trimmed(of: " \t\r")
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            let colon = line.firstIndex { $0 == ":" || $0 == "：" }
            let step = String(colon.map { line[..<$0] } ?? line[...]).trimmed(of: " ")
            let rest = colon.map { String(line[line.index(after: $0)...]).trimmed(of: " \t") } ?? ""
            guard TestStep.names.contains(step) else {
                throw ScriptError(
                    line: index + 1,
                    message: "unknown step '\(step)'" + (Spelling.hint(for: step, among: TestStep.names).map { "; \($0)" } ?? ""))
            }
            do throws(TestProblem) {
                lines.append(Line(number: index + 1, step: step, arguments: try Self.arguments(step, rest)))
            } catch {
                throw ScriptError(line: index + 1, message: error.message)
            }
        }
        self.lines = lines
    }

    struct ScriptError: Error { let line: Int; let message: String }

    private static func arguments(_ step: String, _ rest: String) throws(TestProblem) -> [Value] {
        switch step {
        case "given", "expect": return [try fields(rest)]
        case "call", "event", "fail":
            let name = rest.prefix { $0 != " " }
            let json = String(rest.dropFirst(name.count)).trimmed(of: " ")
            if step == "fail" { return [.string(String(name)), .string(json)] }
            guard !json.isEmpty else { return [.string(String(name))] }
            return [.string(String(name)), try value(json)]
        case "customer":
            if rest.hasPrefix("[") && rest.hasSuffix("]") {
                // [event enter], [image]
                let words = rest.dropFirst().dropLast().split(separator: " ").map(String.init)
                if words.first == "event", words.count == 2 { return [["kind": "event", "fields": ["name": .string(words[1])]]] }
                if words.count == 1, MessageContent.Kind(rawValue: words[0]) != nil { return [["kind": .string(words[0])]] }
            }
            return [.string(rest)]
        default: return [.string(rest)]
        }
    }

    private static func value(_ json: String) throws(TestProblem) -> Value {
        do { return try Value(json: json) } catch { throw TestProblem("'\(json)' is no JSON: \(error)") }
    }

    /// `vip_level=5 language=zh-CN open.service=false tags=a,b`; values with blanks in quotes, double or single. Or a JSON object.
    /// - Parameter areTexts: whether `007` stays what it is.
    static func fields(_ text: String, areTexts: Bool = false) throws(TestProblem) -> Value {
        if text.hasPrefix("{") { return try value(text) }
        var result: Value = .object(.init())
        var rest = text[...]
        while let start = rest.firstIndex(where: { $0 != " " }) {
            rest = rest[start...]
            guard let equals = rest.firstIndex(of: "=") else { throw TestProblem("'\(rest)' has no '='; write name=value") }
            let name = String(rest[..<equals])
            rest = rest[rest.index(after: equals)...]
            let word: String
            if let quote = rest.first, quote == "\"" || quote == "'" {
                rest = rest.dropFirst()
                guard let close = rest.firstIndex(of: quote) else { throw TestProblem("a quote is not closed") }
                word = String(rest[..<close])
                rest = rest[rest.index(after: close)...]
                set(name, .string(word), &result)
                continue
            }
            word = String(rest.prefix { $0 != " " })
            rest = rest.dropFirst(word.count)
            set(name, areTexts ? .string(word) : plain(word), &result)
        }
        return result
    }

    private static func set(_ name: String, _ value: Value, _ into: inout Value) {
        guard let dot = name.firstIndex(of: ".") else { into[name] = value; return }
        let (head, tail) = (String(name[..<dot]), String(name[name.index(after: dot)...]))
        var inner = into[head] ?? .object(.init())
        set(tail, value, &inner)
        into[head] = inner
    }

    private static func plain(_ word: String) -> Value {
        if word == "true" || word == "false" { return .bool(word == "true") }
        if let number = Int64(word) { return .int(number) }
        if let number = Double(word) { return .double(number) }
        if word.contains(",") { return .array(word.split(separator: ",").map { .string(String($0)) }) }
        return .string(word)
    }
}
