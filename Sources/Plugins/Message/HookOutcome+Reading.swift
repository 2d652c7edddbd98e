// SPDX-License-Identifier: Apache-2.0
import Desk

/// An answer of a plugin that is none, said as a path and what is wrong there.
struct ShapeError: Error, CustomStringConvertible {
    let description: String
    init(_ text: String) { description = text }
}

extension HookOutcome {
    /// Reads what `receive` returned: `{ status, body, content_type?, reason?, messages?, receipts?, remember? }`.
    init(_ value: Value, channel: String, _ manifest: PluginManifest) throws {
        guard value.object != nil else { throw ShapeError("it must be a table such as accept(…) or refuse(…)") }
        guard let status = value["status"]?.int, (200...599).contains(status) else {
            throw ShapeError("status must be an HTTP status")
        }
        guard let body = value["body"] == nil ? [] : value["body"]?.utf8 else { throw ShapeError("body must be a string") }
        var response = HookResponse(status: Int(status), body: body)
        if let type = value["content_type"]?.string { response.contentType = type }
        if status >= 500 {
            let reason = value["reason"]?.string ?? "answered \(status)"
            self = .failed(response, PluginFailure(.raised, plugin: manifest.name, reason))
            return
        }
        if status >= 400 {
            self = .refused(response, reason: value["reason"]?.string ?? "refused")
            return
        }
        var messages: [InboundMessage] = []
        for (index, item) in try Self.items(value["messages"], "messages").enumerated() {
            do { messages.append(try InboundMessage(item, channel: channel)) } catch {
                throw ShapeError("messages[\(index + 1)].\(error)")
            }
        }
        var receipts: [DeliveryReport] = []
        for (index, item) in try Self.items(value["receipts"], "receipts").enumerated() {
            guard let id = item["external_id"]?.string,
                let delivery = Delivery(name: item["delivery"]?.string ?? "", reason: item["reason"]?.string)
            else { throw ShapeError("receipts[\(index + 1)]: needs external_id and delivery") }
            receipts.append(DeliveryReport(externalID: id, delivery: delivery))
        }
        let remember = value["remember"] ?? .object(.init())
        guard let kept = remember.object else { throw ShapeError("remember must be a table with names") }
        for pair in kept.pairs where !(1...256).contains(pair.name.utf8.count) {
            throw ShapeError("remember: a name has 1 to 256 bytes")
        }
        self = .accepted(messages, response, receipts: receipts, remember: remember)
    }

    private static func items(_ value: Value?, _ name: String) throws -> [Value] {
        guard let value else { return [] }
        if let object = value.object, object.isEmpty { return [] }
        guard let items = value.array else { throw ShapeError("\(name) must be a list") }
        guard items.count <= 1000 else { throw ShapeError("\(name) has more than 1000 entries") }
        return items
    }
}

extension PollFinding {
    /// A plugin that does not say when to look again is asked after this.
    private static let usualPause = Duration.seconds(60)

    /// Reads what `poll` returned: what `accept` makes, with `again` in seconds.
    init(_ value: Value, channel: String, _ manifest: PluginManifest) throws {
        guard case .accepted(let messages, _, let receipts, let remember) = try HookOutcome(value, channel: channel, manifest)
        else { throw ShapeError("it must be accept(…), or nil and a reason") }
        var pause = Self.usualPause
        if let given = value["again"] {
            guard let seconds = given.double, (0...86_400).contains(seconds) else {
                throw ShapeError("again must be seconds, 0 to 86400")
            }
            pause = .seconds(seconds)
        }
        self.init(messages: messages, receipts: receipts, remember: remember, pause: pause)
    }
}

extension InboundMessage {
    private static let names = [
        "sender", "external_id", "client_id", "kind", "text", "fields", "sent_at", "profile", "reply_quota",
    ]

    /// Reads a message of a plugin; `sent_at` are seconds since 1970.
    init(_ value: Value, channel: String) throws {
        for pair in value.object?.pairs ?? [] where !Self.names.contains(pair.name) {
            throw ShapeError("\(pair.name): unknown field\(Spelling.hint(pair.name, among: Self.names))")
        }
        guard let sender = value["sender"]?.string, (1...512).contains(sender.utf8.count) else {
            throw ShapeError("sender: must be the customer's id on the platform")
        }
        guard let external = value["external_id"]?.string, (1...512).contains(external.utf8.count) else {
            throw ShapeError("external_id: missing; without it a message that is sent twice counts twice")
        }
        let kindName = value["kind"]?.string ?? "text"
        guard let kind = MessageContent.Kind(rawValue: kindName) else {
            throw ShapeError(
                "kind: '\(kindName)' is unknown\(Spelling.hint(kindName, among: MessageContent.Kind.allCases.map(\.rawValue)))")
        }
        let fields = value["fields"] ?? .object(.init())
        guard fields.object != nil else { throw ShapeError("fields: must be a table with names") }
        let profile = value["profile"] ?? .object(.init())
        guard profile.object != nil else { throw ShapeError("profile: must be a table with names") }
        let text = value["text"].flatMap(\.utf8).map { String(decoding: $0, as: UTF8.self) } ?? ""
        var quota: ReplyQuota?
        if let given = value["reply_quota"] {
            guard let read = ReplyQuota(given) else { throw ShapeError("reply_quota: \(ReplyQuota.shape)") }
            quota = read
        }
        let seconds = value["sent_at"]?.int.flatMap { (0...253_402_300_799).contains($0) ? $0 : nil }
        self.init(
            channel: channel, sender: sender, externalID: external, clientID: value["client_id"]?.string,
            content: MessageContent(kind: kind, text: text, fields: fields), sentAt: seconds.map { Instant(seconds: $0) },
            profile: profile, replyQuota: quota)
    }
}
