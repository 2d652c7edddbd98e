// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal

/// One customer's matter while it is decided: copies of the rows, and what is to be written together.
///
/// A plain value without I/O: a failed commit is forgotten by forgetting it.
struct Casework: Sendable {
    let now: Instant
    let ids: IDSource
    let ways: ReplyWays
    /// What is decided again for a look is thrown away: no events are made for it.
    private let isDry: Bool
    private(set) var file: CustomerFile
    var customer: Customer { didSet { isCustomerChanged = true } }
    var conversation: Conversation
    private(set) var events: [Event.Draft] = []
    private(set) var changes: [Change] = []
    /// Rules that acted in this chain of causes, to notice one that meets itself again.
    var chain: [String] = []
    /// What a plugin is to be asked after the commit, for a flow that waits for it.
    var pluginCall: FlowRecord.Wait?
    /// Notifications to hand to notifier plugins after the commit.
    private(set) var notifications: [(to: [String], text: String, rule: String)] = []
    /// Messages for platforms: their channels' outboxes are woken after the commit.
    var outboxChannels: Set<String> = []
    /// Other channels to which replies go, as a note has said.
    var announced: Set<String> = []
    var joint: Joint?
    private(set) var sent: [Message] = []
    private(set) var isCustomerChanged = false
    /// By rule, the first failure of each.
    private(set) var failures: [String: RuleFailure] = [:]

    init(
        file: CustomerFile, conversation: Conversation, now: Instant, ids: IDSource, ways: ReplyWays, isDry: Bool = false
    ) {
        self.isDry = isDry
        self.file = file
        self.conversation = conversation
        self.now = now
        self.ids = ids
        self.ways = ways
        customer = file.customer
        // What a platform allows belongs to the customer: the latest conversation knows.
        if let latest = file.conversation { self.conversation.replies.merge(latest.replies) { $1 } }
    }

    // MARK: - Writing down

    mutating func record(_ kind: Event.Kind, by actor: Actor = .system, ticket: ID<Ticket>? = nil, _ payload: Value) {
        guard !isDry else { return }
        events.append(
            Event.Draft(
                kind, conversation: conversation.id, ticket: ticket, customer: customer.id, channel: conversation.channel,
                actor: actor, payload: payload))
    }

    /// Whether the customer has been told anything.
    var hasSpoken: Bool { events.contains { $0.kind == .messageSent } }

    var hasChanges: Bool { !changes.isEmpty }

    mutating func change(_ change: Change) { changes.append(change) }

    /// Puts another change in the place of an earlier one.
    mutating func change(_ index: Int, to change: Change) { changes[index] = change }

    /// Where replies go: the id from which the customer wrote last on the conversation's channel.
    var recipient: String? { conversation.sender ?? file.identities[conversation.channel] }

    mutating func know(identity externalID: String, on channel: String) {
        guard file.identities[channel] != externalID else { return }
        file.identities[channel] = externalID
        changes.append(.identity(Identity(channel: channel, externalID: externalID, customer: customer.id)))
    }

    /// Puts a message into the conversation; its event is the message itself.
    @discardableResult
    mutating func add(
        _ content: MessageContent, _ direction: MessageDirection, by author: Actor, externalID: String? = nil,
        clientID: String? = nil
    ) -> Message {
        let route = direction == .outbound ? route(content, by: author) : nil
        var channel = conversation.channel
        var delivery: Delivery = direction == .inbound ? .delivered : .sent
        switch route {
        case nil: break
        case .live(let other): channel = other
        case .outbox(let other, _): (channel, delivery) = (other, .queued)
        case .joined: (channel, delivery) = (joint?.item.channel ?? channel, .queued)
        case .held: delivery = .queued
        case .failed(let reason): delivery = .failed(reason: reason)
        }
        let message = Message(
            id: ids.next(), conversation: conversation.id, customer: customer.id, channel: channel,
            direction: direction, content: content, author: author, externalID: externalID, clientID: clientID,
            delivery: delivery, at: now)
        if let route { dispatch(message, route) }
        let kind: Event.Kind =
            switch direction {
            case .inbound: .messageReceived
            case .outbound: .messageSent
            case .note: .noteAdded
            }
        if !isDry { record(kind, by: author, message.value) }
        changes.append(.message(message, event: events.count - 1))
        conversation.updatedAt = now
        if direction == .outbound { answered(by: author); sent.append(message) }
        return message
    }

    private mutating func answered(by author: Actor) {
        conversation.lastReplyAt = now
        if author.isPerson {
            conversation.waitingSince = nil
            conversation.personWantedSince = nil
        } else if !conversation.state.isWithPeople {
            conversation.waitingSince = nil
        }
    }

