// SPDX-License-Identifier: Apache-2.0
import Crypto
import Desk
import Plugins

/// Another system that is told what happens at the desk: each event of the journal that it wants, as a signed POST.
package struct WebHook: Sendable, Hashable {
    /// Unique: what it has been told stands under its name.
    package let name: String
    package let address: WebAddress
    /// Signs every request.
    let secret: String
    package let kinds: Set<Event.Kind>
    /// As the configuration says them: `message.received`, `ticket.*`, `*`.
    package let events: [String]

    /// How long a receiver may take to answer.
    package static let timeout: Duration = .seconds(10)

    /// - Returns: nil where the address cannot be one, or no kind of event is meant.
    package init?(name: String, url: String, secret: String, events: [String]) {
        guard let address = WebAddress(url) else { return nil }
        self.name = name
        self.address = address
        self.secret = secret
        self.events = events
        kinds = events.reduce(into: []) { $0.formUnion(Self.kinds(meantBy: $1)) }
        if kinds.isEmpty { return nil }
    }

    /// The kinds that a word of the configuration means: one by its name, all of a family by `ticket.*`, `ticket.` or `ticket`, and all by `*`.
    /// Empty: it means none.
    package static func kinds(meantBy word: String) -> Set<Event.Kind> {
        if word == "*" { return Set(Event.Kind.allCases) }
        if let kind = Event.Kind(rawValue: word) { return [kind] }
        var family = word
        if family.hasSuffix("*") { family.removeLast() }
        if !family.hasSuffix(".") { family += "." }
        return Set(Event.Kind.allCases.filter { $0.rawValue.hasPrefix(family) })
    }

    // MARK: - On the wire

    struct Request: Sendable {
        let address: WebAddress
        let headers: [(name: String, value: String)]
        let body: [UInt8]
    }

    /// The POST that tells an event: the event as `GET /v1/events` writes it, and who is told.
    ///
    /// Signed as the plugin `webhook` signs: `X-Signature: v0=hex(HMAC-SHA256(secret, "v0:" + timestamp + ":" + body))`, the timestamp in
    /// seconds since 1970 in `X-Signature-Timestamp`. A receiver refuses what was signed more than some minutes ago, so each try is signed anew.
    /// - Parameter attempt: from 1.
    func request(for event: Event, attempt: Int, at now: Instant) -> Request {
        let id = Self.id(of: event)
        let body = (["id": .string(id), "hook": .string(name)] as Value).merging(event.value).json
        let timestamp = String(now.milliseconds / 1000)
        return Request(
            address: address,
            headers: [
                ("User-Agent", "LuaDesk"), ("X-Event-Id", id), ("X-Event-Kind", event.kind.rawValue),
                ("X-Attempt", String(attempt)), ("X-Signature-Timestamp", timestamp),
                ("X-Signature", Self.signature(of: body, timestamp: timestamp, secret: secret)),
            ], body: body)
    }

    /// The same at every try. A journal that went back to an older copy gives a seq again, but not at the same millisecond.
    static func id(of event: Event) -> String { "\(event.seq)-\(event.at.milliseconds)" }

    static func signature(of body: [UInt8], timestamp: String, secret: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("v0:\(timestamp):".utf8) + body, using: SymmetricKey(data: Array(secret.utf8)))
        return "v0=" + code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
