// SPDX-License-Identifier: Apache-2.0
import Desk

/// What is known of a conversation when it is resolved or goes back to the bot, and what is known only later.
extension DeskMeter {
    mutating func finish(_ conversation: ID<Conversation>, _ event: Event) {
        leaveQueue(conversation, event, accepted: false)
        guard var record = open.removeValue(forKey: conversation) else { return }
        record.work(until: event.at)
        giveUp(record, at: event.at)
        countWork(record, at: event.at)
        guard event.kind == .conversationResolved else {
            // The bot has it again, in the same cycle.
            var back = OpenConversation(seen: event.at)
            (back.channel, back.tags, back.topic, back.customer) = (record.channel, record.tags, record.topic, record.customer)
            (back.sla, back.began, back.isReopened, back.teams) = (record.sla, record.began, record.isReopened, record.teams)
            (back.stints, back.lastAgent, back.botSpoke) = (record.stints, record.lastAgent, record.botSpoke)
            back.isContainmentJudged = record.isContainmentJudged
            open[conversation] = back
            return
        }
        resolve(record, conversation, event)
    }

    private mutating func resolve(_ record: OpenConversation, _ conversation: ID<Conversation>, _ event: Event) {
        let end = event.at
        let agent = record.agent ?? record.lastAgent
        measureResolution(record, agent: agent, at: end)
        // Who left with a question open gave up; whom people were wanted for is judged already.
        var judged = record
        judgeContainment(&judged, conversation, isContained: record.stints == 0 && record.turn == nil, at: end)
        let isFirst = record.began != nil && !record.isReopened
        var entry = Verdicts.Entry(record, conversation, agent: agent, at: end)
        entry.isReopened = false
        entry.isFirstContact = isFirst ? record.stints <= 1 : nil
        if let isFirstContact = entry.isFirstContact {
            judge(.provisional(.firstContactResolution), isFirstContact, entry, at: end)
        }
        judge(.provisional(.reopenRate), false, entry, at: end)
        verdicts.add(entry)
    }

    private mutating func measureResolution(_ record: OpenConversation, agent: String?, at end: Instant) {
        guard record.began != nil else { return }
        let stints = record.teams?.stints(until: end, hours: hours) ?? []
        for time in Track.Time.allCases {
            let track = Track.measure(.resolutionTime, time)
            let total = record.age(time, at: end, hours: hours) ?? .zero
            store.record(
                track, total.inMilliseconds, at: end, labels: Self.labels(channel: record.channel, agent: agent),
                tags: record.tags)
            for stint in stints {
                store.record(
                    track, stint.length(time).inMilliseconds, at: end,
                    labels: Self.labels(channel: record.channel, team: stint.team, agent: agent), tags: record.tags,
                    needed: ["team"])
            }
        }
        promise({ .slaResolution($0) }, record, at: end) { record.age($0, at: end, hours: $1) ?? .zero }
    }

    private mutating func countWork(_ record: OpenConversation, at end: Instant) {
        guard record.isWorked else { return }
        let track = Track.measure(.handlingTime)
        // Whoever had it and did nothing in it has handled it for no time.
        let work =
            record.work.isEmpty
            ? [OpenConversation.Part(team: record.team, agent: record.agent ?? record.lastAgent): 0] : record.work
        func add(_ names: [String], _ key: (OpenConversation.Part) -> OpenConversation.Part?) {
            var sums: [OpenConversation.Part: Int64] = [:]
            for (part, time) in work { if let key = key(part) { sums[key, default: 0] += time } }
            for (part, time) in sums {
                store.record(
                    track, time, at: end, labels: Self.labels(channel: record.channel, team: part.team, agent: part.agent),
                    tags: record.tags, needed: names)
            }
        }
        add([]) { _ in .init(team: nil, agent: nil) }
        add(["team"]) { $0.team.map { .init(team: $0, agent: nil) } }
        add(["agent"]) { $0.agent.map { .init(team: nil, agent: $0) } }
        add(["team", "agent"]) { $0.team == nil || $0.agent == nil ? nil : $0 }
        store.record(
            .measure(.transferRate), Track.share(record.transfers), at: end,
            labels: Self.labels(channel: record.channel, team: record.team, agent: record.lastAgent), tags: record.tags)
    }