    /// Where the message stands among the entry's events: its seq is the entry's first plus this.
    func eventIndex(of message: ID<Message>) -> Int64 {
        for case .message(let added, let event) in changes where added.id == message { return Int64(event) }
        return 0
    }

    // MARK: - State

    /// Moves the conversation and writes the event that says so.
    mutating func apply(
        _ occurrence: ConversationOccurrence, by actor: Actor = .system, _ more: Value = .object(.init())
    ) throws(IllegalStep) {
        let before = conversation
        try conversation.apply(occurrence, at: now)
        let kind: Event.Kind? =
            switch occurrence {
            case .customerWrote: before.state == .resolved ? .conversationReopened : nil
            case .handedOff, .released: .conversationQueued
            case .accepted: .conversationAssigned
            case .postponed: .conversationPending
            case .returnedToBot: .conversationReturned
            case .resolved: .conversationResolved
            }
        guard let kind else { return }
        var payload: Value = [
            "from": .string(before.state.rawValue), "to": .string(conversation.state.rawValue),
            "team": Value(conversation.team), "agent": Value(conversation.agent?.text),
            "priority": .int(Int64(conversation.priority)), "sla": Value(conversation.sla),
        ]
        if occurrence == .accepted, let queuedAt = before.queuedAt {
            payload["wait_ms"] = .int((now - queuedAt).inMilliseconds)
        }
        record(kind, by: actor, payload.merging(more).compact())
    }

    /// Gives the conversation to an agent.
    mutating func give(to agent: ID<Agent>, by actor: Actor = .system) throws(IllegalStep) {
        conversation.agent = agent
        conversation.flow = nil
        try apply(.accepted, by: actor)
    }

    // MARK: - The end

    mutating func notify(_ to: [String], _ text: String, by rule: String) {
        record(.notified, by: .bot(rule), ["to": .array(to.map(Value.string)), "text": .string(text)])
        notifications.append((to, text, rule))
    }

    mutating func fail(_ failure: RuleFailure, occasion: String) {
        guard failures[failure.rule] == nil else { return }
        failures[failure.rule] = failure
        record(
            .ruleFailed, by: .bot(failure.rule),
            [
                "rule": .string(failure.rule), "file": Value(failure.file), "line": Value(failure.line),
                "message": .string(failure.message), "code": .string(failure.code), "occasion": .string(occasion),
            ])
    }

    /// Sets, moves and takes back escalation timers so that exactly the wanted ones stand.
    mutating func setTimers(_ wanted: [EscalationTimer]) {
        guard !isDry else { return }
        for timer in wanted where file.timers[timer.rule] != timer.dueAt {
            changes.append(
                .timer(
                    DeskTimer(
                        key: Self.timerKey(conversation.id, timer.rule), dueAt: timer.dueAt, conversation: conversation.id,
                        payload: ["kind": "escalate", "rule": .string(timer.rule)])))
        }
        for rule in file.timers.keys where !wanted.contains(where: { $0.rule == rule }) {
            changes.append(.timerDone(key: Self.timerKey(conversation.id, rule)))
        }
        file.timers = Dictionary(wanted.map { ($0.rule, $0.dueAt) }, uniquingKeysWith: min)
    }

    mutating func forgetTimer(_ rule: String) { file.timers[rule] = nil }

    static func timerKey(_ conversation: ID<Conversation>, _ rule: String) -> String { "escalate:\(conversation):\(rule)" }
    static func flowTimerKey(_ conversation: ID<Conversation>) -> String { "flow:\(conversation)" }

    /// The entry to append, with the rows as they stand now.
    func entry() -> Entry {
        var entry = Entry(at: now, events: events, changes: changes)
        if isCustomerChanged { entry.changes.insert(.customer(customer), at: 0) }
        entry.changes.insert(.conversation(conversation), at: isCustomerChanged ? 1 : 0)
        if let latest = latestElsewhere { entry.changes.append(.conversation(latest)) }
        return entry
    }

    /// The customer's latest conversation, where this is an older one and used some of what the platform allows.
    private var latestElsewhere: Conversation? {
        guard var latest = file.conversation, latest.id > conversation.id, latest.replies != conversation.replies else {
            return nil
        }
        latest.replies = conversation.replies
        return latest
    }

    /// What the cache keeps when the entry is on disk.
    func committedFile() -> CustomerFile {
        var file = file
        file.customer = customer
        if let latest = file.conversation, latest.id > conversation.id {
            // The timers were those of the older one: unknown ones are set again.
            file.timers = [:]
            file.conversation = latestElsewhere ?? latest
            return file
        }
        file.conversation = conversation
        return file
    }
}
