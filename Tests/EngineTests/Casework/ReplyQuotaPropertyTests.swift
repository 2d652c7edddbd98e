// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Testing

@testable import Engine

/// A platform that counts, and a customer, agents and rules who do anything in any order.
@Suite("Whatever happens, the quota holds and no reply is lost or doubled")
struct ReplyQuotaPropertyTests {
    private let wx = ReplyPlace(channel: "wx", sender: nil)

    /// The rows that one customer's caseworks leave behind, and the platforms' side.
    private struct World {
        var dice: SplitMix
        var now = Instant(seconds: 1_760_000_000)
        var conversation = Conversation(id: ID(1), customer: ID(2), channel: "wx", startedAt: Instant(seconds: 1_760_000_000))
        var items: [ID<Message>: OutboxItem] = [:]
        var messages: [ID<Message>: Message] = [:]
        /// How often each reply reached the customer, on any channel.
        var arrived: [ID<Message>: Int] = [:]
        /// What the platform itself would still take.
        var platform = 0
        var closesAt = Instant(seconds: 0)
        var overruns = 0
        let policy: ReplyPolicy
        let quota = ReplyQuota(messages: 5, window: .seconds(3600))
        let limit = 40
        let wx = ReplyPlace(channel: "wx", sender: nil)
        let ids = IDSource(clock: { Instant(seconds: 1_760_000_000) })

        func work() -> Casework {
            let file = CustomerFile(
                customer: Customer(id: ID(2), createdAt: now), conversation: conversation,
                identities: ["wx": "open-id", "sms": "+1"], timers: [:])
            let at = now
            return Casework(
                file: file, conversation: conversation, now: at, ids: ids,
                ways: ReplyWays(["wx": .init(policy: policy, textLimit: limit)], agreed: ["sms"]))
        }

        mutating func commit(_ work: Casework) {
            for change in work.entry().changes {
                switch change {
                case .outbox(let item): items[item.message] = item
                case .outboxDone(let id): items[id] = nil
                case .message(let message, _): if message.direction == .outbound { messages[message.id] = message }
                case .conversation(let row): conversation = row
                default: break
                }
            }
        }

        mutating func customerWrites() {
            (platform, closesAt) = (5, now + .seconds(3600))
            var work = work()
            work.conversation.replies[wx, default: ReplyAllowance()].open(quota, at: now)
            work.releaseHeldReplies()
            commit(work)
        }

        mutating func say(_ count: Int, by author: Actor) {
            var work = work()
            for _ in 0..<count { work.add(.text(String(repeating: "x", count: 1 + dice.next(below: 20))), .outbound, by: author) }
            commit(work)
        }

        /// The worker's next send on `wx`, joined with what waits behind it where the channel merges.
        mutating func send() {
            let waiting = items.values.filter { $0.state == .waiting && $0.channel == "wx" }
                .sorted { ($0.queuedAt, $0.message.number) < ($1.queuedAt, $1.message.number) }
            guard var item = waiting.first else { return }
            if policy.merge {
                var joined: [OutboxItem] = []
                var count = bytes(item)
                for follower in waiting.dropFirst() {
                    guard isMachines(item), isMachines(follower), count + 1 + bytes(follower) <= limit else { break }
                    count += 1 + bytes(follower)
                    joined.append(follower)
                }
                if !joined.isEmpty {
                    var work = work()
                    item = work.join(item, joined)
                    commit(work)
                }
            }
            // Sent after the end, a reply is refused for good; the platform knows its own count best.
            if now > closesAt {
                items[item.message]?.state = .dead
            } else if platform == 0 {
                overruns += 1
                var refused = item, work = work()
                refused.state = .held
                work.refused(refused, by: messages[item.message]?.author ?? .system)
                commit(work)
            } else {
                platform -= 1
                items[item.message] = nil
                for id in [item.message] + item.parts { arrived[id, default: 0] += 1 }
            }
        }

        mutating func sendElsewhere() {
            for item in items.values where item.channel == "sms" && item.state == .waiting {
                items[item.message] = nil
                for id in [item.message] + item.parts { arrived[id, default: 0] += 1 }
            }
        }

        private func isMachines(_ item: OutboxItem) -> Bool { messages[item.message]?.author.isPerson == false }
        private func bytes(_ item: OutboxItem) -> Int {
            ([item.message] + item.parts).reduce(-1) { $0 + 1 + (messages[$1]?.content.text.utf8.count ?? 0) }
        }

        /// In how many places each reply is: arrived, waiting, held, dead, or failed at once.
        var places: [ID<Message>: Int] {
            var places = arrived
            for item in items.values { for id in [item.message] + item.parts { places[id, default: 0] += 1 } }
            for message in messages.values where message.delivery.reason != nil { places[message.id, default: 0] += 1 }
            return places
        }
    }

    static let policies = [
        ReplyPolicy(), ReplyPolicy(merge: true), ReplyPolicy(keepForPeople: 2), ReplyPolicy(fallback: ["sms"]),
        ReplyPolicy(merge: true, keepForPeople: 1, fallback: ["sms"]),
    ]

    /// - Parameter isPunctual: nothing waits any more when the customer writes. Otherwise the platform counts late replies for the new
    ///   message, and refuses what we thought was left.
    @Test("in random histories of each policy", arguments: policies, [true, false])
    func histories(_ policy: ReplyPolicy, isPunctual: Bool) {
        for seed in 0..<60 {
            var world = World(dice: SplitMix(state: UInt64(seed)), policy: policy)
            for _ in 0..<60 {
                switch world.dice.next(below: 10) {
                case 0, 1:
                    while isPunctual, world.items.values.contains(where: { $0.state == .waiting && $0.channel == "wx" }) {
                        world.send()
                    }
                    world.customerWrites()
                case 2, 3: world.say(1 + world.dice.next(below: 4), by: .bot("rule"))
                case 4: world.say(1, by: .agent(ID(7)))
                case 5, 6, 7: world.send()
                case 8: world.sendElsewhere()
                default: world.now = world.now + .seconds(Int64(world.dice.next(below: 1200)))
                }
                #expect(world.overruns == 0 || !isPunctual, "seed \(seed): the platform was asked for more than it allows")
                let places = world.places
                let wrong = world.messages.keys.filter { places[$0] != 1 }
                #expect(wrong.isEmpty, "seed \(seed): lost or doubled")
                let held = Set(world.conversation.replies[wx]?.held.map(\.message) ?? [])
                #expect(held == Set(world.items.values.filter { $0.state == .held }.map(\.message)), "seed \(seed): forgotten")
                guard world.overruns == 0 || !isPunctual, wrong.isEmpty else { return }
            }
        }
    }
}
