// SPDX-License-Identifier: Apache-2.0
import Desk

/// What customers say and what they are answered.
extension DeskMeter {
    mutating func hear(_ conversation: ID<Conversation>, _ event: Event) {
        // A sign, such as entering the chat, wants no answer.
        guard event.payload["kind"]?.string != "event" else { return }
        change(conversation, event) { record in
            if record.state == .pending { record.state = .assigned }
            if record.turn == nil { record.turn = Wait(since: event.at, team: record.team) }
        }
        countMessage("in", conversation, event)
    }

    /// A reply by a person ends the wait for one; what the bot or an automation writes does not.
    mutating func answer(_ conversation: ID<Conversation>, _ event: Event) {
        if event.payload["delivery"]?.string == "failed" { countLost(event) }
        countMessage("out", conversation, event)
        let author = event.payload["author"]?.string.flatMap(Actor.init(text:)) ?? event.actor
        guard author.isPerson else {
            guard open[conversation]?.isWithPeople != true else { return }
            var record = record(of: conversation, event)
            record.botSpoke = true
            record.turn = nil
            open[conversation] = record
            return
        }
        var agent: String?
        if case .agent(let id) = author { agent = id.text }
        change(conversation, event) { record in
            if record.stints == 0 { record.stints = 1 }
        }
        guard let record = open[conversation] else { return }
        open[conversation]?.turn = nil
        open[conversation]?.reply = nil
        if let turn = record.turn { close(turn, as: { .measure(.responseTime, $0) }, record, agent: agent, at: event.at) }
        if let wait = record.reply {
            close(wait, as: { .measure(.firstResponseTime, $0) }, record, agent: agent, at: event.at)
            promise({ .slaResponse($0) }, record, at: event.at) { wait.age(for: nil, $0, at: event.at, hours: $1) ?? .zero }
        }
    }

    /// A turn, or the wait for a first reply, that ends without an answer.
    mutating func giveUp(_ record: OpenConversation, at end: Instant) {
        if let turn = record.turn, record.isWithPeople {
            close(turn, as: { .unanswered($0) }, record, agent: record.agent, at: end)
        }
        if let wait = record.reply {
            promise({ .slaResponseMissed($0) }, record, at: end) { wait.age(for: nil, $0, at: end, hours: $1) ?? .zero }
        }
    }

    /// How long something took that an SLA promises; it is the conversation's, not a team's part.
    mutating func promise(
        _ track: (Track.Time) -> Track, _ record: OpenConversation, at end: Instant,
        _ length: (Track.Time, Calendars) -> Duration
    ) {
        guard let sla = record.sla else { return }
        var labels = Self.labels(channel: record.channel, team: record.team)
        labels["sla"] = sla
        for time in Track.Time.allCases {
            store.record(track(time), length(time, hours).inMilliseconds, at: end, labels: labels, tags: record.tags)
        }
    }

    private mutating func countMessage(_ direction: String, _ conversation: ID<Conversation>, _ event: Event) {
        var labels = Self.labels(channel: event.channel, team: open[conversation]?.team)
        labels["direction"] = direction
        store.record(.measure(.messages), at: event.at, labels: labels)
    }
}
