// SPDX-License-Identifier: Apache-2.0
import Desk

/// Automatic mails that went out of late, by which it is judged whether another may.
///
/// A guard against two machines that answer each other. A mail that is tried again counts once.
/// - Source: RFC 3834, section 2: no more than one answer to a sender within a period of time.
struct AutomaticMails: Sendable, Hashable {
    private var sent: [Sent]
    private struct Sent: Sendable, Hashable {
        var message: ID<Message>
        var at: Instant
    }

    /// - Parameter stored: as `value` gives it; nil: none were sent.
    init(_ stored: Value?) {
        sent = (stored?.array ?? []).compactMap { row in
            guard let id = row["message"]?.string.flatMap({ ID<Message>(text: $0) }), let at = row["at"]?.int else { return nil }
            return Sent(message: id, at: Instant(milliseconds: at))
        }
    }

    /// `[{message, at}]`, times in milliseconds since 1970.
    var value: Value {
        .array(sent.map { ["message": .string($0.message.text), "at": .int($0.at.milliseconds)] })
    }

    /// Counts a message, if it is among so many within the time before `now`.
    /// - Returns: false if there are enough already; then it is not counted.
    mutating func admit(_ message: ID<Message>, limit: Int64, within time: Duration, at now: Instant) -> Bool {
        sent.removeAll { $0.at <= now - time }
        if sent.contains(where: { $0.message == message }) { return true }
        guard sent.count < limit else { return false }
        sent.append(Sent(message: message, at: now))
        return true
    }
}
