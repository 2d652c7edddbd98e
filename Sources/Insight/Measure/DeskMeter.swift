// SPDX-License-Identifier: Apache-2.0
import Desk

/// The measures of the desk, computed from the events of the journal and from nothing else.
///
/// A plain value: feed it the events in their order, ask it at any instant. Fed the same events again it gives the same numbers. It may
/// start in the middle of a journal; waits that had begun before are then known from their end on. Customers marked as tests are left out.
/// Its memory grows with the conversations that are open, or were resolved in the last seven days, with the teams, channels, agents, tags
/// and rules, and the seconds of the last 15 minutes, not with the journal.
package struct DeskMeter: Sendable {
    var store = SeriesStore()
    /// Conversations that are not resolved; of those with the bot, the ones in which something happened of late.
    var open: [ID<Conversation>: OpenConversation] = [:]
    var verdicts = Verdicts()
    /// When the teams work.
    var hours = Calendars()
    /// By the agents' ids, as text.
    var shifts: [String: Shift] = [:]
    /// The minute up to which all of them are counted, in milliseconds since 1970.
    var shiftsCountedUntil: Int64 = 0
    /// Those that are neither solved nor closed.
    var tickets: [ID<Ticket>: OpenTicket] = [:]
    private var testCustomers: Set<ID<Customer>> = []
    /// When the first event happened: before that nothing is known, which is not the same as nothing.
    private(set) var began: Instant?
    /// The seq of the latest event it has seen; 0 before the first.
    package private(set) var seq: Seq = 0
    /// Measures of authors' own, by number.
    private(set) var own: [EventCount: Int] = [:]
    private var lastOwn = 0
    private var sweptAt: Instant?

    package init() {}

    /// The names of all measures, as alerts and reports use them.
    package static let measures = Measure.allCases.map(\.rawValue)

    /// The kinds of events that it looks at, besides those that authors count.
    package static let kinds: Set<Event.Kind> = [
        .messageReceived, .messageSent, .noteAdded, .deliveryChanged, .customerCreated, .customerChanged, .conversationStarted,
        .conversationReopened, .conversationQueued, .conversationAssigned, .conversationPending, .conversationReturned,
        .conversationResolved, .conversationChanged, .ticketCreated, .ticketChanged, .agentPresence, .agentChanged,
        .teamChanged, .decision, .ruleFailed, .flowEnded,
    ]

    /// Counts these from now on; what is counted no more is forgotten.
    package mutating func count(_ wanted: [EventCount]) {
        guard Set(wanted) != Set(own.keys) else { return }
        for (gone, number) in own where !wanted.contains(gone) {
            store.forget(.own(number))
            own[gone] = nil
        }
        for new in wanted where own[new] == nil {
            lastOwn += 1
            own[new] = lastOwn
        }
    }

    /// Takes in the next event. An event it has seen already is passed over.
    package mutating func observe(_ event: Event) {
        guard event.seq > seq || event.seq == 0 else { return }
        seq = max(seq, event.seq)
        began = began ?? event.at
        advance(to: event.at)
        if let customer = event.customer {
            if event.kind == .customerCreated || event.kind == .customerChanged, let flag = event.payload["is_test"]?.bool {
                if flag { testCustomers.insert(customer) } else { testCustomers.remove(customer) }
            }
            if testCustomers.contains(customer) { return }
        }
        if let conversation = event.conversation {
            let before = open[conversation]?.holder
            take(event, of: conversation)
            hand(over: conversation, from: before, to: open[conversation]?.holder, at: event.at)
        }
        switch event.kind {
        case .ticketCreated: openTicket(event)
        case .teamChanged: if let team = event.payload["team"].flatMap({ Team(value: $0) }) { know(team) }
        case .agentChanged: if let agent = event.payload["agent"].flatMap({ Agent(value: $0) }) { know(agent, at: event.at) }
        case .agentPresence: signIn(event)
        case .decision:
            if let answers = event.payload["knowledge"]?.array {
                let isHit: Int64 = Track.share(answers.isEmpty ? 0 : 1)
                store.record(.measure(.knowledgeHitRate), isHit, at: event.at, labels: Self.labels(channel: event.channel))
            }
        case .ruleFailed: countFailure(event)
        case .ticketChanged:
            changeTicket(event)
            if let rating = event.payload["satisfaction"], rating["from"] == nil { rate(rating["to"], event) }
        default: break
        }
        // After what the event did to its conversation: the team it came to counts it.
        for (wanted, number) in own where wanted.holds(event) {
            let record = event.conversation.flatMap { open[$0] }
            var labels = (record?.labels ?? [:]).filter { $0.key != "sla" }
            labels["channel"] = event.channel ?? record?.channel
            store.record(.own(number), at: event.at, labels: labels, tags: record?.tags ?? [])
        }
    }

    private mutating func take(_ event: Event, of conversation: ID<Conversation>) {
        switch event.kind {
        case .conversationStarted, .conversationReopened: arrive(conversation, event)
        case .conversationQueued: enqueue(conversation, event)
        case .conversationAssigned: accept(conversation, event)
        case .conversationPending: change(conversation, event) { $0.state = .pending }
        case .conversationReturned: finish(conversation, event)
        case .conversationResolved: finish(conversation, event)
        case .conversationChanged: update(conversation, event)
        case .messageReceived: hear(conversation, event)
        case .messageSent: answer(conversation, event)
        case .noteAdded: if event.actor.isPerson { change(conversation, event) { _ in } }
        case .deliveryChanged: if event.payload["delivery"]?.string == "failed" { countLost(event) }
        case .flowEnded: if event.payload["csat"]?.bool == true { ask(conversation, event) }
        default: break
        }
    }

    /// Lets time pass: what becomes final by it is counted.
    package mutating func advance(to now: Instant) {
        settle(until: now)
        accountForShifts(until: now)
        guard sweptAt.map({ now - $0 >= .seconds(3600) }) ?? true else { return }
        sweptAt = now
        open = open.filter { $0.value.isWithPeople || now - $0.value.seen < .seconds(72 * 3600) }
    }

    /// The record of a conversation, with what an event says of it.
    func record(of conversation: ID<Conversation>, _ event: Event) -> OpenConversation {
        var record = open[conversation] ?? OpenConversation(seen: event.at)
        record.seen = event.at
        record.channel = event.channel ?? record.channel
        record.customer = event.customer ?? record.customer
        record.sla = event.payload["sla"]?.string ?? record.sla
        return record
    }

    /// Changes what is known of a conversation; that something happens in it is work.
    mutating func change(_ conversation: ID<Conversation>, _ event: Event, _ body: (inout OpenConversation) -> Void) {
        var record = record(of: conversation, event)
        record.work(until: event.at)
        body(&record)
        open[conversation] = record
    }

    private mutating func update(_ conversation: ID<Conversation>, _ event: Event) {
        let payload = event.payload
        let isPerson = event.actor.isPerson
        if open[conversation] != nil {
            var record = record(of: conversation, event)
            if isPerson { record.work(until: event.at) }
            if let tags = payload["tags"]?.array { record.tags = tags.compactMap(\.string) }
            if let topic = payload["attributes"]?["topic"]?.string { record.topic = topic }
            open[conversation] = record
        } else {
            verdicts.change(conversation) { entry in
                if let topic = payload["attributes"]?["topic"]?.string { entry.topic = topic }
            }
        }
        if let rating = payload["attributes"]?["satisfaction"] { rate(rating, event) }
        if let rating = payload["attributes"]?["nps"] { recommend(rating, event) }
    }

    private mutating func countFailure(_ event: Event) {
        var labels: Labels = [:]
        labels["channel"] = event.channel ?? event.conversation.flatMap { open[$0]?.channel }
        labels["rule"] = event.payload["rule"]?.string
        store.record(.measure(.ruleErrors), at: event.at, labels: labels)
    }

    mutating func countLost(_ event: Event) {
        guard event.payload["direction"]?.string ?? "out" == "out" else { return }
        store.record(.measure(.deliveryFailures), at: event.at, labels: Self.labels(channel: event.channel))
    }

    static func labels(channel: String?, team: String? = nil, agent: String? = nil) -> Labels {
        var labels: Labels = [:]
        labels["channel"] = channel
        labels["team"] = team
        labels["agent"] = agent
        return labels
    }
}
