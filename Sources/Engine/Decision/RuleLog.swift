// SPDX-License-Identifier: Apache-2.0
import Desk
import Logging
import Synchronization

/// Where lines that rules write go: masked, into the desk's log, so many a minute of each rule.
final class RuleLog: Sendable {
    private struct Minute {
        var since: Instant
        var count = 0
        var leftOut = 0
    }
    private let minutes = Mutex<[String: Minute]>([:])
    private let logger: Logger
    /// Of one rule in a minute.
    static let most = 60

    init(_ logger: Logger) { self.logger = logger }

    /// A line without what a person could be known by: the customer's name, telephone numbers, mailboxes, long numbers, addresses.
    static func masked(_ line: RuleLogLine, of customer: Customer) -> RuleLogLine {
        let names = KnownName.sorted(customer.name.map { KnownName.all(of: $0, kind: .name, value: $0) } ?? [])
        func mask(_ text: String) -> String { PersonalText(text, names: names).replacing { kind, _ in "<\(kind.rawValue)>" } }
        var line = line
        line.text = mask(line.text)
        line.fields = line.fields.mapValues(mask)
        return line
    }

    /// Characters of one decision: to look for what is personal takes time, and others wait for this thread.
    static let mostCharacters = 6000

    /// The lines of one decision, masked, as many as there is room for; one that says how many are missing.
    static func masked(_ lines: [RuleLogLine], of customer: Customer) -> [RuleLogLine] {
        var room = mostCharacters
        var kept: [RuleLogLine] = []
        for line in lines {
            room -= line.text.count + line.fields.reduce(0) { $0 + $1.value.count }
            guard room >= 0 else { break }
            kept.append(masked(line, of: customer))
        }
        guard let missed = lines.dropFirst(kept.count).first else { return kept }
        let text = "\(lines.count - kept.count) more lines are left out: a decision may write \(mostCharacters) characters."
        return kept + [RuleLogLine(rule: missed.rule, level: .warning, text: text)]
    }

    /// - Parameter line: masked.
    func write(_ line: RuleLogLine, _ conversation: ID<Conversation>, at now: Instant) {
        guard let leftOut = take(line.rule, at: now) else { return }
        // What the author names cannot take the place of what the desk says.
        var metadata: Logger.Metadata = [:]
        for (name, value) in line.fields { metadata["field.\(name)"] = "\(value)" }
        metadata["rule"] = "\(line.rule)"
        metadata["conversation"] = "\(conversation)"
        if leftOut > 0 { metadata["left_out"] = "\(leftOut)" }
        let level: Logger.Level =
            switch line.level {
            case .debug: .debug
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
        logger.log(level: level, "\(line.text)", metadata: metadata)
    }

    /// - Returns: how many lines of the rule were left out before this one; nil: this one is, too.
    private func take(_ rule: String, at now: Instant) -> Int? {
        minutes.withLock { minutes in
            // Bounded: sets come and go.
            if minutes.count > 1000 { minutes = minutes.filter { now - $0.value.since < .seconds(60) } }
            var minute = minutes[rule] ?? Minute(since: now)
            var leftOut = 0
            if now - minute.since >= .seconds(60) || now < minute.since {
                leftOut = minute.leftOut
                minute = Minute(since: now)
            }
            let isFull = minute.count >= Self.most
            if isFull { minute.leftOut += 1 } else { minute.count += 1 }
            minutes[rule] = minute
            return isFull ? nil : leftOut
        }
    }
}
