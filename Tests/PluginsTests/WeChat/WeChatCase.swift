// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import Plugins

/// One case of Vectors/wechat.json.
struct WeChatCase: Sendable, CustomTestStringConvertible {
    let value: Value
    var id: String { value["id"]?.string ?? "" }
    var kind: String { value["kind"]?.string ?? "" }
    var testDescription: String { id }
    var expected: Value { value["expect"] ?? .null }
    var config: Value { value["config"] ?? .null }

    /// Names of the errors that are right here; a decryption that does not tell its failures apart is right too.
    var errors: Set<String> {
        var names = Set((expected["error"]?.array ?? []).compactMap(\.string))
        let hidden: Set = ["bad_base64", "bad_length", "bad_padding", "bad_message_length"]
        if !names.isDisjoint(with: hidden) { names.insert("bad_decrypt") }
        return names
    }

    static let all: [WeChatCase] = {
        let file = Folder.tests + "/Vectors/wechat.json"
        guard let data = FileManager.default.contents(atPath: file), let value = try? Value(json: data) else {
            preconditionFailure("\(file) cannot be read")
        }
        return (value["cases"]?.array ?? []).map(WeChatCase.init)
    }()

    static func of(_ kinds: String...) -> [WeChatCase] { all.filter { kinds.contains($0.kind) } }

    /// The case answered by a function of the `vectors` plugin.
    func answer(_ function: String) async throws -> Value {
        try await PluginHost.shared.value.call("vectors.\(function)", value)
    }

    var request: HookRequest {
        let request = value["request"]
        return HookRequest(
            method: request?["method"]?.string ?? "POST", path: "/hooks/x", query: request?["query"]?.string ?? "",
            headers: [], body: request?["body_b64"]?.string.flatMap { Base64.decode($0) } ?? request?["body"]?.utf8 ?? [])
    }

    /// The settings of a channel for this case; nil where the console would not allow its key.
    var settings: Value {
        var settings: Value = ["app_id": "wx", "app_secret": "secret"]
        if let id = config["receive_id"] { settings["app_id"] = id }
        settings["token"] = config["token"]
        settings["encoding_aes_key"] = config["encoding_aes_key"]
        if let mode = config["mode"]?.string { settings["mode"] = .string(mode == "compat" ? "compatible" : mode) }
        settings["format"] = config["format"]
        return settings
    }
}
