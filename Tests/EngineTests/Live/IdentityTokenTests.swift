// SPDX-License-Identifier: Apache-2.0
import Crypto
import Desk
import Journal
import Testing

@testable import Engine

/// Identities that come as a JSON Web Token.
@Suite struct IdentityTokenTests {
    private static let now = Instant(seconds: 1_800_000_000)

    private static func part(_ bytes: some Sequence<UInt8>) -> String {
        Base64.encode(Array(bytes)).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private func token(
        _ claims: Value, head: Value = ["alg": "HS256", "typ": "JWT"], secret: String = "s3cret"
    ) -> String {
        let signed = "\(Self.part(head.json)).\(Self.part(claims.json))"
        let key = SymmetricKey(data: Array(secret.utf8))
        return "\(signed).\(Self.part(HMAC<SHA256>.authenticationCode(for: Array(signed.utf8), using: key)))"
    }

    private func read(_ text: String) throws -> Value {
        try IdentityToken(text, secret: "s3cret", channel: "web", at: Self.now).identity
    }

    private func claims(_ more: Value = [:]) -> Value { (["sub": "u-1", "exp": 1_800_000_600] as Value).merging(more) }

    private func reason(_ text: String) -> String? {
        do {
            _ = try read(text)
            return nil
        } catch { return (error as? DeskError)?.message }
    }

    @Test("its claims are the identity, under the names of OpenID Connect or ours") func identity() throws {
        let full = try read(
            token(
                claims([
                    "name": "Lin", "locale": "zh-CN", "phone_number": "+8613800138000", "email": "lin@x.example",
                    "attributes": ["vip_level": 3], "aud": ["app", "web"], "iat": 1_800_000_030, "nbf": 1_799_999_000,
                ])))
        #expect(
            full == [
                "external_id": "u-1", "name": "Lin", "language": "zh-CN", "phone": "+8613800138000", "email": "lin@x.example",
                "attributes": ["vip_level": 3],
            ])
        #expect(try read(token(claims(["aud": "web"]))) == ["external_id": "u-1"])
        #expect(try read(token(claims(["email": "a@x.example", "email_verified": false]))) == ["external_id": "u-1"])
    }

    /// The token that RFC 7515 prints in appendix A.1: its key is no text, so nobody's secret can have made it.
    private static let printed =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    @Test("whatever is not signed by us for us and now is refused, with the reason") func refused() {
        let good = token(claims())
        #expect(reason(good) == nil)
        #expect(reason(Self.printed) == "identity.jwt is not signed under this channel's identity_secret.")
        #expect(reason(token(claims(), secret: "other")) == "identity.jwt is not signed under this channel's identity_secret.")
        for head: Value in [
            ["alg": "none"], ["alg": "HS512"], ["alg": "hs256"], ["typ": "JWT"], ["alg": "HS256", "crit": ["x"]],
        ] {
            #expect(reason(token(claims(), head: head)) == "identity.jwt must be signed by HS256.")
        }
        #expect(reason(token(["sub": "u-1"])) == "identity.jwt has no exp: when it ends, in seconds since 1970.")
        #expect(reason(token(claims(["exp": "tomorrow"]))) == "identity.jwt has no exp: when it ends, in seconds since 1970.")
        #expect(reason(token(claims(["exp": 1_799_999_940]))) == "identity.jwt has expired.")
        #expect(reason(token(claims(["nbf": 1_800_000_061]))) == "identity.jwt is not good yet: nbf lies ahead.")
        #expect(reason(token(claims(["aud": "other"]))) == "identity.jwt is for another audience: aud must name this channel.")
        #expect(reason(token(claims(["sub": 7]))) == "identity.jwt has no sub of 1 to 200 characters.")
        #expect(reason(token(claims(["sub": ""]))) == "identity.jwt has no sub of 1 to 200 characters.")
        let parts = good.split(separator: ".")
        let other = Self.part(claims(["sub": "u-2"]).json)
        #expect(reason("\(parts[0]).\(other).\(parts[2])") == "identity.jwt is not signed under this channel's identity_secret.")
        for text in [
            "", "a.b", "..", "\(parts[0]).\(parts[1]).", good + ".x", good + "=", "%.%.%", String(repeating: "A", count: 9000),
        ] {
            #expect(reason(text) == "identity.jwt is no JSON Web Token of three parts.", "\(text.prefix(40))")
        }
    }

    @Test("a session by token is the same customer as one by signature, and its contacts join channels") func sessions()
        async throws
    {
        let desk = try await TestDesk(channels: [
            ChannelConfiguration(id: "shop", plugin: "live", settings: ["identity_secret": "s3cret"]),
            ChannelConfiguration(id: "app", plugin: "live", settings: ["identity_secret": "s3cret"]),
            ChannelConfiguration(id: "open", plugin: "live", settings: [:]),
        ])
        let later = Int64(desk.engine.clock().milliseconds / 1000 + 300)
        let text = token(["sub": "u-9", "exp": .int(later), "phone": "13800138000"])
        let beside: Value = ["jwt": .string(text), "name": "Lin", "language": "zh-CN", "attributes": ["vip_level": 9]]
        let one = try await desk.engine.openLiveSession(channel: "shop", identity: beside, trusted: false)
        let known = try await desk.engine.store.customer(one.customer)
        #expect(known?.name == "Lin" && known?.language == "zh-CN" && known?.attributes == [:])
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("u-9".utf8), using: SymmetricKey(data: Array("s3cret".utf8))
        ).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let two = try await desk.engine.openLiveSession(
            channel: "app", identity: ["external_id": "u-9", "signature": .string(code)], trusted: false)
        #expect(one.customer == two.customer)
        let names = try await desk.engine.store.identities(of: one.customer).map(\.externalID)
        #expect(names.contains("+8613800138000"))
        for identity: Value in [["jwt": .string(text), "external_id": "u-8"], ["jwt": "x"]] {
            let error = await #expect(throws: DeskError.self) {
                try await desk.engine.openLiveSession(channel: "shop", identity: identity, trusted: false)
            }
            #expect(error?.code == .forbidden)
        }
        let closed = await #expect(throws: DeskError.self) {
            try await desk.engine.openLiveSession(channel: "open", identity: ["jwt": .string(text)], trusted: true)
        }
        #expect(closed?.message == "This channel takes no identity.jwt: set identity_secret in its settings.")
        try await desk.stop()
        desk.remove()
    }
}
