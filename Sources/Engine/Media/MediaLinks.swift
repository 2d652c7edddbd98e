// SPDX-License-Identifier: Apache-2.0
import Crypto
import Desk

/// Addresses that open one attachment for some hours: pages load pictures and sounds by them, without a token in the address.
///
/// `/media/ID?until=SECONDS&signature=HEX`, HMAC-SHA256 over id and time. The time is rounded up to the hour, so that a browser that asks
/// again within it finds the picture in its cache.
package struct MediaLinks: Sendable {
    private let key: SymmetricKey
    private let clock: Clock
    private static let life: Int64 = 6 * 3600

    init(secret: [UInt8], clock: @escaping Clock) {
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret), info: Array("luadesk media links 1".utf8), outputByteCount: 32)
        self.clock = clock
    }

    /// - Parameter life: how long it is good at least; nil: six hours.
    package func path(_ id: String, life: Duration? = nil) -> String {
        let life = life.map { Int64($0.inSeconds.rounded(.up)) } ?? Self.life
        let until = (clock().milliseconds / 1000 / 3600 + 1) * 3600 + life
        return "/media/\(id)?until=\(until)&signature=\(signature(id, until))"
    }

    /// Whether an address is one of ours and its time not over.
    package func opens(_ id: String, until: Int64, signature given: String) -> Bool {
        guard until * 1000 > clock().milliseconds, let code = Self.bytes(given) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Self.text(id, until), using: key)
    }

    private func signature(_ id: String, _ until: Int64) -> String {
        HMAC<SHA256>.authenticationCode(for: Self.text(id, until), using: key)
            .map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    private static func text(_ id: String, _ until: Int64) -> [UInt8] { Array("\(id) \(until)".utf8) }

    private static func bytes(_ hex: String) -> [UInt8]? {
        let digits = Array(hex.utf8).map { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == 64, !digits.contains(nil) else { return nil }
        return stride(from: 0, to: 64, by: 2).map { UInt8((digits[$0] ?? 0) << 4 | (digits[$0 + 1] ?? 0)) }
    }

    /// A message as clients get it: with an address beside each id of an attachment of ours.
    /// - Parameter base: what addresses begin with; empty: they are paths on this desk.
    package func addressed(_ message: Value, base: String = "") -> Value {
        guard let fields = message["fields"], fields.object?.isEmpty == false else { return message }
        var out = located(fields, base: base)
        if let id = fields["thumb_media_id"]?.string, MediaVault.isID(id) { out["thumb_url"] = .string(base + path(id)) }
        if let files = fields["attachments"]?.array { out["attachments"] = .array(files.map { located($0, base: base) }) }
        if let media = fields["media"], media.object != nil { out["media"] = located(media, base: base) }
        var addressed = message
        addressed["fields"] = out
        return addressed
    }

    /// What an event holds, as other systems get it: with addresses of the files it tells of.
    package func payload(of event: Event, base: String) -> Value {
        let payload = event.payload.outward
        return event.kind == .mediaStored ? stored(payload, base: base) : addressed(payload, base: base)
    }

    /// The payload of `media.stored`, whose `media` is the file's id, with its address.
    package func stored(_ payload: Value, base: String = "") -> Value {
        guard let id = payload["media"]?.string else { return payload }
        return located(payload.merging(["media_id": .string(id)]), base: base).merging(["media_id": .null]).compact()
    }

    /// `url` beside a `media_id` of ours, and `original_url` where that gives something made of it.
    package func located(_ file: Value, base: String = "") -> Value {
        guard let id = file["media_id"]?.string, MediaVault.isID(id) else { return file }
        var file = file
        file["url"] = .string(base + path(id))
        if file["playable_type"]?.string != nil { file["original_url"] = .string(base + path(id) + "&as=original") }
        return file
    }
}
