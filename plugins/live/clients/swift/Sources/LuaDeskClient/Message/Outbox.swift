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
        var at: Date
        /// A file that is still to be uploaded; nil once `fields` name it.
        var attachment: Attachment?
        /// The customer as whom it may have been sent already.
        var attemptedAs: String?
        /// Why the desk refused it.
        var failure: String?
        /// nil in what an older client kept.
        var standing: ClientMessage.Standing?
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

    /// The first that is to be sent. Words wait for no file, files for those before them; one that was refused holds
    /// nobody up.
    var next: Item? {
        var isFileUnderWay = false
        for item in items where item.failure == nil {
            if item.attachment != nil {
                isFileUnderWay = true
            } else if !(item.isFile && isFileUnderWay) {
                return item
            }
        }
        return nil
    }

    /// The first whose file is to be uploaded.
    var nextUpload: Item? { items.first { $0.failure == nil && $0.attachment != nil } }

    /// At the end.
    mutating func add(_ item: Item) {
        var item = item
        let last = items.compactMap(\.standing?.order).max() ?? 0
        item.standing = .init(order: max(last + 1, Int64(item.at.timeIntervalSince1970 * 1000)))
        items.append(item)
    }

    /// The desk has an item, at this seq: it goes, and what was written before it and is still here keeps its place
    /// before it.
    mutating func arrived(_ clientID: String, at seq: Int64) -> Item? {
        guard let index = items.firstIndex(where: { $0.clientID == clientID }) else { return nil }
        for earlier in items.indices.prefix(upTo: index) where items[earlier].standing?.place == nil {
            items[earlier].standing?.place = seq
        }
        return items.remove(at: index)
    }

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
        item.at = Date()
        add(item)
        return self[clientID]
    }
}

extension Outbox.Item {
    var isFile: Bool { [.image, .voice, .video, .file].contains(kind) }

    /// - Parameters:
    ///   - isSending: whether it is on its way right now.
    ///   - progress: how much of its file is with the desk; nil if that is not being uploaded.
    func message(isSending: Bool, progress: Double? = nil) -> ClientMessage {
        var fields = fields
        if let attachment {
            fields["name"] = .string(attachment.name)
            fields["content_type"] = .string(attachment.type)
            fields["byte_count"] = .int(Int64(attachment.byteCount))
        }
        let isOnItsWay = isSending || progress != nil
        let state: ClientMessage.State = failure.map { .failed(reason: $0) } ?? (isOnItsWay ? .sending : .queued)
        return ClientMessage(
            id: clientID, messageID: nil, seq: nil, conversationID: nil, isOwn: true, kind: kind, text: text,
            fields: fields,
            author: "", authorName: nil, at: at, state: state, uploadProgress: progress, standing: standing)
    }

    var frame: OutgoingFrame { .message(clientID: clientID, kind: kind, text: text, fields: fields) }
}
