// SPDX-License-Identifier: Apache-2.0
import Desk

/// Something that a check has to say about a rule set: what, where, and what to do.
package struct RuleProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// Whether it keeps a set from going live.
    package enum Severity: String, Sendable, Hashable {
        /// The set cannot go live.
        case error
        case warning
    }

    /// Error or only a warning.
    package var severity: Severity
    /// Stable, for the API and for tests: `syntax`, `unknown_field`, `shadowed`, …
    package var code: String
    /// As it is shown: `rules/routing/vip.lua`; nil where the problem belongs to no file.
    package var file: String?
    /// From 1.
    package var line: Int?
    /// What is wrong, without the place.
    package var message: String
    /// What to do about it.
    package var hint: String?
    /// A situation that shows it, as the `given` of an example takes it; the message has it, too.
    package var event: Value?

    /// A problem at a place, if it has one.
    package init(
        _ severity: Severity = .error, code: String, file: String? = nil, line: Int? = nil, message: String, hint: String? = nil,
        event: Value? = nil
    ) {
        self.severity = severity
        self.code = code
        self.file = file
        self.line = line
        self.message = message
        self.hint = hint
        self.event = event
    }

    /// In the style of compilers: `rules/routing/vip.lua:12: unknown field 'assing'; did you mean 'assign'?`
    package var description: String {
        let place = file.map { file in line.map { "\(file):\($0): " } ?? "\(file): " } ?? ""
        return place + (severity == .warning ? "warning: " : "") + message + (hint.map { "; \($0)" } ?? "")
    }

    /// As the API shows it.
    package var value: Value {
        ([
            "severity": .string(severity.rawValue), "code": .string(code), "file": Value(file), "line": Value(line),
            "message": .string(message), "hint": Value(hint), "event": event ?? .null, "text": .string(description),
            "see": Value(see),
        ] as Value).compact()
    }
}

/// A place in a rule file.
package struct RulePlace: Sendable, Hashable {
    /// As it is shown, with the folder.
    package var file: String
    package var line: Int
    /// Line 0 stands for the whole file.
    package init(file: String, line: Int) { self.file = file; self.line = line }
}

extension RuleProblem {
    init(
        _ severity: Severity, _ code: String, at place: RulePlace?, _ message: String, hint: String? = nil, event: Value? = nil
    ) {
        self.init(
            severity, code: code, file: place?.file, line: place.flatMap { $0.line > 0 ? $0.line : nil }, message: message,
            hint: hint, event: event)
    }
}

extension [RuleProblem] {
    var hasErrors: Bool { contains { $0.severity == .error } }

    /// Errors of a file in the order of its lines; each said once.
    func inOrder() -> [RuleProblem] {
        var seen: Set<RuleProblem> = []
        return filter { seen.insert($0).inserted }
            .sorted { ($0.file ?? "", $0.line ?? 0, $0.message) < ($1.file ?? "", $1.line ?? 0, $1.message) }
    }
}
