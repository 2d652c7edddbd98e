// SPDX-License-Identifier: Apache-2.0
import Foundation

extension LuaDeskClient {
    /// Says something; it is kept on this device when this returns.
    ///
    /// - Parameters:
    ///   - text: 1 to 20,000 characters.
    ///   - option: the id of the option that was chosen from a menu, whose text it is.
    /// - Returns: the message as it waits. Throws `ClientError`; nothing was taken then.
    @discardableResult
    public func send(text: String, option: String? = nil) throws -> ClientMessage {
        guard !text.isEmpty, text.unicodeScalars.count <= 20_000 else {
            throw ClientError(.invalid, "A message has 1 to 20,000 characters.")
        }
        return try enqueue(.text, text, option.map { ["option": .string($0)] } ?? [:])
    }

    /// Sends a picture; see ``send(file:name:type:)``.
    @discardableResult
    public func send(image: Data, name: String, type: String) throws -> ClientMessage {
        try enqueue(.image, image, name: name, type: type)
    }

    /// Sends a file; the bytes are kept on this device when this returns, uploaded when the desk can be reached, then
    /// forgotten.
    ///
    /// - Parameters:
    ///   - file: the bytes, at most ``Options/attachmentLimit``.
    ///   - name: for people, `invoice.pdf`; the last 100 characters are used.
    ///   - type: the content type, `application/pdf`.
    /// - Returns: the message as it waits. Throws `ClientError`; nothing was taken then.
    @discardableResult
    public func send(file: Data, name: String, type: String) throws -> ClientMessage {
        let kind: ClientMessage.Kind =
            switch type.split(separator: "/").first {
            case "image": .image
            case "audio": .voice
            case "video": .video
            default: .file
            }
        return try enqueue(kind, file, name: name, type: type)
    }

    /// Shows agents that the customer types, or has stopped. Passing: without a connection it is dropped.
    public func sendTyping(_ isTyping: Bool = true) {
        guard case .online = connection else { return }
        typing = isTyping
        bell?.yield()
    }

    /// Marks what the desk has said as read, up to this message; told to the desk once it can be reached. Throws
    /// `ClientError`.
    ///
    /// - Parameter message: the newest that was on the screen; nil: all there are.
    public func markRead(upTo message: ClientMessage? = nil) throws {
        try load()
        guard let seq = message?.seq ?? transcript.messages.last?.seq, transcript.markRead(upTo: seq) else { return }
        keepTranscriptSoon()
        bell?.yield()
    }

    /// Sends a message again that the desk has refused: at the end of the queue, under the same id.
    ///
    /// Throws `ClientError` if there is none.
    public func retry(_ id: ClientMessage.ID) throws {
        try load()
        let before = outbox
        guard let item = outbox.retry(id) else { throw ClientError(.notFound, "No failed message has this id.") }
        try keepOutbox(or: before)
        tell([.message(item.message(isSending: false))])
        ring()
    }

    /// Takes a message back that waits or has failed. One that is being sent may arrive nevertheless, and then shows
    /// again.
    ///
    /// Throws `ClientError` if there is none.
    public func discard(_ id: ClientMessage.ID) throws {
        try load()
        let before = outbox
        guard let item = outbox.remove(id) else { throw ClientError(.notFound, "No waiting message has this id.") }
        try keepOutbox(or: before)
        forgetAttachment(of: item)
        tell([.removed(id: id)])
    }

    private func enqueue(
        _ kind: ClientMessage.Kind, _ bytes: Data, name: String, type: String
    ) throws -> ClientMessage {
        guard !bytes.isEmpty else { throw ClientError(.invalid, "The file is empty.") }
        guard bytes.count <= options.attachmentLimit else {
            throw ClientError(.tooLarge, "The file has \(bytes.count) bytes; \(options.attachmentLimit) are allowed.")
        }
        try load()
        let clientID = Self.freshID()
        let attachment = Outbox.Attachment(
            file: "attachment-\(clientID)", name: String(name.suffix(100)), type: type, byteCount: bytes.count)
        try onDisk { try storage.write(bytes, as: attachment.file) }
        do { return try enqueue(kind, "", [:], clientID: clientID, attachment) } catch {
            try? storage.remove(attachment.file)
            throw error
        }
    }

    private func enqueue(
        _ kind: ClientMessage.Kind, _ text: String, _ fields: [String: JSONValue],
        clientID: String = LuaDeskClient.freshID(), _ attachment: Outbox.Attachment? = nil
    ) throws -> ClientMessage {
        try load()
        guard outbox.items.count < options.queueLimit else {
            throw ClientError(
                .queueFull, "\(options.queueLimit) messages wait already; the desk was not reached for long.")
        }
        let before = outbox
        let item = Outbox.Item(
            clientID: clientID, kind: kind, text: text, fields: fields, at: Date(), attachment: attachment)
        outbox.add(item)
        try keepOutbox(or: before)
        let message = (outbox[clientID] ?? item).message(isSending: false)
        tell([.message(message)])
        ring()
        return message
    }

    private static func freshID() -> String { UUID().uuidString.lowercased() }
}
