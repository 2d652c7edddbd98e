// SPDX-License-Identifier: Apache-2.0
import Desk

/// What the meter remembers of a conversation that is not resolved.
struct OpenConversation: Sendable, Hashable, Labelled {
    var channel: String?
    var team: String?
    var agent: String?
    var tags: [String] = []
    var sla: String?
    var topic: String?
    var customer: ID<Customer>?
    var state = ConversationState.bot
    /// Of its latest event.
    var seen: Instant

    /// When this cycle began, by creation or reopening; nil: before the meter did.
    var began: Instant?
    /// It was reopened before.
    var isReopened = false
    /// The time each team has had it in this cycle.
    var teams: Wait?
    /// Since when people are wanted, in this cycle.
    var peopleSince: Instant?
    /// In the queue.
    var queue: Wait?
    /// For a person's first reply.
    var reply: Wait?
    /// The earliest customer message that nobody has answered.
    var turn: Wait?

    /// Stints with people, and transfers among them.
    var stints = 0
    var transfers = 0
    /// A person has had it since the bot did.
    var isWorked = false
    /// Who had it last, and whether it has changed team since.
    var lastAgent: String?
    var hasMoved = false
    /// The machine has spoken before people came.
    var botSpoke = false
    /// Whether it counts among what the bot contained is settled.
    var isContainmentJudged = false

    /// Milliseconds that somebody has worked on it.
    var work: [Part: Int64] = [:]
    /// Of the span that is going on; nil: no person has it.
    var activeAt: Instant?

    struct Part: Sendable, Hashable {
        let team: String?
        let agent: String?
    }

    init(seen: Instant) { self.seen = seen }

    /// The agent who has it and is not waiting for the customer.
    var holder: String? { state == .assigned ? agent : nil }

    var isWithPeople: Bool { state.isWithPeople }

    /// As of now: where it waits, not where it has been. Tags are not among them.
    var labels: Labels {
        var labels: Labels = [:]
        labels["channel"] = channel
        labels["team"] = team
        labels["agent"] = agent
        labels["sla"] = sla
        return labels
    }

    /// Since its beginning, counted by the calendars of the teams that had it; before the first, by that one's.
    func age(_ time: MeasureOptions.Time, at now: Instant, hours: Calendars) -> Duration? {
        guard let began else { return nil }
        guard time == .business, let teams else { return now - began }
        let first = teams.stints(until: now, hours: hours).first?.team
        return hours.worked(first, from: began, to: teams.since) + (teams.age(for: nil, time, at: now, hours: hours) ?? .zero)
    }

    /// A gap of more than this in the work on a conversation is none of it.
    static let longestGap = Duration.seconds(240)

    /// Something happens in it: the time since the last thing was work, if it was short.
    mutating func work(until now: Instant) {
        guard let last = activeAt else { return }
        if now - last <= Self.longestGap {
            work[Part(team: team, agent: agent), default: 0] += max(0, (now - last).inMilliseconds)
        }
        activeAt = now
    }
}
