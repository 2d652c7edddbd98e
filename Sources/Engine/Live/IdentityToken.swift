// SPDX-License-Identifier: Apache-2.0
import Crypto
import Desk

/// Who a customer is, as a JSON Web Token that the company's own server made: `identity.jwt` of a live session.
///
/// Signed by HS256 under the channel's `identity_secret`; no other algorithm counts, least of all `none`. `sub` is the customer's id of 1 to
/// 200 characters, `exp` must be there, `nbf` and `iat` may; clocks may differ by a minute. With `aud` the token is for that channel only. Further claims:
/// `name`, `locale` or `language`, `phone_number` or `phone`, `email` (unless `email_verified` or `phone_number_verified` is false), `attributes`.
/// - Source: RFC 7519, RFC 7515, RFC 8725; names of claims as in OpenID Connect Core section 5.1.
struct IdentityToken: Sendable, Hashable {
    /// As `identity` of a session says it, with every member vouched for.
    let identity: Value

    private static let mostBytes = 8192
    private static let leeway: Duration = .seconds(60)

    /// - Throws: `DeskError.forbidden`, with a message that says what is wrong and names nobody.
    init(_ text: String, secret: String, channel: String, at now: Instant) throws(DeskError) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.mostBytes, parts.count == 3, let head = Self.object(parts[0]),
            let claims = Self.object(parts[1]), let signature = Self.bytes(parts[2])
        else { throw Self.refusal("is no JSON Web Token of three parts") }
        guard head["alg"]?.string == "HS256", head["crit"] == nil else { throw Self.refusal("must be signed by HS256") }
        let isGenuine = HMAC<SHA256>.isValidAuthenticationCode(
            signature, authenticating: Array("\(parts[0]).\(parts[1])".utf8), using: SymmetricKey(data: Array(secret.utf8)))
        guard isGenuine else { throw Self.refusal("is not signed under this channel's identity_secret") }
        try Self.checkTimes(claims, at: now)
        if let audience = claims["aud"], audience.string != channel,
            audience.array?.contains(where: { $0.string == channel }) != true
        {
            throw Self.refusal("is for another audience: aud must name this channel")
        }
        guard let external = claims["sub"]?.string, (1...200).contains(external.count) else {
            throw Self.refusal("has no sub of 1 to 200 characters")
        }
        identity = Self.identity(external, claims)
    }

    /// The identity with what needs no proof: the name and language that a page gives beside its token, where that holds none.
    func identity(beside given: Value?) -> Value {
        var whole = identity
        for name in ["name", "language"] where whole[name] == nil { whole[name] = given?[name] }
        return whole.compact()
    }

    private static func checkTimes(_ claims: Value, at now: Instant) throws(DeskError) {
        guard let end = seconds(claims["exp"]) else { throw refusal("has no exp: when it ends, in seconds since 1970") }
        guard now < end + leeway else { throw refusal("has expired") }
        for name in ["nbf", "iat"] where claims[name] != nil {
            guard let begin = seconds(claims[name]) else { throw refusal("has a \(name) that is no time") }
            guard begin < now + leeway else { throw refusal("is not good yet: \(name) lies ahead") }
        }
    }

    /// Whole seconds; a fraction is cut off.
    private static func seconds(_ value: Value?) -> Instant? {
        guard let number = value?.double, (0...1e11).contains(number) else { return nil }
        return Instant(seconds: Int64(number))
    }

    private static func identity(_ external: String, _ claims: Value) -> Value {
        func text(_ names: [String], _ most: Int) -> Value? {
            names.lazy.compactMap { claims[$0]?.string }.first.map { .string(String($0.prefix(most))) }
        }
        func contact(_ names: [String], _ verified: String) -> Value? {
            claims[verified]?.bool == false ? nil : names.lazy.compactMap { claims[$0]?.string }.first.map(Value.string)
        }
        let attributes = claims["attributes"].flatMap { $0.object == nil ? nil : $0 }
        return
            ([
                "external_id": .string(external), "name": text(["name"], 100) ?? .null,
                "language": text(["locale", "language"], 20) ?? .null,
                "phone": contact(["phone_number", "phone"], "phone_number_verified") ?? .null,
                "email": contact(["email"], "email_verified") ?? .null, "attributes": attributes ?? .null,
            ] as Value).compact()
    }

    private static func refusal(_ what: String) -> DeskError {
        DeskError(.forbidden, "identity.jwt \(what).", facts: ["field": "identity.jwt"])
    }

    private static func object(_ part: Substring) -> Value? {
        guard let bytes = bytes(part), let value = try? Value(json: bytes), value.object != nil else { return nil }
        return value
    }

    /// Base64 in the alphabet of addresses, without padding.
    private static func bytes(_ part: Substring) -> [UInt8]? {
        guard !part.isEmpty, !part.contains(where: { $0 == "+" || $0 == "/" || $0 == "=" }) else { return nil }
        let standard = part.replacing("-", with: "+").replacing("_", with: "/")
        return Base64.decode(standard + String(repeating: "=", count: (4 - part.utf8.count % 4) % 4))
    }
}
