// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal

/// The decision log as JSON lines, for those who look at it elsewhere: each settlement with what the rules saw, the message, and what they wanted.
///
/// A line: `{seq, at, cause?, conversation_id, customer_id, channel, rule_set, message_id?, message?, trigger, situation, decisions, outside?,
/// resting?, arrived?}`; the parts are as the journal has them. Lines come in the order of their seqs.
package struct DecisionExport: Sendable {
    /// Which part of the log, and how.
    package struct Options: Sendable, Hashable {
        /// From then on.
        package var since: Instant?
        /// Before then.
        package var until: Instant?
        /// Only the last so many of them.
        package var last: Int?
        /// Everything as it is, with all personal data.
        package var isUnmasked = false
        /// Whether customers' own words stay, without what they could be known by; else each text becomes one word.
        package var keepsTexts = true

        package init() {}

        /// A point in time as people write it: RFC 3339, or how far back, such as `7d`; nil for neither.
        package static func time(_ text: String, now: Instant) -> Instant? {
            Instant(rfc3339: text) ?? Duration(text: text).map { now - $0 }
        }
    }

    private var log: DecisionLog
    /// Nil: everything as it is.
    private let mask: DecisionMask?

    /// Notes in the journal who takes what out of the desk, and gives it only when that is on disk.
    /// - Parameter name: of who does it, as the journal shows it.
    /// - Throws: `StoreError`, with nothing given.
    package static func begin(
        _ options: Options, from store: any EventStore, by name: String, as actor: Actor, at now: Instant
    ) async throws -> DecisionExport {
        // What comes after this is no part of it, its own note neither.
        let log = try await DecisionLog(store, since: options.since, until: options.until, limit: options.last)
        let mask =
            options.isUnmasked
            ? nil : DecisionMask(agents: try await store.agents(), keepsTexts: options.keepsTexts)
        let note: Value = [
            "by": .string(name), "masked": .bool(!options.isUnmasked), "since": Value(options.since?.rfc3339),
            "until": Value(options.until?.rfc3339), "last": Value(options.last),
        ]
        let event = Event.Draft(.rulesExported, actor: actor, payload: note.compact())
        _ = try await store.append(Entry(at: now, events: [event]))
        return DecisionExport(log: log, mask: mask)
    }

    /// The next lines, each with its line feed, and how many; nil at the end. There may be none among them.
    ///
    /// A decision that was trimmed from the log has no line. The log is read page by page: memory does not grow with it.
    package mutating func next() async throws -> (lines: [UInt8], count: Int)? {
        guard let page = try await log.next()?.events() else { return nil }
        var lines: [UInt8] = []
        var count = 0
        for (event, message) in page where event.payload["trigger"] != nil {
            let line = Self.line(event, message)
            (mask?.masked(line) ?? line).write(to: &lines)
            lines.append(UInt8(ascii: "\n"))
            count += 1
        }
        return (lines, count)
    }

    private static func line(_ event: Event, _ message: Message?) -> Value {
        let payload = event.payload
        let line: Value = [
            "seq": .int(event.seq), "at": .string(event.at.rfc3339), "cause": event.cause.map(Value.int) ?? .null,
            "conversation_id": Value(event.conversation?.text), "customer_id": Value(event.customer?.text),
            "channel": Value(event.channel), "rule_set": payload["rule_set"] ?? .null, "message_id": payload["message"] ?? .null,
            "message": message?.content.value ?? .null,
        ]
        let rest = (payload.object?.pairs ?? []).filter { !["rule_set", "message"].contains($0.name) }
        return line.merging(.object(.init(unchecked: rest))).compact()
    }
}
