// SPDX-License-Identifier: Apache-2.0

/// Where a ticket stands.
package enum TicketStatus: String, Sendable, Hashable, CaseIterable {
    /// Nobody has looked at it.
    case new
    case open
    /// Waits for the customer; the clocks stand still.
    case pending
    /// Waits for somebody else: a supplier, another company; the clocks stand still.
    case onHold = "on_hold"
    case solved
    /// For good: what comes later is a new ticket.
    case closed
}

/// What can happen to a ticket, as far as its status is concerned.
package enum TicketOccurrence: String, Sendable, Hashable, CaseIterable {
    case assigned, customerReplied, agentReplied, awaitingCustomer, heldUp, resumed, solved, closed, reopened
}

extension TicketStatus {
    /// The status after an occurrence, or nil where it cannot happen.
    package func after(_ occurrence: TicketOccurrence) -> TicketStatus? {
        switch (self, occurrence) {
        case (.closed, _): nil

        case (.new, .assigned): .open
        case (_, .assigned): self

        case (.new, .customerReplied): .new
        case (.onHold, .customerReplied): .onHold
        case (_, .customerReplied): .open

        case (.new, .agentReplied): .open
        case (_, .agentReplied): self

        case (.solved, .awaitingCustomer): nil
        case (_, .awaitingCustomer): .pending

        case (.solved, .heldUp): nil
        case (_, .heldUp): .onHold

        case (.pending, .resumed), (.onHold, .resumed), (.new, .resumed): .open
        case (_, .resumed): nil

        case (.solved, .solved): nil
        case (_, .solved): .solved

        case (.solved, .closed): .closed
        case (_, .closed): nil

        case (.solved, .reopened): .open
        case (_, .reopened): nil
        }
    }

    /// Whether the SLA clocks stand still.
    package var isPaused: Bool { self == .pending || self == .onHold }

    /// The occurrence that leads from this status to another that a person chose; nil where the way is barred.
    package func occurrence(to status: TicketStatus) -> TicketOccurrence? {
        TicketOccurrence.allCases.first { occurrence in
            guard after(occurrence) == status else { return false }
            switch (status, occurrence) {
            case (.open, .resumed), (.open, .reopened), (.pending, .awaitingCustomer), (.onHold, .heldUp),
                (.solved, .solved), (.closed, .closed):
                return true
            default: return false
            }
        }
    }
}

extension Ticket {
    /// Applies an occurrence to the status and the clocks that hang on it.
    package mutating func apply(_ occurrence: TicketOccurrence, at now: Instant) throws(IllegalStep) {
        guard let next = status.after(occurrence) else {
            throw IllegalStep(state: status.rawValue, occurrence: occurrence.rawValue)
        }
        if status.isPaused, !next.isPaused, let since = pausedSince {
            paused += now - since
            pausedSince = nil
        } else if !status.isPaused, next.isPaused {
            pausedSince = now
        }
        if status == .solved, next == .open { reopenings += 1; solvedAt = nil }
        if occurrence == .agentReplied, firstReplyAt == nil { firstReplyAt = now }
        status = next
        updatedAt = now
        switch next {
        case .solved where solvedAt == nil: solvedAt = now
        case .closed: closedAt = now
        default: break
        }
    }
}
