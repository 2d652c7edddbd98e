// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal

/// Reads from the desk's journal what went out through a channel.
struct AnswerWatch: Sendable {
    let store: SQLiteStore
    var head: Seq { store.head }

    /// Prints what the desk says from `after` on, until it has been quiet for a moment.
    func show(channel: String, after: Seq, seconds: Double) async throws {
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
        let waiting = try await store.messages(
            MessageFilter(channel: channel, includesNotes: false), Page(after: after, limit: 200)
        ).filter { $0.direction == .outbound && $0.delivery == .queued }
        for message in waiting {
            print("  waiting: \(Self.words(of: message))   (\(message.author.text), not sent yet: held, or to be tried again)")
        }
        if shown.isEmpty, waiting.isEmpty { print("  (no answer within \(Int(seconds)) s)") }
    }

    private static func words(of message: Message) -> String {
        let options = message.content.fields["options"]?.array?.compactMap { $0["text"]?.string } ?? []
        let text = message.content.text.isEmpty ? "[\(message.content.kind.rawValue)]" : message.content.text
        return options.isEmpty ? text : "\(text) [\(options.joined(separator: " | "))]"
    }

    func close() async { await store.close() }
}
