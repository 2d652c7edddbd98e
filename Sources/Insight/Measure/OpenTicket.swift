// SPDX-License-Identifier: Apache-2.0
import Desk

/// What the meter remembers of a ticket that is neither solved nor closed.
struct OpenTicket: Sendable, Hashable, Labelled {
    var channel: String?
    var team: String?
    var agent: String?
    var tags: [String] = []
    /// Opened or reopened.
    var since: Instant

    var labels: Labels { DeskMeter.labels(channel: channel, team: team, agent: agent) }
}

extension DeskMeter {
    private static let ended: Set<String> = [TicketStatus.solved.rawValue, TicketStatus.closed.rawValue]

    /// Takes in a ticket as it is, at a start in the middle of a journal.
    package mutating func know(_ ticket: Ticket) {
        guard !Self.ended.contains(ticket.status.rawValue), tickets[ticket.id] == nil else { return }
        tickets[ticket.id] = OpenTicket(
            channel: ticket.conversation.flatMap { open[$0]?.channel }, team: ticket.team, agent: ticket.assignee?.text,
            tags: ticket.tags, since: ticket.createdAt)
    }

    mutating func openTicket(_ event: Event) {
        guard let id = event.ticket, !Self.ended.contains(event.payload["status"]?.string ?? "") else { return }
        tickets[id] = OpenTicket(
            channel: event.channel ?? event.conversation.flatMap { open[$0]?.channel }, team: event.payload["team"]?.string,
            agent: event.payload["assignee_id"]?.string, tags: event.payload["tags"]?.array?.compactMap(\.string) ?? [],
            since: event.at)
    }

    mutating func changeTicket(_ event: Event) {
        guard let id = event.ticket else { return }
        let status = event.payload["status"]
        if let to = status?["to"]?.string, Self.ended.contains(to) {
            tickets[id] = nil
            return
        }
        if let from = status?["from"]?.string, Self.ended.contains(from) {
            tickets[id] = OpenTicket(channel: event.channel, since: event.at)
        }
        guard var ticket = tickets[id] else { return }
        if let team = event.payload["team"] { ticket.team = team["to"]?.string }
        if let agent = event.payload["assignee_id"] { ticket.agent = agent["to"]?.string }
        if let tags = event.payload["tags"] { ticket.tags = tags["to"]?.array?.compactMap(\.string) ?? [] }
        tickets[id] = ticket
    }
}
