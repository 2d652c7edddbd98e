// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import luadesk

/// A request that no platform would make, and the status it gets.
struct BadRequest: Sendable, CustomTestStringConvertible {
    var what: String
    var channel = "shop-wechat"
    var statuses: ClosedRange<Int> = 400...499
    var make: @Sendable (WeChatAccount) -> WeChatAccount.Push
    var testDescription: String { what }
}

@Suite("Bad input gets its status, one log line without personal data, and leaves nothing")
struct RefusalTests {
    static let marker = "13800138000-personal"

    static let cases: [BadRequest] = [
        BadRequest(what: "a wrong signature") { account in
            var push = account.text(marker, from: "o-x", id: 1)
            push.query = push.query.replacing("msg_signature=", with: "msg_signature=0")
            return push
        },
        BadRequest(what: "no signature at all") { account in
            .init(query: "", body: account.text(marker, from: "o-x", id: 1).body)
        },
        BadRequest(what: "another token") { account in
            var other = account
            other.token = "wrong"
            return other.text(marker, from: "o-x", id: 1)
        },
        BadRequest(what: "another key") { account in
            var other = account
            other.encodingAESKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
            return other.text(marker, from: "o-x", id: 1)
        },
        BadRequest(what: "a foreign app id") { account in
            var other = account
            other.appID = "wxffffffffffffffff"
            return other.text(marker, from: "o-x", id: 1)
        },
        BadRequest(what: "a plain push to a secure channel") { account in
            var other = account
            other.mode = .plain
            return other.text(marker, from: "o-x", id: 1)
        },
        BadRequest(what: "broken padding") { account in
            let sealed = account.encrypt(Array("<xml></xml>".utf8))
            var bytes = Array(Data(base64Encoded: sealed) ?? Data())
            bytes[bytes.count - 1] ^= 0x55
            return signed(account, Data(bytes).base64EncodedString())
        },
        BadRequest(what: "a ciphertext that is no block") { account in signed(account, Data("short".utf8).base64EncodedString())
        },
        BadRequest(what: "an entity bomb inside the ciphertext") { account in
            let bomb =
                "<!DOCTYPE x [<!ENTITY a \"\(marker)\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><xml><Content>&b;</Content></xml>"
            return signed(account, account.encrypt(Array(bomb.utf8)))
        },
        BadRequest(what: "an entity bomb outside") { account in
            var push = account.text(marker, from: "o-x", id: 1)
            push.body = Array("<!DOCTYPE x [<!ENTITY a \"b\">]><xml><Encrypt>&a;</Encrypt></xml>".utf8)
            return push
        },
        BadRequest(what: "invalid UTF-8 in the message") { account in
            signed(account, account.encrypt(Array("<xml><Content>".utf8) + [0xff, 0xfe, 0xc0] + Array("</Content></xml>".utf8)))
        },
        BadRequest(what: "JSON nested 1 000 deep") { account in
            let json = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
            return signed(account, account.encrypt(Array("{\"Content\":\(json)}".utf8)))
        },
        BadRequest(what: "a body of 10 MB", statuses: 413...413) { account in
            var push = account.text(marker, from: "o-x", id: 1)
            push.body = [UInt8](repeating: 0x41, count: 10 << 20)
            return push
        },
        BadRequest(what: "an unknown channel", channel: "nobody", statuses: 404...404) { account in
            account.text(marker, from: "o-x", id: 1)
        },
        BadRequest(what: "an empty body") { account in
            var push = account.text(marker, from: "o-x", id: 1)
            push.body = []
            return push
        },
    ]

    private static func signed(_ account: WeChatAccount, _ sealed: String) -> WeChatAccount.Push {
        let signature = WeChatAccount.sign([account.token, "1760000000", "n1", sealed])
        return .init(
            query: "timestamp=1760000000&nonce=n1&encrypt_type=aes&msg_signature=\(signature)",
            body: Array("<xml><ToUserName>gh</ToUserName><Encrypt>\(sealed)</Encrypt></xml>".utf8))
    }

    @Test("each refusal: its status, no event, no crash, nothing personal in the log")
    func refuses() async throws {
        try await withWeChat { platform in
            let account = WeChatAccount()
            let desk = try await LuaDeskProcess.serve(MiniProgramTests.configuration(account, platform))
            let api = try await desk.api()
            let before = desk.log.count
            for bad in Self.cases {
                var target = account
                target.channel = bad.channel
                let status: Int
                do { status = try await api.hook(target, bad.make(account)).status } catch {
                    // A server may cut a body that is far too long before it was sent.
                    #expect(bad.statuses == 413...413, "\(bad.what): \(error)")
                    continue
                }
                #expect(bad.statuses.contains(status), "\(bad.what): \(status)")
            }
            #expect(try await api.messages(channel: account.channel).isEmpty)
            let kinds = try await api.all("/v1/events").compactMap { $0["kind"]?.string }
            #expect(
                !kinds.contains { $0.hasPrefix("message.") || $0.hasPrefix("customer.") || $0.hasPrefix("conversation.") },
                "\(kinds)")
            #expect(try await api.get("/readyz").status == 200)
            // After all that an honest message still gets through.
            #expect(try await api.hook(account, account.text("你好", from: "o-honest", id: 3)).status == 200)
            #expect(try await api.messages(channel: account.channel).contains { $0["text"] == "你好" })

            #expect(try await desk.stop() == .init(status: 0))
            let lines = desk.log.dropFirst(before)
            #expect(!lines.contains { $0.contains(Self.marker) || $0.contains("signature=") }, "\(lines)")
            #expect(lines.count { $0.contains("A callback is refused") } == Self.cases.count, "\(lines)")
        }
    }
}
