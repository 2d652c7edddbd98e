// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Plugins

/// What a casework has to know of the ways on which its customer can be answered.
struct ReplyWays: Sendable {
    struct Way: Sendable, Hashable {
        var policy = ReplyPolicy()
        /// In bytes; nil: as long as one likes.
        var textLimit: Int?
        /// It has something to send when the platform's window is closed.
        var sendsAfterWindow = false
        /// Its platform lets us answer only after the customer wrote there.
        var isLimited = false
    }

    /// Channels whose customers read from the journal itself rather than through an outbox.
    var live: Set<String>
    private var known: [String: Way]
    /// Channels where the customer wrote of late, other than the one at hand.
    var agreed: Set<String>

    init(live: Set<String> = [], _ known: [String: Way] = [:], agreed: Set<String> = []) {
        self.live = live
        self.known = known
        self.agreed = agreed
    }

    subscript(channel: String) -> Way { known[channel] ?? Way() }
}

/// Where a reply goes; decided before it is written.
enum ReplyRoute: Sendable, Hashable {
    /// The customer reads it from the journal.
    case live(channel: String)
    case outbox(channel: String, recipient: String)
    /// It waits until the customer writes again, or another way opens.
    case held(recipient: String, reason: String)
    /// Its text goes out with the reply before it.
    case joined
    case failed(reason: String)
}

extension DeskEngine {
    /// A conversation on a channel in so many days that the customer began is consent to be answered there.
    static let consentLife: Duration = .seconds(30 * 86_400)

    /// The channel at hand, those where replies wait, and those that they may fall back to.
    func ways(to file: CustomerFile, on channel: String, at now: Instant) async throws -> ReplyWays {
        var ways: [String: ReplyWays.Way] = [:]
        let waiting = file.conversation?.replies.filter { !$0.value.held.isEmpty }.map(\.key.channel) ?? []
        let own = Set([channel] + waiting)
        let fallbacks = Set(own.flatMap { channels[$0]?.replies.fallback ?? [] })
        for id in own.union(fallbacks) {
            let able = plugins.manifest(ofChannel: id)?.capabilities
            ways[id] = ReplyWays.Way(
                policy: channels[id]?.replies ?? ReplyPolicy(), textLimit: able?.textLimit,
                sendsAfterWindow: plugins.sendsAfterWindow(channel: id), isLimited: able?.replyQuota != nil)
        }
        var agreed: Set<String> = []
        for id in fallbacks where file.identities[id] != nil {
            if try await hasWritten(file.customer.id, on: id, since: now - Self.consentLife) { agreed.insert(id) }
        }
        return ReplyWays(live: liveChannels, ways, agreed: agreed)
    }

    /// Looks at the customer's latest 50 messages of the channel; a sign, such as entering the chat, is no word.
    private func hasWritten(_ customer: ID<Customer>, on channel: String, since start: Instant) async throws -> Bool {
        try await store.messages(MessageFilter(channel: channel, customer: customer), Page(limit: 50, descending: true))
            .contains { $0.direction == .inbound && $0.content.kind != .event && $0.at >= start }
    }
}
