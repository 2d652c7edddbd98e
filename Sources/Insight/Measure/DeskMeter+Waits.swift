// SPDX-License-Identifier: Apache-2.0
import Desk

/// How a conversation's events begin and end the waits that are measured.
extension DeskMeter {
    mutating func arrive(_ conversation: ID<Conversation>, _ event: Event) {
        store.record(.measure(.arrivals), at: event.at, labels: Self.labels(channel: event.channel))
        let isReopening = event.kind == .conversationReopened
        let earlier = verdicts.latest(of: conversation)
        if isReopening { reopen(conversation, event) }
        if let customer = event.customer, !isReopening { verdicts.returned(customer, in: conversation) }
        open[conversation] = nil
        var record = record(of: conversation, event)
        record.began = event.at
        record.isReopened = isReopening
        (record.tags, record.topic, record.sla) = (earlier?.tags ?? [], earlier?.topic, record.sla ?? earlier?.sla)
        open[conversation] = record
        switch event.payload["to"]?.string {
        case "queued": enqueue(conversation, event)
        case "assigned": accept(conversation, event)
        default: break
        }
    }

    mutating func enqueue(_ conversation: ID<Conversation>, _ event: Event) {
        leaveAgent(conversation, event)
        let before = open[conversation]?.team
        var record = with(event, in: conversation)
        if Self.comesFromPeople(event), let before, before != record.team {
            record.transfers += 1
            record.hasMoved = true
        }
        record.agent = nil
        record.state = .queued
        if record.queue == nil { record.queue = Wait(since: event.at, team: record.team) }
        record.queue?.move(to: record.team, at: event.at)
        wantPeople(&record, conversation, event)
        open[conversation] = record
    }

    mutating func accept(_ conversation: ID<Conversation>, _ event: Event) {
        // The meter may have begun after the customer joined the queue; the event says how long ago that was.
        if open[conversation]?.queue == nil, event.payload["from"]?.string == "queued",
            let waited = event.payload["wait_ms"]?.int, waited >= 0
        {
            var record = with(event, in: conversation)
            record.queue = Wait(since: event.at - .milliseconds(waited), team: record.team)
            record.peopleSince = record.peopleSince ?? event.at - .milliseconds(waited)
            open[conversation] = record
        }
        // Acceptance ends the queue of the team it stood in; the agent's team may be another.
        leaveQueue(conversation, event, accepted: true)
        leaveAgent(conversation, event)
        var record = with(event, in: conversation)
        wantPeople(&record, conversation, event)
        let agent = event.payload["agent"]?.string
        if record.stints == 0 || agent != record.lastAgent { record.stints += 1 }
        if let last = record.lastAgent, last != agent, !record.hasMoved { record.transfers += 1 }
        record.hasMoved = false
        (record.agent, record.lastAgent) = (agent, agent ?? record.lastAgent)
        record.state = .assigned
        record.isWorked = true
        record.activeAt = event.at
        open[conversation] = record
    }

    /// People come in: the wait for one begins, and the bot has not contained it.
    private mutating func wantPeople(_ record: inout OpenConversation, _ conversation: ID<Conversation>, _ event: Event) {
        if Self.comesFromBot(event) {
            if record.reply == nil { record.reply = Wait(since: event.at, team: record.team) }
            if record.turn == nil { record.turn = Wait(since: event.at, team: record.team) }
            record.peopleSince = record.peopleSince ?? event.at
            if record.botSpoke {
                store.record(
                    .measure(.botHandoffs), at: event.at, labels: Self.labels(channel: record.channel, team: record.team),
                    tags: record.tags)
            }
            judgeContainment(&record, conversation, isContained: false, at: event.at)
        }
        record.peopleSince = record.peopleSince ?? event.at
        record.reply?.move(to: record.team, at: event.at)
        record.turn?.move(to: record.team, at: event.at)
    }

    mutating func leaveQueue(_ conversation: ID<Conversation>, _ event: Event, accepted: Bool) {
        guard let record = open[conversation], let queue = record.queue else { return }
        open[conversation]?.queue = nil
        if accepted {
            close(queue, as: { .measure(.queueWait, $0) }, record, agent: nil, at: event.at)
        } else {
            close(queue, as: { .measure(.queueAbandoned, $0) }, record, agent: nil, at: event.at, isOneTeams: true)
        }
        // Each team that had it in its queue counts it; only the last one lost it.
        func judge(_ left: Bool, _ team: String?) {
            store.record(
                .measure(.abandonmentRate), Track.share(left ? 1 : 0), at: event.at,
                labels: Self.labels(channel: record.channel, team: team), tags: record.tags, needed: team == nil ? [] : ["team"])
        }
        judge(!accepted, nil)
        for stint in queue.stints(until: event.at, hours: hours) { judge(!accepted && stint.team == queue.team, stint.team) }
    }

    /// The person who had it has it no more: the span of work ends.
    private mutating func leaveAgent(_ conversation: ID<Conversation>, _ event: Event) {
        open[conversation]?.work(until: event.at)
        open[conversation]?.activeAt = nil
    }

    /// The whole wait once for everybody and for who ended it, and to each team the part it had.
    /// - Parameter isOneTeams: what was left counts only for the team it was left from.
    mutating func close(
        _ wait: Wait, as track: (Track.Time) -> Track, _ record: OpenConversation, agent: String?, at end: Instant,
        isOneTeams: Bool = false
    ) {
        let stints = wait.stints(until: end, hours: hours)
        for time in Track.Time.allCases {
            let total = wait.age(for: nil, time, at: end, hours: hours) ?? .zero
            store.record(
                track(time), total.inMilliseconds, at: end, labels: Self.labels(channel: record.channel, agent: agent),
                tags: record.tags)
            for stint in stints where !isOneTeams || stint.team == wait.team {
                store.record(
                    track(time), stint.length(time).inMilliseconds, at: end,
                    labels: Self.labels(channel: record.channel, team: stint.team, agent: agent), tags: record.tags,
                    needed: ["team"])
            }
        }
    }

    /// The record of a conversation with the team and channel an event names; a team it comes to has an arrival.
    private mutating func with(_ event: Event, in conversation: ID<Conversation>) -> OpenConversation {
        var record = record(of: conversation, event)
        if let team = event.payload["team"]?.string, team != record.team {
            record.team = team
            if record.teams == nil { record.teams = Wait(since: event.at, team: team) }
            record.teams?.move(to: team, at: event.at)
            store.record(
                .measure(.arrivals), at: event.at, labels: Self.labels(channel: record.channel, team: team), needed: ["team"])
        }
        return record
    }

    /// Whether people come in with this event. A transfer from person to person is no new wait for one.
    private static func comesFromBot(_ event: Event) -> Bool {
        switch event.payload["from"]?.string {
        case "queued", "assigned", "pending": false
        default: true
        }
    }

    private static func comesFromPeople(_ event: Event) -> Bool {
        ["assigned", "pending"].contains(event.payload["from"]?.string ?? "")
    }
}
