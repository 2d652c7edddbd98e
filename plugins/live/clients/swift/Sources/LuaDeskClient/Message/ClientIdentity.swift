// SPDX-License-Identifier: Apache-2.0

/// Who the customer is, vouched for by your own server.
///
/// Your server signs the id with the channel's `identity_secret`: `signature = hex(HMAC-SHA256(externalID,
/// identity_secret))`. Or it vouches for everything by a JSON Web Token, `jwt`, that ends by itself. The secret itself never
/// belongs into an app. The same `externalID` is the same customer, on whatever device.
public struct ClientIdentity: Sendable, Hashable, Codable {
    /// Your id of the customer, 1 to 200 characters.
    public var externalID: String
    /// 64 hex digits. nil only for channels that trust identities, which is for trials.
    public var signature: String?
    /// A token of your server's instead of the signature, at most 8 KiB: HS256 under `identity_secret`, with `sub` (the
    /// `externalID`), `exp`, and what else it vouches for: `name`, `locale`, `phone_number`, `email`, `attributes`; `aud`
    /// binds it to one channel. When it has ended the session goes on; a new session needs a new one: `identify` again.
    public var jwt: String?
    /// Shown to agents, at most 100 characters.
    public var name: String?
    /// BCP 47, `zh-CN`.
    public var language: String?
    /// Whatever rules may want to know; at most 8 KiB as JSON.
    public var attributes: [String: JSONValue]

    /// See the properties for lengths; the desk refuses what is longer.
    public init(
        externalID: String, signature: String? = nil, jwt: String? = nil, name: String? = nil, language: String? = nil,
        attributes: [String: JSONValue] = [:]
    ) {
        self.externalID = externalID
        self.signature = signature
        self.jwt = jwt
        self.name = name
        self.language = language
        self.attributes = attributes
    }

    var value: JSONValue {
        var value: [String: JSONValue] = ["external_id": .string(externalID)]
        if let signature { value["signature"] = .string(signature) }
        if let jwt { value["jwt"] = .string(jwt) }
        if let name { value["name"] = .string(name) }
        if let language { value["language"] = .string(language) }
        if !attributes.isEmpty { value["attributes"] = .object(attributes) }
        return .object(value)
    }
}
