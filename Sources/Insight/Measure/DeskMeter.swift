// SPDX-License-Identifier: Apache-2.0
import Desk

/// The measures of the desk, computed from the events of the journal and from nothing else.
///
/// A plain value: feed it the events in their order, ask it at any instant. Fed the same events again it gives the same numbers. It may
/// start in the middle of a journal; waits that had begun before are then known from their end on. Customers marked as tests are left out.
/// Its memory grows with the open conversations that are with people, the teams, channels and rules, and the seconds of the last 15
/// minutes, not with the journal.
package struct DeskMeter: Sendable {
    var store = SeriesStore()
    /// Conversations that people are wanted for or have, until they are resolved or go back to the bot.
    var open: [ID<Conversation>: OpenConversation] = [:]
    private var testCustomers: Set<ID<Customer>> = []
    /// When the first event happened: before that nothing is known, which is not the same as nothing.
    private(set) var began: Instant?
    /// The seq of the latest event it has seen; 0 before the first.
    package private(set) var seq: Seq = 0

    struct OpenConversation: Sendable, Hashable {
        var channel: String?
        var team: String?
        /// In the queue.
        var queue: Wait?
        /// For a person's first reply.
        var reply: Wait?
    }

    package init() {}

    /// The names of all measures, as alerts and reports use them.
    package static let measures = Measure.allCases.map(\.rawValue)

    /// Takes in the next event. An event it has seen already is passed over.
    package mutating func observe(_ event: Event) {
        guard event.seq > seq || event.seq == 0 else { return }
        seq = max(seq, event.seq)
        began = began ?? event.at
        if let customer = event.customer {
            if event.kind == .customerCreated || event.kind == .customerChanged, let flag = event.payload["is_test"]?.bool {
                if flag { testCustomers.insert(customer) } else { testCustomers.remove(customer) }
            }
            if testCustomers.contains(customer) { return }
        }
        if event.kind == .ruleFailed { return countFailure(event) }
        guard let conversation = event.conversation else { return }
        switch event.kind {
        case .conversationStarted, .conversationReopened: arrive(conversation, event)
        case .conversationQueued: enqueue(conversation, event)
        case .conversationAssigned: accept(conversation, event)
        case .conversationReturned, .conversationResolved:
            leaveQueue(conversation, event, accepted: false)
            open[conversation] = nil
        case .messageSent: answer(conversation, event)
        default: break
        }
    }

    private mutating func countFailure(_ event: Event) {
        var labels: Labels = [:]
        labels["channel"] = event.channel ?? event.conversation.flatMap { open[$0]?.channel }
        labels["rule"] = event.payload["rule"]?.string
        store.record(.ruleErrors, at: event.at, labels: labels)
    }
}
