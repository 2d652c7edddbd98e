// SPDX-License-Identifier: Apache-2.0
import Crypto
import CryptoExtras
import Desk

/// Callbacks as WeChat sends them, made before the clock starts: each with a MsgId of its own, from many customers.
struct WeChatCallbacks {
    static let token = "benchtoken"
    static let appID = "wxba5fad812f8e6fb9"
    static let encodingAESKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

    let isSecure: Bool
    let channel: String

    func requests(_ numbers: Range<Int>, customers: Int = 2000) throws -> [[UInt8]] {
        try numbers.map { try request(Int64($0), customer: $0 % customers) }
    }

    /// - Parameter text: what the customer writes; nil: the question of the load.
    func request(_ number: Int64, customer: Int, text: String? = nil) throws -> [UInt8] {
        let timestamp = "1750000000", nonce = String(number)
        let message = """
            <xml><ToUserName><![CDATA[gh_97417a04a28d]]></ToUserName><FromUserName><![CDATA[o9AgO5Kd5ggOC-bXrbNODI\(100_000 + customer)]]>\
            </FromUserName><CreateTime>1750000000</CreateTime><MsgType><![CDATA[text]]></MsgType>\
            <Content><![CDATA[\(text ?? "第\(number)条：请问这件衣服有没有现货？")]]></Content><MsgId>\(7_000_000_000_000 + number)</MsgId></xml>
            """
        var query = "signature=\(Self.sign([Self.token, timestamp, nonce]))&timestamp=\(timestamp)&nonce=\(nonce)"
        var body = message
        if isSecure {
            let sealed = try Self.seal(message)
            query += "&encrypt_type=aes&msg_signature=\(Self.sign([Self.token, timestamp, nonce, sealed]))"
            body = "<xml><ToUserName><![CDATA[gh_97417a04a28d]]></ToUserName><Encrypt><![CDATA[\(sealed)]]></Encrypt></xml>"
        }
        return HTTPWire.request("POST", "/hooks/\(channel)?\(query)", headers: ["Content-Type: text/xml"], body: Array(body.utf8))
    }

    /// - Source: `signature` and `msg_signature` of WeChat's message push, sections 1 and 2 of the platform's document.
    private static func sign(_ parts: [String]) -> String {
        let joined = parts.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }.joined()
        return Insecure.SHA1.hash(data: Array(joined.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
            .joined()
    }

    private static func seal(_ message: String) throws -> String {
        let key = Base64.decode(encodingAESKey, lenient: true) ?? []
        let text = Array(message.utf8)
        var plain: [UInt8] = Array(repeating: 0x61, count: 16)
        plain += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: text.count >> $0) }
        plain += text + Array(appID.utf8)
        let pad = 32 - plain.count % 32
        plain += Array(repeating: UInt8(pad), count: pad)
        let sealed = try AES._CBC.encrypt(
            plain, using: SymmetricKey(data: key), iv: AES._CBC.IV(ivBytes: key.prefix(16)), noPadding: true)
        return Base64.encode(Array(sealed))
    }
}
