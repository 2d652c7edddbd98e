// SPDX-License-Identifier: Apache-2.0
import Crypto
import Desk

/// Callbacks of six platforms in turn, each signed as its platform signs, each with an id of its own.
struct MixedCallbacks {
    static let channels = ["plain", "secure", "official", "telegram", "line", "messenger"]
    private static let secret = "bench-secret"

    /// Lines of the configuration for those that `DeskUnderLoad` has not got already.
    /// - Parameter platform: the port of what stands in for all of the platforms.
    static func configuration(platform: Int) -> String {
        let base = "http://127.0.0.1:\(platform)"
        return """
              - {id: official, plugin: wechat-official-account, settings: {app_id: \(WeChatCallbacks.appID), app_secret: s, token: \(WeChatCallbacks.token), mode: plain, max_age: 0, api_base: "\(base)"}}
              - {id: telegram, plugin: telegram, settings: {bot_token: "1:A", webhook_secret: \(secret), api_base: "\(base)"}}
              - {id: line, plugin: line, settings: {channel_secret: \(secret), access_token: a, api_base: "\(base)"}}
              - {id: messenger, plugin: facebook-messenger, settings: {page_id: "1097", access_token: a, app_secret: \(secret), verify_token: v, api_base: "\(base)"}}
            """
    }

    /// - Parameter numbers: of the messages; the text of each holds its own as `#12;`.
    static func requests(_ numbers: Range<Int>, customers: Int = 2000) throws -> [[UInt8]] {
        let plain = WeChatCallbacks(isSecure: false, channel: "plain")
        let secure = WeChatCallbacks(isSecure: true, channel: "secure")
        let official = WeChatCallbacks(isSecure: false, channel: "official")
        return try numbers.map { number in
            let customer = 10_000 + number % customers
            let text = "#\(number);请问这件衣服有没有现货？"
            switch number % 6 {
            case 0: return try plain.request(Int64(number), customer: customer, text: text)
            case 1: return try secure.request(Int64(number), customer: customer, text: text)
            case 2: return try official.request(Int64(number), customer: customer, text: text)
            case 3:
                let body =
                    #"{"update_id":\#(number),"message":{"message_id":\#(number),"from":{"id":\#(customer),"is_bot":false,"first_name":"A"},"chat":{"id":\#(customer),"type":"private"},"date":1750000000,"text":"\#(text)"}}"#
                return post("telegram", body, ["X-Telegram-Bot-Api-Secret-Token: \(secret)"])
            case 4:
                let body =
                    #"{"destination":"U1","events":[{"type":"message","mode":"active","timestamp":1750000000123,"source":{"type":"user","userId":"U\#(customer)"},"webhookEventId":"01\#(number)","deliveryContext":{"isRedelivery":false},"replyToken":"r\#(number)","message":{"id":"\#(number)","type":"text","text":"\#(text)"}}]}"#
                return post("line", body, ["x-line-signature: \(Base64.encode(Array(mac(body))))"])
            default:
                let body =
                    #"{"object":"page","entry":[{"id":"1097","time":1750000000123,"messaging":[{"sender":{"id":"\#(customer)"},"recipient":{"id":"1097"},"timestamp":1750000000123,"message":{"mid":"m_\#(number)","text":"\#(text)"}}]}]}"#
                let hex = mac(body).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
                return post("messenger", body, ["X-Hub-Signature-256: sha256=\(hex)"])
            }
        }
    }

    private static func mac(_ body: String) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Array(body.utf8), using: SymmetricKey(data: Array(secret.utf8)))
    }

    private static func post(_ channel: String, _ body: String, _ headers: [String]) -> [UInt8] {
        HTTPWire.request(
            "POST", "/hooks/\(channel)", headers: ["Content-Type: application/json"] + headers, body: Array(body.utf8))
    }
}
