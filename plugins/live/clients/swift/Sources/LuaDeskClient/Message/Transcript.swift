// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What one customer and the desk have said, whole up to a seq.
///
/// Seq and messages are kept together: what was lost with the process comes again, and what comes again changes
/// nothing.
struct Transcript: Sendable, Hashable, Codable {
    /// Whose it is; nil before the first session.
    var customerID: String?
    /// Everything of the journal up to here is in.
    private(set) var seq: Int64 = 0
    /// How far the customer has read.
    private(set) var readUpTo: Int64 = 0
    private(set) var conversation: ClientConversation?
    /// In the journal's order.
    private(set) var messages: [ClientMessage] = []
    /// Whether older messages were dropped here; nil in what an older client kept.
    private(set) var isCut: Bool?

    /// - Parameter kept: the newest so many messages stay.
    /// - Returns: what changed, in order; nothing for what is known.
    mutating func apply(_ frame: IncomingFrame, kept: Int = .max) -> [ClientUpdate] {
        if let frameSeq = frame.seq {
            guard frameSeq > seq else { return [] }
            seq = frameSeq
        }
        switch frame {
        case .message(let message): return [.message(put(message, kept: kept))]
        case .delivery(_, let id, let state):
            guard let index = messages.lastIndex(where: { $0.messageID == id }) else { return [] }
            let advanced = messages[index].state.advanced(by: state)
            guard advanced != messages[index].state else { return [] }
            messages[index].state = advanced
            return [.message(messages[index])]
        case .event(_, let now?):
            guard now != conversation else { return [] }
            conversation = now
            return [.conversation(now)]
        case .typing(let author, let isTyping): return [.typing(author: author, isTyping: isTyping)]
        case .presence(_, let agent, let presence): return [.presence(agentID: agent, presence: presence)]
        case .ready, .ack, .event, .failure, .cursor, .unknown: return []
        }
    }

    /// The desk has a message of ours: our copy stands in its place until it comes itself. Says nothing about what came
    /// before it.
    /// - Returns: nil if it is there already.
    mutating func confirm(_ item: Outbox.Item, _ ack: IncomingFrame.Ack, kept: Int = .max) -> ClientMessage? {
        guard index(of: item.clientID, ack.messageID) == nil else { return nil }
        var message = item.message(isSending: false)
        message.messageID = ack.messageID
        message.conversationID = ack.conversationID
        message.seq = ack.seq
        message.state = .sent
        return put(message, kept: kept)
    }

    /// Puts what was said before into its place. Says nothing about what came since.
    mutating func putOlder(_ frames: [IncomingFrame], isMore: Bool) {
        for case .message(let message) in frames { _ = put(message, kept: .max) }
        isCut = isMore
    }

    /// As it is kept on the device: the newest so many messages.
    func newest(_ count: Int) -> Transcript {
        var kept = self
        kept.trim(to: count)
        return kept
    }

    /// Messages as they are shown: in the journal's order, what the desk does not have yet at the end. Only what was
    /// overtaken by what was written after it stays where it stood.
    static func shown(_ messages: [ClientMessage], _ waiting: [ClientMessage]) -> [ClientMessage] {
        let all = messages + waiting
        guard all.contains(where: { $0.standing?.place != nil }) else { return all }
        func place(_ message: ClientMessage) -> (Int64, Int, Int64) {
            let order = message.standing?.order ?? 0
            if let place = message.standing?.place { return (place, 0, order) }
            return message.seq.map { ($0, 1, 0) } ?? (.max, 1, order)
        }
        return all.sorted { place($0) < place($1) }
    }

    /// - Returns: whether there is something to tell the desk.
    mutating func markRead(upTo seq: Int64) -> Bool {
        guard seq > readUpTo else { return false }
        readUpTo = seq
        return unread != nil
    }

    /// The seq up to which the desk is to be told that the customer has read; nil if it knows.
    var unread: Int64? {
        let isUnknown = messages.contains { message in
            guard let seq = message.seq, !message.isOwn, seq <= readUpTo else { return false }
            return message.state == .sent || message.state == .delivered
        }
        return isUnknown ? readUpTo : nil
    }

    func has(_ clientID: String) -> Bool { index(of: clientID, nil) != nil }

    private func index(of id: String, _ messageID: String?) -> Int? {
        messages.lastIndex { $0.id == id || (messageID != nil && $0.messageID == messageID) }
    }

    private mutating func put(_ message: ClientMessage, kept: Int) -> ClientMessage {
        var message = message
        if let index = index(of: message.id, message.messageID) {
            message.state = messages[index].state.advanced(by: message.state)
            message.standing = messages[index].standing ?? message.standing
            messages.remove(at: index)
        }
        let place = messages.lastIndex { ($0.seq ?? 0) <= (message.seq ?? 0) }.map { $0 + 1 } ?? 0
        messages.insert(message, at: place)
        trim(to: kept)
        return message
    }

    private mutating func trim(to count: Int) {
        guard messages.count > count else { return }
        messages.removeFirst(messages.count - count)
        isCut = true
    }
}
