// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Plugins

/// Every case of Vectors/wechat.json through the functions of plugins/lib/wechat, as a plugin calls them.
@Suite struct WeChatVectorTests {
    @Test("no kind of case is left out") func everyKindIsTested() {
        let tested: Set = [
            "sign", "url_check", "decrypt", "encrypt", "callback", "reply", "dedupe", "user_data", "raw_data_signature",
            "session_signature", "api_open", "api_seal", "api_signature", "send", "split", "api_error", "kf_sync",
        ]
        #expect(Set(WeChatCase.all.map(\.kind)) == tested)
        #expect(WeChatCase.all.count == 302)
    }

    @Test("a signature is the SHA-1 of the sorted parts", arguments: WeChatCase.of("sign"))
    func sign(_ item: WeChatCase) async throws {
        #expect(try await item.answer("sign") == item.expected["sha1"])
    }

    @Test("the platform's check of the address is answered exactly, or refused", arguments: WeChatCase.of("url_check"))
    func check(_ item: WeChatCase) async throws {
        let answer = try await item.answer("check")
        if item.expected["accept"] == true {
            #expect(answer["value"] == item.expected["body"])
        } else {
            #expect(item.errors.contains(answer["error"]?.string ?? ""), "\(answer)")
        }
    }

    @Test("an Encrypt is opened, or refused for the right reason", arguments: WeChatCase.of("decrypt"))
    func decrypt(_ item: WeChatCase) async throws {
        let answer = try await item.answer("decrypt")
        guard item.expected["ok"] == true else {
            #expect(item.errors.contains(answer["error"]?.string ?? ""), "\(answer)")
            return
        }
        let opened = answer["value"] ?? .null
        let wanted =
            item.expected["msg_b64"]?.string.flatMap { Base64.decode($0) }
            ?? Array(
                String(repeating: item.expected["msg"]?.string ?? "", count: Int(item.expected["msg_repeat"]?.int ?? 1)).utf8)
        #expect(opened["message"]?.utf8 == wanted)
        #expect(opened["random"]?.utf8.map(CryptoModule.hex) == item.expected["random_hex"]?.string)
        #expect(opened["receive_id"] == item.expected["receive_id"])
        #expect(opened["pad"] == item.expected["pad"])
        #expect(item.expected["msg_bytes"].map { $0 == .int(Int64(wanted.count)) } ?? true)
    }

    @Test("an Encrypt is made byte for byte", arguments: WeChatCase.of("encrypt"))
    func encrypt(_ item: WeChatCase) async throws {
        #expect(try await item.answer("encrypt") == item.expected["encrypt"])
    }

    @Test("a push is taken with exactly its fields, or refused with a 4xx", arguments: WeChatCase.of("callback"))
    func callback(_ item: WeChatCase) async throws {
        let answer = try await item.answer("callback")
        switch item.expected["accept"] {
        case true:
            #expect(answer["fields"] == item.expected["fields"], "\(answer)")
            #expect(answer["plaintext"] == item.expected["plaintext"])
        case false:
            #expect(item.errors.contains(answer["error"]?.string ?? ""), "\(answer)")
            #expect((400...499).contains(answer["status"]?.int ?? 0))
        default:
            for pair in item.expected["if_accepted"]?.object?.pairs ?? [] where answer["ok"] == true {
                #expect(answer["fields"]?[pair.name] == pair.value)
            }
        }
    }

    @Test("a passive reply is sealed and signed", arguments: WeChatCase.of("reply"))
    func reply(_ item: WeChatCase) async throws {
        let answer = try await item.answer("reply")
        #expect(answer["encrypt"] == item.expected["encrypt"])
        #expect(answer["msg_signature"] == item.expected["msg_signature"])
        let host = await PluginHost.shared.value
        func parsed(_ body: Value?) async throws -> Value {
            try await host.call("vectors.parse", ["format": item.config["format"] ?? "xml", "body": body ?? ""])
        }
        #expect(try await parsed(answer["body"]) == parsed(item.expected["body"]))
    }

    @Test("repeated pushes have one key, different ones have two", arguments: WeChatCase.of("dedupe"))
    func dedupe(_ item: WeChatCase) async throws {
        var seen: Set<Value> = []
        let verdicts = try await item.answer("dedupe").array?.map { key in
            seen.insert(key).inserted ? Value.string("new") : .string("duplicate")
        }
        #expect(verdicts == item.expected["verdicts"]?.array)
    }

    @Test("data under a session_key is opened, or refused for the right reason", arguments: WeChatCase.of("user_data"))
    func userData(_ item: WeChatCase) async throws {
        let answer = try await item.answer("user_data")
        if item.expected["ok"] == true {
            #expect(answer["value"]?["plaintext"] == item.expected["plaintext"])
        } else {
            #expect(item.errors.contains(answer["error"]?.string ?? ""), "\(answer)")
        }
    }

    @Test("client data is signed", arguments: WeChatCase.of("raw_data_signature", "session_signature"))
    func clientSignatures(_ item: WeChatCase) async throws {
        let wanted = item.expected["sha1"] ?? item.expected["hmac_sha256"]
        #expect(try await item.answer(item.kind) == wanted)
    }

    @Test("API signature mode opens what fits and nothing else", arguments: WeChatCase.of("api_open"))
    func apiOpen(_ item: WeChatCase) async throws {
        let answer = try await item.answer("api_open")
        if item.expected["ok"] == true {
            #expect(answer["value"] == item.expected["plaintext"])
        } else {
            #expect(item.errors.contains(answer["error"]?.string ?? ""), "\(answer)")
        }
    }

    @Test("API signature mode seals and verifies", arguments: WeChatCase.of("api_seal", "api_signature"))
    func apiSeal(_ item: WeChatCase) async throws {
        let answer = try await item.answer(item.kind)
        if item.kind == "api_signature" {
            #expect(answer == item.expected["valid"])
        } else {
            #expect(answer["value"]?["data"] == item.expected["data"])
            #expect(answer["value"]?["authtag"] == item.expected["authtag"])
        }
    }

    @Test("a long text is split between characters, within the limit", arguments: WeChatCase.of("split"))
    func split(_ item: WeChatCase) async throws {
        let parts = try await item.answer("split").array?.compactMap(\.string) ?? []
        let limit = Int(item.value["input"]?["max_bytes"]?.int ?? 0)
        let minimal = item.expected["parts"]?.array?.count ?? 0
        #expect(parts.joined() == item.expected["parts"]?.array?.compactMap(\.string).joined())
        #expect(parts.allSatisfy { !$0.isEmpty && $0.utf8.count <= limit })
        #expect(parts.count <= minimal + 1)
    }

    @Test("an answer of the API has its class", arguments: WeChatCase.of("api_error"))
    func apiError(_ item: WeChatCase) async throws {
        #expect(try await item.answer("api_error") == item.expected["class"])
    }

    @Test("a page of sync_msg is read", arguments: WeChatCase.of("kf_sync"))
    func kfSync(_ item: WeChatCase) async throws {
        #expect(try await item.answer("kf_sync") == item.expected)
    }
}
