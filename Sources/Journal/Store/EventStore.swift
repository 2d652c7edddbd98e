// SPDX-License-Identifier: Apache-2.0
import Desk

/// The store: append events with the rows they change, read the projections.
///
/// Knows no SQL: `SQLiteStore` stands behind it today, PostgreSQL fits beside it. Nothing here assumes that this process is
/// the only writer. Reads never wait for the writer. All methods throw `StoreError`, and CancellationError where the caller
/// is cancelled.
package protocol EventStore: Sendable {
    /// Writes one entry: all of it or nothing, durable (fsynced) when this returns.
    ///
    /// Entries of many callers share one commit; entries of one caller who awaits each are in order. Cancelling the caller
    /// stops its waiting, never the commit; only who is cancelled before there was room in the queue has written nothing.
    /// - Returns: what came of it; a duplicate has changed nothing.
    func append(_ entry: Entry) async throws -> Receipt

    /// Seq of the newest committed event; 0 in an empty journal.
    var head: Seq { get }
    /// Waits until `head` is greater than `seq`. Throws only CancellationError.
    func waitForEvent(after seq: Seq) async throws
    /// Events after `seq` in order. The newest ones are served from memory.
    func events(after seq: Seq, limit: Int, matching filter: EventFilter) async throws -> [Event]
    /// The same without opening what was read from disk, which costs more than reading it.
    func sealedEvents(after seq: Seq, limit: Int, matching filter: EventFilter) async throws -> [SealedEvent]
    /// The newest `limit` events before `seq`, in order. Read from disk.
    func events(before seq: Seq, limit: Int, matching filter: EventFilter) async throws -> [Event]

    func customer(_ id: ID<Customer>) async throws -> Customer?
    func customer(channel: String, externalID: String) async throws -> Customer?
    func customers(_ page: Page) async throws -> [Customer]
    func identities(of customer: ID<Customer>) async throws -> [Identity]

    func conversation(_ id: ID<Conversation>) async throws -> Conversation?
    /// The one begun last, whatever its state.
    func latestConversation(of customer: ID<Customer>) async throws -> Conversation?
    func conversations(_ filter: ConversationFilter, _ page: Page) async throws -> [Conversation]
    /// All that are not resolved: read once at start.
    func openConversations() async throws -> [Conversation]

    func message(_ id: ID<Message>) async throws -> Message?
    /// Those that there are, in any order.
    func messages(_ ids: [ID<Message>]) async throws -> [Message]
    func message(channel: String, externalID: String) async throws -> Message?
    func message(conversation: ID<Conversation>, clientID: String) async throws -> Message?
    /// In the order of their seq; the page's cursor is the seq.
    func messages(_ filter: MessageFilter, _ page: Page) async throws -> [Message]

    func ticket(_ id: ID<Ticket>) async throws -> Ticket?
    func tickets(_ filter: TicketFilter, _ page: Page) async throws -> [Ticket]

    func agents() async throws -> [Agent]
    func teams() async throws -> [Team]

    /// Items of one channel that are waiting, in the order they were queued.
    func outbox(channel: String, limit: Int) async throws -> [OutboxItem]
    /// Channels that have waiting items.
    func outboxChannels() async throws -> [String]
    /// How many items each channel has in each state.
    func outboxDepths() async throws -> [OutboxDepth]
    /// Dead letters, oldest first; the page's cursor is the item's message id number.
    func deadLetters(_ page: Page) async throws -> [OutboxItem]
    func outboxItem(_ id: ID<Message>) async throws -> OutboxItem?

    func timers(dueBefore instant: Instant, limit: Int) async throws -> [DeskTimer]
    /// When the next timer is due.
    func nextTimer() async throws -> Instant?

    /// Newest first, without their files.
    func ruleSets(limit: Int) async throws -> [RuleSetRecord]
    /// With its files.
    func ruleSet(_ id: String) async throws -> RuleSetRecord?
    func activeRuleSet() async throws -> RuleSetRecord?

    func tokens() async throws -> [AccessToken]
    func token(hash: [UInt8]) async throws -> AccessToken?

    /// What an earlier write with this key answered; keys live a day.
    func idempotent(key: String) async throws -> Value?

    /// Small values of plugins. Expired ones are absent.
    func storedValue(namespace: String, key: String, now: Instant) async throws -> StoredValue?
    /// Bytes of a namespace's keys and values as they lie on disk. Looks at every row: not for each write.
    func storedSize(namespace: String, now: Instant) async throws -> Int

    /// Waits for the open commits, then closes. Later calls throw `.closed`.
    func close() async
}

/// A plugin's value, and when it is absent again; nil: never.
package struct StoredValue: Sendable, Hashable {
    package let value: Value
    package let expires: Instant?
}

extension EventStore {
    package func stored(namespace: String, key: String, now: Instant) async throws -> Value? {
        try await storedValue(namespace: namespace, key: key, now: now)?.value
    }
}

