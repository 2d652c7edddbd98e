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
    /// Signs every request as well, while the receiver changes from one to the other.
    let secondSecret: String?
    /// Events that one POST tells at most; 1: each has a POST of its own, and another form.
    package let batch: Int
    package let kinds: Set<Event.Kind>
    /// As the configuration says them: `message.received`, `ticket.*`, `*`.
    package let events: [String]

    /// How long a receiver may take to answer.
    package static let timeout: Duration = .seconds(10)
    /// Most events in one POST, and about how many bytes they may have together; one event may have more.
    package static let batches = 1...500
    static let batchBytes = 1 << 20

    /// - Returns: nil where the address cannot be one, or no kind of event is meant.
    package init?(
        name: String, url: String, secret: String, secondSecret: String? = nil, batch: Int = 1, events: [String]
    ) {
        guard let address = WebAddress(url), Self.batches.contains(batch) else { return nil }
        self.name = name
        self.address = address
        self.secret = secret
        self.secondSecret = secondSecret
        self.batch = batch
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

    /// The POST that tells events, as `GET /v1/events` writes them: the only one itself, with `hook` in it, or with `batch` above 1 a list,
    /// `{hook, events: […]}`.
    ///
    /// Signed as the plugin `webhook` signs: `X-Signature: v0=hex(HMAC-SHA256(secret, "v0:" + timestamp + ":" + body))`, the timestamp in
    /// seconds since 1970 in `X-Signature-Timestamp`. A receiver refuses what was signed more than some minutes ago, so each try is signed anew.
    /// - Parameters:
    ///   - events: at least one; those that are beyond `batchBytes` are left out.
    ///   - attempt: from 1.
    ///   - addressed: the payload as others get it, with addresses of files.
    /// - Returns: and how many of the events it tells.
    func request(
        for events: [Event], attempt: Int, at now: Instant, addressed: (Event) -> Value = { $0.payload.outward }
    ) -> (request: Request, count: Int) {
        var bodies: [Value] = []
        var size = 0
        for event in events.prefix(batch) {
            var value = event.value
            value["payload"] = addressed(event)
            let body = (["id": .string(Self.id(of: event))] as Value).merging(value)
            size += body.json.count
            if size > Self.batchBytes, !bodies.isEmpty { break }
            bodies.append(body)
        }
        let told = events.prefix(bodies.count)
        let hook: Value = ["hook": .string(name)]
        let body = (batch == 1 ? hook.merging(bodies.first ?? [:]) : hook.merging(["events": .array(bodies)])).json
        let timestamp = String(now.milliseconds / 1000)
        var headers: [(name: String, value: String)] = [("User-Agent", "LuaDesk")]
        if batch == 1, let event = told.first {
            headers += [("X-Event-Id", Self.id(of: event)), ("X-Event-Kind", event.kind.rawValue)]
        } else {
            headers.append(("X-Event-Count", String(told.count)))
        }
        headers += [
            ("X-Attempt", String(attempt)), ("X-Signature-Timestamp", timestamp),
            ("X-Signature", Self.signature(of: body, timestamp: timestamp, secret: secret)),
        ]
        if let secondSecret {
            headers.append(("X-Signature-Second", Self.signature(of: body, timestamp: timestamp, secret: secondSecret)))
        }
        return (Request(address: address, headers: headers, body: body), told.count)
    }

    /// The same at every try. A journal that went back to an older copy gives a seq again, but not at the same millisecond.
    static func id(of event: Event) -> String { "\(event.seq)-\(event.at.milliseconds)" }

    static func signature(of body: [UInt8], timestamp: String, secret: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("v0:\(timestamp):".utf8) + body, using: SymmetricKey(data: Array(secret.utf8)))
        return "v0=" + code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
