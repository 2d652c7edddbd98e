// SPDX-License-Identifier: Apache-2.0
import Desk

/// Endings of conversations whose worth shows only later: whether the customer comes back, rates it, or reopens it.
struct Verdicts: Sendable {
    struct Entry: Sendable {
        let conversation: ID<Conversation>
        let customer: ID<Customer>?
        let endedAt: Instant
        let labels: Labels
        let tags: [String]
        let sla: String?
        var topic: String?
        /// nil of each: not a question here.
        var isFirstContact: Bool?
        var isContained: Bool?
        /// It was contained at its end, and taken up again.
        var seemedContained = false
        var isReopened: Bool?
        var isRated: Bool?
        /// Other conversations that the customer began within `patience`.
        var returns: [ID<Conversation>] = []

        init(_ record: OpenConversation, _ conversation: ID<Conversation>, agent: String?, at end: Instant) {
            self.conversation = conversation
            customer = record.customer
            endedAt = end
            labels = DeskMeter.labels(channel: record.channel, team: record.team, agent: agent)
            (tags, sla, topic) = (record.tags, record.sla, record.topic)
        }
    }

    /// After this a customer who comes back comes with something new.
    static let patience = Duration.seconds(72 * 3600)
    /// After this a conversation that is taken up again was not reopened.
    static let memory = Duration.seconds(7 * 86_400)
    /// Beyond so many the oldest are final earlier.
    private static let most = 200_000
    private static let mostReturns = 8

    private var entries: [Int: Entry] = [:]
    /// Numbers of entries run from here; those before `judged` are final but for the reopening.
    private var (first, judged, next) = (0, 0, 0)
    private var byConversation: [ID<Conversation>: [Int]] = [:]
    private var byCustomer: [ID<Customer>: [Int]] = [:]

    mutating func add(_ entry: Entry) {
        entries[next] = entry
        byConversation[entry.conversation, default: []].append(next)
        if let customer = entry.customer { byCustomer[customer, default: []].append(next) }
        next += 1
    }

    func latest(of conversation: ID<Conversation>) -> Entry? { byConversation[conversation]?.last.flatMap { entries[$0] } }

    mutating func change(_ conversation: ID<Conversation>, _ body: (inout Entry) -> Void) {
        for number in byConversation[conversation] ?? [] where number >= judged || entries[number]?.isReopened != nil {
            if var entry = entries[number] {
                body(&entry)
                entries[number] = entry
            }
        }
    }

    /// A customer begins another conversation.
    mutating func returned(_ customer: ID<Customer>, in conversation: ID<Conversation>) {
        for number in byCustomer[customer] ?? [] where number >= judged {
            guard let entry = entries[number], entry.conversation != conversation, entry.returns.count < Self.mostReturns else {
                continue
            }
            entries[number]?.returns.append(conversation)
        }
    }

    /// Those whose `patience` is over, each once, in order.
    mutating func takeJudged(until now: Instant) -> [Entry] {
        var taken: [Entry] = []
        while judged < next, let entry = entries[judged],
            now - entry.endedAt > Self.patience || next - judged > Self.most
        {
            taken.append(entry)
            judged += 1
        }
        return taken
    }

    /// Those whose `memory` is over, in order; they are gone then.
    mutating func takeForgotten(until now: Instant) -> [Entry] {
        var taken: [Entry] = []
        while first < judged, let entry = entries[first], now - entry.endedAt > Self.memory || next - first > Self.most {
            taken.append(entry)
            entries[first] = nil
            Self.remove(first, from: &byConversation, entry.conversation)
            if let customer = entry.customer { Self.remove(first, from: &byCustomer, customer) }
            first += 1
        }
        return taken
    }

    private static func remove<Key: Hashable>(_ number: Int, from numbers: inout [Key: [Int]], _ key: Key) {
        numbers[key]?.removeAll { $0 == number }
        if numbers[key]?.isEmpty == true { numbers[key] = nil }
    }
}
