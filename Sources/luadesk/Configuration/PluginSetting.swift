// SPDX-License-Identifier: Apache-2.0
import Desk

/// One setting that a plugin's manifest declares, as the configuration checks it.
struct PluginSetting: Sendable, Hashable {
    enum Kind: String, Sendable { case text, integer, number, flag, texts, duration, any }
    var name: String
    var kind: Kind = .text
    var isSecret = false
    var isRequired = false
    var choices: [String] = []
    var help = ""

    /// What a channel of the built-in plugin `live` takes.
    static let live = [
        PluginSetting(
            name: "identity_secret", isSecret: true,
            help:
                "Customers whom your own server vouches for: HMAC-SHA256 key of signed identities and their tokens (JWT, HS256)."),
        PluginSetting(
            name: "trust_identity", kind: .flag, help: "Believe identities without a signature. For trials only. Default false."),
        PluginSetting(name: "origins", kind: .texts, help: "Web origins that may open sessions. Default: server.origins."),
        PluginSetting(
            name: "faq", kind: .any, help: "Common questions that our clients offer as buttons: a list, or lists by language."),
    ]
}

extension PluginSetting {
    /// What a channel of the built-in plugin `email` takes.
    static let email = [
        PluginSetting(name: "address", isRequired: true, help: "The mailbox's address, support@shop.example."),
        PluginSetting(name: "name", help: "The name that customers see beside it."),
        PluginSetting(name: "user", help: "For both servers. Default: the address."),
        PluginSetting(
            name: "password", isSecret: true,
            help: "For both servers. QQ and NetEase: the authorisation code from the web settings."),
        PluginSetting(name: "oauth2", kind: .flag, help: "The passwords are OAuth 2 access tokens (XOAUTH2). Default false."),
        PluginSetting(name: "imap_host", isRequired: true, help: "Where mail is fetched."),
        PluginSetting(name: "imap_port", kind: .integer, help: "Default 993 with tls, else 143."),
        PluginSetting(name: "imap_tls", choices: ["tls", "starttls", "none"], help: "Default tls. none: only for this machine."),
        PluginSetting(name: "imap_user", help: "Where it differs from user."),
        PluginSetting(name: "imap_password", isSecret: true, help: "Where it differs from password."),
        PluginSetting(name: "smtp_host", isRequired: true, help: "Where mail is handed in."),
        PluginSetting(name: "smtp_port", kind: .integer, help: "Default 465 with tls, else 587."),
        PluginSetting(name: "smtp_tls", choices: ["tls", "starttls", "none"], help: "Default tls."),
        PluginSetting(name: "smtp_user", help: "Where it differs from user."),
        PluginSetting(name: "smtp_password", isSecret: true, help: "Where it differs from password."),
        PluginSetting(name: "ca_file", help: "PEM file of the authorities to trust instead of the system's."),
        PluginSetting(name: "folder", help: "The folder that is followed. Default INBOX."),
        PluginSetting(name: "done_folder", help: "Where mail goes when it is taken. Default: it stays, marked as read."),
        PluginSetting(name: "own_addresses", kind: .texts, help: "Further addresses of ours: their mail is no customer's."),
        PluginSetting(name: "limit_mb", kind: .integer, help: "Larger mail stays in its mailbox, with a warning. Default 30."),
        PluginSetting(
            name: "attachment_limit_mb", kind: .integer,
            help:
                "What a mail's files may take together, as they are sent; larger ones become links (server.public_url). Default 20."
        ),
        PluginSetting(name: "link_days", kind: .integer, help: "How long such a link is good. Default 14."),
        PluginSetting(name: "automatic_limit", kind: .integer, help: "Automatic answers to one sender within 24 h. Default 5."),
        PluginSetting(
            name: "automatic_hourly_limit", kind: .integer,
            help: "Automatic answers in one conversation within an hour; then a person takes over. Default 1."),
        PluginSetting(
            name: "authserv_id",
            help: "Name of your mail server in Authentication-Results: then only senders with dmarc=pass are believed."),
        PluginSetting(
            name: "thread_tag", choices: ["subject", "address", "none"],
            help:
                "Where answers carry their conversation's mark: behind the subject, or in Reply-To (support+mark@…). Default subject."
        ),
        PluginSetting(name: "take_old", kind: .flag, help: "Take also what is read when the desk first looks. Default false."),
    ]
    /// The plugins that are no folders.
    static let builtIn = ["live": live, "email": email]
}

