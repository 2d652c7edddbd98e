// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What the customer wrote and the desk does not have yet, in the order it was written.
struct Outbox: Sendable, Hashable, Codable {
    struct Item: Sendable, Hashable, Codable {
        /// Makes the desk take it once, however often it is sent.
        let clientID: String
        let kind: ClientMessage.Kind
        let text: String
        var fields: [String: JSONValue]
        let at: Date
        /// A file that is still to be uploaded; nil once `fields` name it.
        var attachment: Attachment?
        /// The customer as whom it may have been sent already.
        var attemptedAs: String?
        /// Why the desk refused it.
        var failure: String?
    }

    struct Attachment: Sendable, Hashable, Codable {
        /// In the storage.
        let file: String
        let name: String
        let type: String
        let byteCount: Int
    }

    private(set) var items: [Item] = []

    subscript(clientID: String) -> Item? { items.first { $0.clientID == clientID } }

    /// The first that is to be sent. One that was refused holds nobody up.
    var next: Item? { items.first { $0.failure == nil } }

    mutating func add(_ item: Item) { items.append(item) }

    /// Changes an item; does nothing if it is not there any more.
    mutating func change(_ clientID: String, _ body: (inout Item) -> Void) {
        guard let index = items.firstIndex(where: { $0.clientID == clientID }) else { return }
        body(&items[index])
    }

    @discardableResult
    mutating func remove(_ clientID: String) -> Item? {
        guard let index = items.firstIndex(where: { $0.clientID == clientID }) else { return nil }
        return items.remove(at: index)
    }

    /// A refused one goes to the end of the queue, as if it were written now, under the same id.
    mutating func retry(_ clientID: String) -> Item? {
        guard var item = self[clientID], item.failure != nil else { return nil }
        remove(clientID)
        item.failure = nil
        items.append(item)
        return item
    }
}

extension Outbox.Item {
    /// - Parameter isSending: whether it is on its way right now.
    func message(isSending: Bool) -> ClientMessage {
        var fields = fields
        if let attachment {
            fields["name"] = .string(attachment.name)
            fields["content_type"] = .string(attachment.type)
            fields["byte_count"] = .int(Int64(attachment.byteCount))
        }
        let state: ClientMessage.State = failure.map { .failed(reason: $0) } ?? (isSending ? .sending : .queued)
        return ClientMessage(
            id: clientID, messageID: nil, seq: nil, conversationID: nil, isOwn: true, kind: kind, text: text,
            fields: fields,
            author: "", authorName: nil, at: at, state: state)
    }

    var frame: OutgoingFrame { .message(clientID: clientID, kind: kind, text: text, fields: fields) }
}
