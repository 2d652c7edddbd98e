// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal

/// Reads from the desk's journal what went out through a channel.
struct AnswerWatch: Sendable {
    let store: SQLiteStore
    var head: Seq { store.head }

    /// Prints what the desk says from `after` on, until it has been quiet for a moment.
    /// - Parameter mayBeAsked: the channel asks its platform for messages: a request alone may bring none.
    func show(channel: String, after: Seq, seconds: Double, mayBeAsked: Bool = false) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        var shown: Set<ID<Message>> = []
        var quietSince = ContinuousClock.now
        while ContinuousClock.now < end {
            let messages = try await store.messages(
                MessageFilter(channel: channel, includesNotes: false), Page(after: after, limit: 200))
            let news = messages.filter { $0.direction == .outbound && !shown.contains($0.id) && $0.delivery != .queued }
            for message in news {
                shown.insert(message.id)
                quietSince = .now
                print(
                    "← \(Self.words(of: message))   (\(message.author.text), \(message.delivery.name)\(message.delivery.reason.map { ": \($0)" } ?? ""))"
                )
            }
            let isWaiting = messages.contains { $0.direction == .outbound && $0.delivery == .queued }
            if !shown.isEmpty, !isWaiting, ContinuousClock.now - quietSince > .milliseconds(600) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        let all = try await store.messages(
            MessageFilter(channel: channel, includesNotes: false), Page(after: after, limit: 200))
        let waiting = all.filter { $0.direction == .outbound && $0.delivery == .queued }
        for message in waiting {
            let why = Self.reason(waiting: try await store.outboxItem(message.id))
            print("  not sent yet: \(Self.words(of: message))   (\(message.author.text), \(why))")
        }
        guard shown.isEmpty, waiting.isEmpty else { return }
        print("  (no answer within \(Int(seconds)) s)")
        if mayBeAsked, !all.contains(where: { $0.direction == .inbound }) {
            print(
                "  no message came of it: this channel fetches its messages from the platform; see --lost and its plugin's README"
            )
        }
    }

    /// Why a message still waits. A channel that rests, because its platform refuses its secrets say, sends nothing of what is behind.
    static func reason(waiting item: OutboxItem?) -> String {
        guard let item else { return "queued" }
        if item.state == .held { return "held until the customer writes again: \(item.reason ?? "no replies remain")" }
        // A try that found the channel misconfigured is not counted: it is made again when the operator has mended that.
        guard item.attempts > 0 else {
            return item.reason.map { "the channel rests: \($0)" } ?? "not tried yet: the channel rests, or others go first"
        }
        let tries = item.attempts == 1 ? "tried once" : "tried \(item.attempts) times"
        return "\(tries): \(item.reason ?? "no reason given")"
    }

    private static func words(of message: Message) -> String {
        let options = message.content.fields["options"]?.array?.compactMap { $0["text"]?.string } ?? []
        let text = message.content.text.isEmpty ? "[\(message.content.kind.rawValue)]" : message.content.text
        return options.isEmpty ? text : "\(text) [\(options.joined(separator: " | "))]"
    }

    func close() async { await store.close() }
}
