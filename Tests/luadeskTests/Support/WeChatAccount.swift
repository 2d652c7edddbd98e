// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Plugins

/// A mini program's account as the platform holds it: signs, encrypts and pushes what its users write. Written from the platform's
/// documents and independent of the plugin.
struct WeChatAccount: Sendable {
    enum Mode: String, Sendable, CaseIterable { case plain, compatible, secure }

    var channel = "shop-wechat"
    var appID = "wx1234567890abcdef"
    var token = "platformtoken"
    var encodingAESKey = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
    var originalID = "gh_0123456789ab"
    var mode = Mode.secure

    /// The channel's entry under `channels:`.
    func yaml(apiBase: String) -> String {
        """
          - id: \(channel)
            plugin: wechat-miniprogram
            settings:
              app_id: \(appID)
              app_secret: "0123456789abcdef0123456789abcdef"
              token: \(token)
              encoding_aes_key: \(encodingAESKey)
              mode: \(mode.rawValue)
              api_base: \(apiBase)
        """
    }

    struct Push: Sendable {
        var query: String
        var body: [UInt8]
    }

    /// A text as the platform pushes it.
    func text(_ text: String, from user: String, id: Int64, at seconds: Int64 = 1_760_000_000, json: Bool = false) -> Push {
        push(
            fields: [
                ("ToUserName", .string(originalID)), ("FromUserName", .string(user)), ("CreateTime", .int(seconds)),
                ("MsgType", "text"), ("Content", .string(text)), ("MsgId", .int(id)),
            ], json: json)
    }

    /// A picture as the platform pushes it.
    func picture(_ media: String, from user: String, id: Int64) -> Push {
        push(fields: [
            ("ToUserName", .string(originalID)), ("FromUserName", .string(user)), ("CreateTime", .int(1_760_000_000)),
            ("MsgType", "image"), ("MediaId", .string(media)), ("PicUrl", ""), ("MsgId", .int(id)),
        ])
    }

    /// The customer has opened the session.
    func enter(_ user: String, at seconds: Int64 = 1_760_000_000) -> Push {
        push(fields: [
            ("ToUserName", .string(originalID)), ("FromUserName", .string(user)), ("CreateTime", .int(seconds)),
            ("MsgType", "event"), ("Event", "user_enter_tempsession"), ("SessionFrom", "test"),
        ])
    }

    /// Any message, in the account's mode.
    func push(fields: [(String, Value)], json: Bool = false) -> Push {
        let plain = json ? Self.json(fields) : Self.xml(fields)
        let timestamp = "1760000000"
        let nonce = "\(UInt32.random(in: 1...UInt32.max))"
        var query = "signature=\(Self.sign([token, timestamp, nonce]))&timestamp=\(timestamp)&nonce=\(nonce)"
        guard mode != .plain else { return Push(query: query, body: plain) }
        let sealed = encrypt(plain)
        query += "&openid=o&encrypt_type=aes&msg_signature=\(Self.sign([token, timestamp, nonce, sealed]))"
        var envelope: [(String, Value)] = mode == .compatible ? fields : [fields[0]]
        envelope.append(("Encrypt", .string(sealed)))
        return Push(query: query, body: json ? Self.json(envelope) : Self.xml(envelope))
    }

    /// `base64(AES-256-CBC(pad32(random[16] + be32(length) + message + app id)))`
    func encrypt(_ message: [UInt8]) -> String {
        let key = Array(Data(base64Encoded: encodingAESKey + "=") ?? Data())
        let count = UInt32(message.count)
        var data = (0..<16).map { _ in UInt8.random(in: 0...255) }
        data += [UInt8(count >> 24), UInt8(count >> 16 & 0xff), UInt8(count >> 8 & 0xff), UInt8(count & 0xff)]
        data += message + Array(appID.utf8)
        let pad = 32 - data.count % 32
        data += [UInt8](repeating: UInt8(pad), count: pad)
        let cipher = BlockCipher("aes-256-cbc", key: key, iv: Array(key.prefix(16)), padding: false)
        // The key is this type's own and has the right length.
        return Data(try! cipher.encrypt(data).data).base64EncodedString()
    }

    static func sign(_ parts: [String]) -> String {
        let sorted = parts.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        // SHA-1 is always there.
        return try! Digest.hash("sha1", Array(sorted.joined().utf8)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    private static func xml(_ fields: [(String, Value)]) -> [UInt8] {
        let inner = fields.map { name, value in
            switch value {
            case .int(let number): "<\(name)>\(number)</\(name)>"
            default: "<\(name)><![CDATA[\(value.string ?? "")]]></\(name)>"
            }
        }
        return Array("<xml>\(inner.joined())</xml>".utf8)
    }

    private static func json(_ fields: [(String, Value)]) -> [UInt8] {
        Value.object(.init(unchecked: fields.map { .init($0.0, $0.1) })).json
    }
}

extension DeskAPI {
    /// Delivers a push to the desk as the platform does: without a token of ours.
    func hook(_ account: WeChatAccount, _ push: WeChatAccount.Push) async throws -> Answer {
        let platform = DeskAPI(url: url)
        return try await platform.send(
            "POST", "/hooks/\(account.channel)?\(push.query)", body: push.body, headers: ["content-type": "text/xml"])
    }
}