/// What is to be written together.
package struct Entry: Sendable {
    package var events: [Event.Draft]
    package var changes: [Change]
    /// The time all of its events bear.
    package var at: Instant
    package init(at: Instant, events: [Event.Draft] = [], changes: [Change] = []) {
        self.at = at
        self.events = events
        self.changes = changes
    }
}

/// One row to be changed with the events.
package enum Change: Sendable {
    case customer(Customer)
    /// Inserts; an identity that exists with another customer is moved.
    case identity(Identity)
    case conversation(Conversation)
    /// Inserts. Its body is that of the entry's event number `event`, and its seq becomes that event's.
    /// Duplicate (channel, external id) or (conversation, client id): the whole entry is refused as a duplicate.
    case message(Message, event: Int)
    /// `further`: other ids of the platform by which the message is found, too.
    case delivery(ID<Message>, Delivery, externalID: String? = nil, further: [String] = [])
    /// A ticket with number 0 gets the next one, and so does the entry's ticket.created event (`number` in its payload).
    case ticket(Ticket)
    case agent(Agent)
    case team(Team)
    case channel(ChannelRecord)
    case outbox(OutboxItem)
    case outboxDone(ID<Message>)
    /// Upserts by key.
    case timer(DeskTimer)
    case timerDone(key: String)
    case ruleSet(RuleSetRecord)
    case activateRuleSet(id: String)
    case token(AccessToken)
    case revokeToken(name: String)
    case idempotent(key: String, answer: Value)
    /// Forgets what up to `limit` decisions after a seq, and not after another, were made on; the events stay, with `{trimmed: true}`.
    case trimDecisions(after: Seq, through: Seq, limit: Int)
    /// nil deletes.
    case stored(namespace: String, key: String, value: Value?, expires: Instant?)
}

/// What came of an append.
package enum Receipt: Sendable, Hashable {
    /// Seqs of its events, `first...last`; an entry without events has `first > last`.
    case committed(first: Seq, last: Seq)
    /// The message is already there.
    case duplicate(of: ID<Message>, seq: Seq)
}

/// A part of a list: up to `limit` items after the cursor, which is the last item's number (`id.number` or seq).
package struct Page: Sendable, Hashable {
    package var after: Int64?
    package var limit: Int
    /// Newest first; the cursor then goes downwards.
    package var descending: Bool
    package init(after: Int64? = nil, limit: Int = 50, descending: Bool = false) {
        self.after = after
        self.limit = limit
        self.descending = descending
    }
}

/// Which events a follower wants; nil is any, an empty set is none.
package struct EventFilter: Sendable, Hashable {
    package var kinds: Set<Event.Kind>?
    package var conversation: ID<Conversation>?
    /// One customer, or several that were found to be one.
    package var customers: Set<ID<Customer>>?
    package var ticket: ID<Ticket>?
    package init(
        kinds: Set<Event.Kind>? = nil, conversation: ID<Conversation>? = nil, customer: ID<Customer>? = nil,
        ticket: ID<Ticket>? = nil
    ) {
        self.kinds = kinds
        self.conversation = conversation
        customers = customer.map { [$0] }
        self.ticket = ticket
    }
    package static let all = EventFilter()
}

/// Which conversations a list shows; nil is any, an empty set is none.
package struct ConversationFilter: Sendable, Hashable {
    package var states: Set<ConversationState>?
    package var customer: ID<Customer>?
    package var agent: ID<Agent>?
    package var team: String?
    package init(
        states: Set<ConversationState>? = nil, customer: ID<Customer>? = nil, agent: ID<Agent>? = nil, team: String? = nil
    ) {
        self.states = states
        self.customer = customer
        self.agent = agent
        self.team = team
    }
}

/// Which messages a list shows; nil is any.
package struct MessageFilter: Sendable, Hashable {
    package var channel: String?
    package var conversation: ID<Conversation>?
    package var customer: ID<Customer>?
    package var includesNotes: Bool
    package init(
        channel: String? = nil, conversation: ID<Conversation>? = nil, customer: ID<Customer>? = nil,
        includesNotes: Bool = true
    ) {
        self.channel = channel
        self.conversation = conversation
        self.customer = customer
        self.includesNotes = includesNotes
    }
}

/// Which tickets a list shows; nil is any, an empty set is none.
package struct TicketFilter: Sendable, Hashable {
    package var statuses: Set<TicketStatus>?
    package var requester: ID<Customer>?
    package var conversation: ID<Conversation>?
    package var assignee: ID<Agent>?
    package var team: String?
    package init(
        statuses: Set<TicketStatus>? = nil, requester: ID<Customer>? = nil, conversation: ID<Conversation>? = nil,
        assignee: ID<Agent>? = nil, team: String? = nil
    ) {
        self.statuses = statuses
        self.requester = requester
        self.conversation = conversation
        self.assignee = assignee
        self.team = team
    }
}
