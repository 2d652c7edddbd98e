// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Logging

/// Writes the log to stderr, one line an entry: `2026-01-02T03:04:05.678Z info  Message. key=value`, or the same as JSON.
struct DeskLogHandler: LogHandler {
    enum Format: String, Sendable { case text, json }

    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    let format: Format
    let label: String

    init(label: String, level: Logger.Level, format: Format) {
        self.label = label
        self.logLevel = level
        self.format = format
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let line =
            switch format {
            case .text: Self.text(event, facts)
            case .json: Self.json(event, facts, label)
            }
        Self.write(line)
    }

    private static func text(_ event: LogEvent, _ facts: [(key: String, value: Logger.Metadata.Value)]) -> String {
        let level = event.level.rawValue.padding(toLength: 7, withPad: " ", startingAt: 0)
        let rest = facts.map { " \($0.key)=\(quoted("\($0.value)"))" }.joined()
        return "\(Instant.systemNow().rfc3339) \(level) \(flat("\(event.message)"))\(rest)\n"
    }

    private static func json(
        _ event: LogEvent, _ facts: [(key: String, value: Logger.Metadata.Value)], _ label: String
    ) -> String {
        var fields = Value.Fields()
        fields["at"] = .string(Instant.systemNow().rfc3339)
        fields["level"] = .string(event.level.rawValue)
        fields["message"] = .string("\(event.message)")
        fields["logger"] = .string(label)
        for (key, value) in facts { fields[fields[key] == nil ? key : "\(key)_"] = .string("\(value)") }
        return Value.object(fields).jsonText + "\n"
    }

    private static func quoted(_ text: String) -> String {
        let flat = flat(text)
        return flat.contains(" ") || flat.isEmpty ? "\"\(flat.replacing("\"", with: "'"))\"" : flat
    }

    /// A log line is one line, whatever somebody managed to put into it.
    private static func flat(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }))
    }

    /// One call, so that lines of several threads do not mix. A closed stderr is nobody's fault here.
    private static func write(_ line: String) {
        var line = line
        line.withUTF8 { bytes in
            _ = Foundation.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }
}
