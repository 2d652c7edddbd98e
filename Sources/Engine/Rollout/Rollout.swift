// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Rules

/// How a candidate is to be tried before it is live for all.
package enum RolloutPlan: Sendable, Hashable {
    /// It decides for this part of the conversations, 0…1, each wholly by one set.
    case canary(share: Double)
    /// It decides all of them beside the live set; nothing it wants is done, what differs is counted.
    case shadow

    package var name: String {
        switch self {
        case .canary: "canary"
        case .shadow: "shadow"
        }
    }
}

/// A candidate under way.
struct Rollout: Sendable {
    let plan: RolloutPlan
    let generation: Generation
    let startedAt: Instant
    /// A canary is promoted then if nothing spoke against it, a shadow ends; nil: somebody decides.
    var until: Instant?
    let by: String
    /// Where the candidate is a shadow.
    let shadow: ShadowRun?

    func takes(_ conversation: ID<Conversation>) -> Bool {
        guard case .canary(let share) = plan else { return false }
        return Self.place(of: conversation) < share
    }

    /// A fixed place in 0..<1 for each conversation, evenly spread (the finaliser of splitmix64 over its number).
    static func place(of conversation: ID<Conversation>) -> Double {
        var bits = UInt64(bitPattern: conversation.number) &+ 0x9e37_79b9_7f4a_7c15
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return Double((bits ^ (bits >> 31)) >> 11) * 0x1p-53
    }

    /// As the store keeps it over a restart.
    var record: Value {
        var value: Value = [
            "id": .string(generation.set.id), "plan": .string(plan.name), "started": .int(startedAt.milliseconds),
            "by": .string(by),
        ]
        if case .canary(let share) = plan { value["share"] = .double(share) }
        if let until { value["until"] = .int(until.milliseconds) }
        return value
    }
}

extension RolloutPlan {
    init?(record: Value) {
        switch record["plan"]?.string {
        case "canary":
            guard let share = record["share"].flatMap({ $0.double ?? $0.int.map(Double.init) }) else { return nil }
            self = .canary(share: share)
        case "shadow": self = .shadow
        default: return nil
        }
    }
}

/// The time after a switch in which the desk goes back by itself if the new set does badly.
struct WatchWindow: Sendable {
    /// The set to go back to.
    let previous: String
    /// How it went under that.
    let before: Vitals.Sum
    let until: Instant

    var record: Value {
        ["previous": .string(previous), "before": before.value, "until": .int(until.milliseconds)]
    }

    init(previous: String, before: Vitals.Sum, until: Instant) {
        self.previous = previous
        self.before = before
        self.until = until
    }

    init?(record: Value) {
        guard let previous = record["previous"]?.string, let until = record["until"]?.int else { return nil }
        self.init(
            previous: previous, before: Vitals.Sum(value: record["before"] ?? [:]), until: Instant(milliseconds: until))
    }
}
