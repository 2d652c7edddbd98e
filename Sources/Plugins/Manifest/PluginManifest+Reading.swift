// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// Why a manifest cannot be taken; the position is that of the `plugin { … }` call.
struct ManifestError: Error {
    let message: String
}

extension PluginManifest {
    private static let fields = [
        "name", "kind", "version", "title", "settings", "hosts", "capabilities", "calls", "receive", "send", "typing", "media",
        "health", "simulate", "notify", "login", "poll",
    ]
    private static let entries = ["receive", "send", "typing", "media", "health", "simulate", "notify", "login", "poll"]

    /// Reads the table given to `plugin { … }`; functions stand in it as handles.
    init(_ value: Value) throws(ManifestError) {
        guard let object = value.object else { throw ManifestError(message: "plugin { … } takes a table") }
        for pair in object.pairs where !Self.fields.contains(pair.name) {
            throw ManifestError(message: "unknown field '\(pair.name)'\(Spelling.hint(pair.name, among: Self.fields))")
        }
        name = try Self.text(value, "name")
        guard name.utf8.allSatisfy({ (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x5f }),
            name.utf8.count <= 64
        else { throw ManifestError(message: "name: small letters, digits, '-' and '_' only") }
        let kindName = try Self.text(value, "kind")
        guard let kind = Kind(rawValue: kindName) else {
            throw ManifestError(
                message: "kind: '\(kindName)' is none of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.kind = kind
        version = try Self.text(value, "version")
        title = try value["title"] == nil ? name : Self.text(value, "title")
        settings = try SettingField.list(value["settings"])
        hosts = try Self.texts(value["hosts"], "hosts")
        try Self.check(hosts: hosts, settings: settings)
        capabilities = try Capabilities(value["capabilities"])
        if let name = capabilities.afterWindow, !settings.contains(where: { $0.name == name }) {
            throw ManifestError(message: "capabilities.after_window: there is no setting '\(name)'")
        }
        functions = []
        for name in Self.entries {
            guard let given = value[name] else { continue }
            guard LuaFunction(given) != nil else { throw ManifestError(message: "\(name): must be a function") }
            functions.insert(name)
        }
        calls = []
        for pair in value["calls"]?.object?.pairs ?? [] {
            guard LuaFunction(pair.value) != nil else { throw ManifestError(message: "calls.\(pair.name): must be a function") }
            calls.append(pair.name)
        }
        if kind == .channel, !functions.contains("receive") || !functions.contains("send") {
            throw ManifestError(message: "a channel needs both functions, receive and send")
        }
    }

    private static func check(hosts: [String], settings: [SettingField]) throws(ManifestError) {
        for host in hosts {
            if host.hasPrefix("setting:") {
                let name = String(host.dropFirst(8))
                guard settings.contains(where: { $0.name == name && $0.type == .url }) else {
                    throw ManifestError(message: "hosts: '\(host)' names no setting of type url")
                }
            } else if HostPattern(host) == nil {
                throw ManifestError(
                    message:
                        "hosts: '\(host)' is no host. Write api.example.com, *.example.com or setting:NAME, without scheme or port"
                )
            }
        }
    }

    static func text(_ value: Value, _ name: String) throws(ManifestError) -> String {
        guard let found = value[name] else { throw ManifestError(message: "\(name): missing") }
        guard let text = found.string, !text.isEmpty else { throw ManifestError(message: "\(name): must be a text") }
        return text
    }

    static func texts(_ value: Value?, _ name: String) throws(ManifestError) -> [String] {
        guard let value else { return [] }
        if let object = value.object, object.isEmpty { return [] }
        guard let items = value.array else { throw ManifestError(message: "\(name): must be a list") }
        var out: [String] = []
        for item in items {
            guard let text = item.string else { throw ManifestError(message: "\(name): must be a list of texts") }
            out.append(text)
        }
        return out
    }
}

extension PluginManifest.Capabilities {
    private static let fields = ["kinds", "text_limit", "reply_quota", "typing", "media", "methods", "after_window"]

    init(_ value: Value?) throws(ManifestError) {
        self.init()
        guard let value else { return }
        guard let object = value.object else { throw ManifestError(message: "capabilities: must be a table") }
        for pair in object.pairs where !Self.fields.contains(pair.name) {
            throw ManifestError(
                message: "capabilities: unknown field '\(pair.name)'\(Spelling.hint(pair.name, among: Self.fields))")
        }
        if value["kinds"] != nil {
            kinds = []
            for name in try PluginManifest.texts(value["kinds"], "capabilities.kinds") {
                guard let kind = MessageContent.Kind(rawValue: name) else {
                    throw ManifestError(
                        message: "capabilities.kinds: unknown kind '\(name)'"
                            + Spelling.hint(name, among: MessageContent.Kind.allCases.map(\.rawValue)))
                }
                kinds.insert(kind)
            }
        }
        textLimit = value["text_limit"]?.int.map(Int.init)
        if let quota = value["reply_quota"] {
            guard let read = ReplyQuota(quota) else {
                throw ManifestError(message: "capabilities.reply_quota: \(ReplyQuota.shape)")
            }
            replyQuota = read
        }
        afterWindow = value["after_window"]?.string
        typing = value["typing"]?.bool ?? false
        media = value["media"]?.bool ?? false
        if value["methods"] != nil { methods = Set(try PluginManifest.texts(value["methods"], "capabilities.methods")) }
    }
}

extension ReplyQuota {
    static let shape = "give { messages = 5, window = \"48h\" }, or one of both"

    /// `{ messages = 5, window = "48h" }`, or one of both; the window may also be seconds.
    init?(_ value: Value) {
        self.init()
        if let given = value["messages"] {
            guard let messages = given.int, (0...100_000).contains(messages) else { return nil }
            self.messages = Int(messages)
        }
        if let given = value["window"] {
            if let text = given.string, let window = Duration(text: text) {
                self.window = window
            } else if let seconds = given.double, seconds >= 0, seconds < 1e9 {
                window = .seconds(seconds)
            } else {
                return nil
            }
        }
        guard messages != nil || window != nil else { return nil }
    }
}

extension SettingField {
    private static let fields = [
        "name", "type", "secret", "required", "required_when", "default", "choices", "length", "alphabet", "help",
    ]

    static func list(_ value: Value?) throws(ManifestError) -> [SettingField] {
        guard let value else { return [] }
        if let object = value.object, object.isEmpty { return [] }
        guard let items = value.array else {
            throw ManifestError(message: "settings: must be a list of { name = …, type = … }")
        }
        var out: [SettingField] = []
        for (index, item) in items.enumerated() {
            do throws(ManifestError) {
                let field = try SettingField(item)
                guard !out.contains(where: { $0.name == field.name }) else { throw ManifestError(message: "name: given twice") }
                out.append(field)
            } catch {
                throw ManifestError(message: "settings[\(index + 1)].\(error.message)")
            }
        }
        return out
    }

    private init(_ value: Value) throws(ManifestError) {
        for pair in value.object?.pairs ?? [] where !Self.fields.contains(pair.name) {
            throw ManifestError(message: "\(pair.name): unknown field\(Spelling.hint(pair.name, among: Self.fields))")
        }
        name = try PluginManifest.text(value, "name")
        let typeName = value["type"]?.string ?? "string"
        guard let type = Kind(rawValue: typeName) else {
            throw ManifestError(
                message: "type: '\(typeName)' is none of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.type = type
        secret = value["secret"]?.bool ?? false
        required = value["required"]?.bool ?? false
        requiredWhen = [:]
        for pair in value["required_when"]?.object?.pairs ?? [] {
            requiredWhen[pair.name] = try PluginManifest.texts(pair.value, "required_when.\(pair.name)")
        }
        choices = try PluginManifest.texts(value["choices"], "choices")
        if type == .choice, choices.isEmpty { throw ManifestError(message: "choices: a choice needs them") }
        length = value["length"]?.int.map(Int.init)
        alphabet = (value["alphabet"]?.string).flatMap(Alphabet.init(rawValue:))
        if let name = value["alphabet"]?.string, alphabet == nil {
            let all = Alphabet.allCases.map(\.rawValue).joined(separator: ", ")
            throw ManifestError(message: "alphabet: '\(name)' is none of \(all)")
        }
        help = value["help"]?.string ?? ""
        `default` = value["default"]
        if let given = `default`, let complaint = complaint(about: given) {
            throw ManifestError(message: "default: \(complaint)")
        }
    }
}