    /// Once for each cycle of a conversation in which the bot spoke.
    mutating func judgeContainment(
        _ record: inout OpenConversation, _ conversation: ID<Conversation>, isContained: Bool, at now: Instant
    ) {
        guard record.botSpoke, !record.isContainmentJudged else { return }
        record.isContainmentJudged = true
        var entry = Verdicts.Entry(record, conversation, agent: nil, at: now)
        entry.isContained = isContained
        judge(.provisional(.botContainment), isContained, entry, at: now)
        verdicts.add(entry)
    }

    mutating func reopen(_ conversation: ID<Conversation>, _ event: Event) {
        guard let earlier = verdicts.latest(of: conversation) else { return }
        judge(.provisional(.reopenRate), true, earlier, at: event.at)
        verdicts.change(conversation) { entry in
            if entry.isReopened != nil { entry.isReopened = true }
            guard event.at - entry.endedAt <= Verdicts.patience else { return }
            if entry.isFirstContact != nil { entry.isFirstContact = false }
            if entry.isContained == true { (entry.isContained, entry.seemedContained) = (false, true) }
        }
    }

    // MARK: - Ratings

    mutating func ask(_ conversation: ID<Conversation>, _ event: Event) {
        var entry = Verdicts.Entry(record(of: conversation, event), conversation, agent: nil, at: event.at)
        entry.isRated = false
        verdicts.add(entry)
    }

    mutating func rate(_ rating: Value?, _ event: Event) {
        guard let stars = rating?.double, (1...5).contains(stars) else { return }
        store(.measure(.satisfaction), Track.share(stars >= 4 ? 1 : 0), event)
        if let conversation = event.conversation {
            verdicts.change(conversation) { entry in if entry.isRated != nil { entry.isRated = true } }
        }
    }

    /// Whether the customer would recommend: from 0 to 10.
    mutating func recommend(_ rating: Value?, _ event: Event) {
        guard let rating = rating?.double, (0...10).contains(rating) else { return }
        store(.measure(.netPromoterScore), Track.promotion(rating), event)
    }

    /// A rating counts for who had the conversation.
    private mutating func store(_ track: Track, _ value: Int64, _ event: Event) {
        let record = event.conversation.flatMap { open[$0] }
        let earlier = event.conversation.flatMap { verdicts.latest(of: $0) }
        let channel = event.channel ?? record?.channel ?? earlier?.labels["channel"]
        var labels = Self.labels(
            channel: channel, team: record?.team ?? earlier?.labels["team"],
            agent: record?.agent ?? record?.lastAgent ?? earlier?.labels["agent"])
        if case .agent(let agent) = event.actor, labels["agent"] == nil { labels["agent"] = agent.text }
        store.record(track, value, at: event.at, labels: labels, tags: record?.tags ?? earlier?.tags ?? [])
    }

    // MARK: - What is final later

    /// Counts what has become final by this instant, at the instant at which it did.
    mutating func settle(until now: Instant) {
        for entry in verdicts.takeJudged(until: now) {
            let at = entry.endedAt + Verdicts.patience
            let cameBack = entry.returns.contains { other in
                guard let topic = entry.topic, let theirs = open[other]?.topic ?? verdicts.latest(of: other)?.topic else {
                    return true
                }
                return topic == theirs
            }
            if let first = entry.isFirstContact {
                judge(.measure(.firstContactResolution), first && !cameBack, entry, at: at)
            }
            if let contained = entry.isContained {
                judge(.measure(.botContainment), contained && !cameBack, entry, at: at)
            }
            if entry.isContained == true || entry.seemedContained {
                judge(.measure(.falseContainment), cameBack || entry.isContained == false, entry, at: at)
            }
            if let rated = entry.isRated { judge(.measure(.satisfactionResponseRate), rated, entry, at: at) }
        }
        for entry in verdicts.takeForgotten(until: now) {
            if let reopened = entry.isReopened {
                judge(.measure(.reopenRate), reopened, entry, at: entry.endedAt + Verdicts.memory)
            }
        }
    }

    private mutating func judge(_ track: Track, _ holds: Bool, _ entry: Verdicts.Entry, at instant: Instant) {
        store.record(track, Track.share(holds ? 1 : 0), at: instant, labels: entry.labels, tags: entry.tags)
    }
}
