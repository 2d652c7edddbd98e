// SPDX-License-Identifier: Apache-2.0
import Desk

/// How a conversation's events begin and end the waits that are measured.
extension DeskMeter {
    mutating func arrive(_ conversation: ID<Conversation>, _ event: Event) {
        store.record(.arrivals, at: event.at, labels: channelLabel(event.channel))
        open[conversation] = nil
        switch event.payload["to"]?.string {
        case "queued": enqueue(conversation, event)
        case "assigned": accept(conversation, event)
        default: break
        }
    }

    mutating func enqueue(_ conversation: ID<Conversation>, _ event: Event) {
        var record = with(event, in: conversation)
        if record.queue == nil { record.queue = Wait(since: event.at, team: record.team) }
        record.queue?.move(to: record.team, at: event.at)
        if Self.comesFromBot(event), record.reply == nil { record.reply = Wait(since: event.at, team: record.team) }
        record.reply?.move(to: record.team, at: event.at)
        open[conversation] = record
    }

    mutating func accept(_ conversation: ID<Conversation>, _ event: Event) {
        // The meter may have begun after the customer joined the queue; the event says how long ago that was.
        if open[conversation]?.queue == nil, event.payload["from"]?.string == "queued",
            let waited = event.payload["wait_ms"]?.int, waited >= 0
        {
            var record = with(event, in: conversation)
            record.queue = Wait(since: event.at - .milliseconds(waited), team: record.team)
            open[conversation] = record
        }
        // Acceptance ends the queue of the team it stood in; the agent's team may be another.
        leaveQueue(conversation, event, accepted: true)
        var record = with(event, in: conversation)
        if Self.comesFromBot(event), record.reply == nil { record.reply = Wait(since: event.at, team: record.team) }
        record.reply?.move(to: record.team, at: event.at)
        open[conversation] = record
    }

    mutating func leaveQueue(_ conversation: ID<Conversation>, _ event: Event, accepted: Bool) {
        guard let record = open[conversation], let queue = record.queue else { return }
        open[conversation]?.queue = nil
        guard accepted else {
            store.record(.queueAbandoned, at: event.at, labels: labels(channel: record.channel, team: queue.team))
            return
        }
        close(queue, as: .queueWait, channel: record.channel, at: event.at)
    }

    /// A reply by a person ends the wait for one; what the bot or an automation writes does not.
    mutating func answer(_ conversation: ID<Conversation>, _ event: Event) {
        let author = event.payload["author"]?.string.flatMap(Actor.init(text:)) ?? event.actor
        guard author.isPerson, let record = open[conversation], let wait = record.reply else { return }
        open[conversation]?.reply = nil
        close(wait, as: .firstResponseTime, channel: record.channel, at: event.at)
    }

    /// The whole wait once for everybody, and to each team the part it had.
    private mutating func close(_ wait: Wait, as measure: Measure, channel: String?, at end: Instant) {
        store.record(measure, (end - wait.since).inMilliseconds, at: end, labels: channelLabel(channel))
        for stint in wait.stints(until: end) {
            store.record(
                measure, stint.duration.inMilliseconds, at: end, labels: labels(channel: channel, team: stint.team),
                where: { $0["team"] != nil })
        }
    }

    /// The record of a conversation with the team and channel an event names; a team it comes to has an arrival.
    private mutating func with(_ event: Event, in conversation: ID<Conversation>) -> OpenConversation {
        var record = open[conversation] ?? OpenConversation()
        record.channel = event.channel ?? record.channel
        if let team = event.payload["team"]?.string, team != record.team {
            record.team = team
            store.record(
                .arrivals, at: event.at, labels: labels(channel: record.channel, team: team), where: { $0["team"] != nil })
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

    private func channelLabel(_ channel: String?) -> Labels { labels(channel: channel, team: nil) }

    private func labels(channel: String?, team: String?) -> Labels {
        var labels: Labels = [:]
        labels["channel"] = channel
        labels["team"] = team
        return labels
    }
}