extension ConfigurationReader {
    /// The settings of one channel, checked against its plugin; nil where the plugin is unknown.
    mutating func settings(_ channel: ConfigurationNode, at path: String) -> Value? {
        guard let pluginNode = channel["plugin"], let plugin = pluginNode.text else { return .object(.init()) }
        guard let declared = plugins[plugin] else {
            if let why = broken[plugin] {
                if takesBrokenPlugins { return asWritten(channel["settings"], at: path) }
                report(pluginNode.origin, "\(Self.channel(path)).plugin", "the plugin '\(plugin)' cannot be loaded: \(why)")
                return nil
            }
            let known = plugins.keys.sorted()
            report(
                pluginNode.origin, "\(Self.channel(path)).plugin",
                "there is no plugin '\(plugin)'. "
                    + (known == PluginSetting.builtIn.keys.sorted()
                        ? "No folder of plugins was found: set plugins: to it." : Self.hint(plugin, known)))
            return nil
        }
        let node = channel["settings"] ?? ConfigurationNode(content: .null, origin: channel.origin)
        if case .map = node.content {
        } else if !node.isNull {
            report(node.origin, path, "should be a section with the plugin's settings")
            return nil
        }
        let names = declared.map(\.name)
        for entry in node.entries where !names.contains(entry.name) {
            report(entry.origin, "\(path).\(entry.name)", "unknown setting of \(plugin). \(Self.hint(entry.name, names))")
        }
        var value = Value.object(.init())
        for setting in declared {
            let place = "\(path).\(setting.name)"
            guard let written = node[setting.name], !written.isNull else {
                if setting.isRequired {
                    let how = setting.isSecret ? "Set it, or give env:NAME or file:PATH" : "Set it"
                    report(node.origin, place, "missing. \(how)\(setting.help.isEmpty ? "." : ": \(setting.help)")")
                }
                continue
            }
            value[setting.name] = self.setting(written, setting, at: place)
        }
        return value
    }

    /// Settings whose types nobody knows yet: all text, secrets fetched.
    private mutating func asWritten(_ node: ConfigurationNode?, at path: String) -> Value {
        var value = Value.object(.init())
        for entry in node?.entries ?? [] where !entry.value.isNull {
            value[entry.name] = leaf(entry.value, .secret, at: "\(path).\(entry.name)")
        }
        return value
    }

    /// Of `channels[0].settings` the channel.
    private static func channel(_ path: String) -> String {
        path.hasSuffix(".settings") ? String(path.dropLast(9)) : path
    }

    private mutating func setting(_ node: ConfigurationNode, _ setting: PluginSetting, at path: String) -> Value? {
        if !setting.choices.isEmpty { return leaf(node, .choice(setting.choices), at: path) }
        switch setting.kind {
        case .text: return leaf(node, setting.isSecret ? .secret : .text, at: path)
        case .integer: return leaf(node, .integer(Int(Int32.min)...Int(Int64.max)), at: path)
        case .number: return leaf(node, .number(-1e300...1e300), at: path)
        case .flag: return leaf(node, .flag, at: path)
        case .texts: return leaf(node, .texts, at: path)
        case .duration: return leaf(node, .text, at: path)
        case .any: return free(node, at: path)
        }
    }

    /// What no schema describes: plain scalars that look like numbers or flags are such.
    private mutating func free(_ node: ConfigurationNode, at path: String) -> Value? {
        switch node.content {
        case .null: return .null
        case .list(let items): return .array(items.compactMap { free($0, at: path) })
        case .map(let entries):
            var fields = Value.Fields()
            for entry in entries { fields[entry.name] = free(entry.value, at: "\(path).\(entry.name)") }
            return .object(fields)
        case .scalar(let text, let plain):
            guard plain else { return .string(text) }
            if text == "true" || text == "false" { return .bool(text == "true") }
            if let number = Int64(text), String(number) == text { return .int(number) }
            return resolve(text, node, at: path).map(Value.string)
        }
    }
}
