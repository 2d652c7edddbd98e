// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation

/// The configuration, checked: file, then environment, then options, the later winning.
struct DeskConfiguration: Sendable {
    /// As `DeskSchema` describes it, complete and with the right types.
    let value: Value
    /// Relative paths start here.
    let folder: String
    /// Where channels' settings were written, by path.
    let places: [String: ConfigurationOrigin]
    /// Variables that look like ours and mean nothing.
    let unknownVariables: [String]
    /// What flows may call, by the plugins in its folders: `shop.order`.
    var calls: Set<String> = []

    /// What the command line lays over the file.
    struct Options: Sendable {
        var data: String?
        var host: String?
        var port: String?
        /// Whether channels whose plugin cannot be loaded are taken unchecked.
        var takesBrokenPlugins = false
        init(data: String? = nil, host: String? = nil, port: String? = nil, takesBrokenPlugins: Bool = false) {
            self.data = data
            self.host = host
            self.port = port
            self.takesBrokenPlugins = takesBrokenPlugins
        }
    }

    /// Checks a text.
    /// - Parameters:
    ///   - folder: relative paths in it start here.
    ///   - plugins: the settings that plugins declare, by plugin; `live` is known by itself.
    ///   - broken: why other plugins of the folders cannot be used, by plugin.
    /// - Throws: `ConfigurationRejection` with every problem, not only the first.
    static func read(
        yaml: String, name: String, folder: String, options: Options = Options(), environment: [String: String],
        plugins: [String: [PluginSetting]], broken: [String: String] = [:]
    ) throws(ConfigurationRejection) -> DeskConfiguration {
        var root = try ConfigurationNode.parse(yaml: yaml, file: name)
        if case .null = root.content { root.content = .map([]) }
        let unknown = EnvironmentOverlay(variables: environment).apply(to: &root, keys: DeskSchema.keys)
        if let data = options.data { root.set([.name("data")], to: absolute(data), origin: .option("--data")) }
        if let host = options.host { root.set([.name("server"), .name("host")], to: host, origin: .option("--host")) }
        if let port = options.port { root.set([.name("server"), .name("port")], to: port, origin: .option("--port")) }

        var known = plugins
        known.merge(PluginSetting.builtIn) { $1 }
        var reader = ConfigurationReader(secrets: SecretSource(folder: folder, environment: environment), plugins: known)
        reader.broken = broken
        reader.takesBrokenPlugins = options.takesBrokenPlugins
        let value = reader.section(root, DeskSchema.keys, at: "")
        reader.checkTogether(root, value)
        guard reader.problems.isEmpty else { throw ConfigurationRejection(problems: reader.problems) }
        return DeskConfiguration(value: value, folder: folder, places: places(in: root), unknownVariables: unknown)
    }

    /// Where each channel's settings stand, `channels[0].settings` and `channels[0].settings.token`.
    private static func places(in root: ConfigurationNode) -> [String: ConfigurationOrigin] {
        var places: [String: ConfigurationOrigin] = [:]
        for (index, channel) in (root["channels"]?.items ?? []).enumerated() {
            let settings = channel["settings"] ?? channel
            places["channels[\(index)].settings"] = settings.origin
            for entry in settings.entries { places["channels[\(index)].settings.\(entry.name)"] = entry.value.origin }
        }
        return places
    }

    private static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

    // MARK: - What stands in it

    func text(_ path: String) -> String? { value.at(path)?.string }
    func path(_ path: String) -> String? {
        text(path).map { SecretSource(folder: folder, environment: [:]).absolute($0) }
    }
    func number(_ path: String) -> Int? { value.at(path)?.int.map(Int.init) }
    func decimal(_ path: String) -> Double? { value.at(path)?.double }
    func flag(_ path: String) -> Bool { value.at(path)?.bool ?? false }
    func duration(_ path: String) -> Duration? { value.at(path)?.int.map { .milliseconds($0) } }
    func texts(_ path: String) -> [String] { value.at(path)?.array?.compactMap(\.string) ?? [] }
}

extension ConfigurationReader {
    /// What no single key shows: ids that stand twice, teams that are not there, half a certificate.
    fileprivate mutating func checkTogether(_ root: ConfigurationNode, _ value: Value) {
        checkFallbacks(root, value)
        checkWebHooks(root)
        for (list, key) in [("channels", "id"), ("teams", "id"), ("agents", "name"), ("webhooks", "name")] {
            var seen: Set<String> = []
            for (index, item) in (root[list]?.items ?? []).enumerated() {
                guard let node = item[key], let id = node.text else { continue }
                if !seen.insert(id).inserted {
                    report(node.origin, "\(list)[\(index)].\(key)", "'\(id)' stands twice. Give each its own.")
                }
                let isWord =
                    !id.isEmpty && id.count <= 64
                    && id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
                if key == "id" || list == "webhooks", !isWord {
                    report(
                        node.origin, "\(list)[\(index)].\(key)",
                        "should be a word of letters, digits, '-', '_' and '.', at most 64")
                }
            }
        }
        let written = root["teams"]?.items ?? []
        let teams = written.isEmpty ? DemoDesk.teams.map(\.0) : written.compactMap { $0["id"]?.text }
        for (index, agent) in (root["agents"]?.items ?? []).enumerated() {
            for team in agent["teams"]?.items ?? [] {
                guard let id = team.text, !teams.contains(id) else { continue }
                report(team.origin, "agents[\(index)].teams", "there is no team '\(id)'. \(Self.hint(id, teams))")
            }
        }
        if let node = root["routing"]?["fallback_team"], let id = node.text, !teams.contains(id) {
            report(node.origin, "routing.fallback_team", "there is no team '\(id)'. \(Self.hint(id, teams))")
        }
        if let tls = root["server"]?["tls"], !tls.isNull, tls["certificate"] == nil || tls["key"] == nil {
            report(tls.origin, "server.tls", "needs both certificate and key. Set both, or neither.")
        }
        if let node = root["server"]?["public_url"], let address = node.text, !Self.isPublic(address) {
            report(
                node.origin, "server.public_url",
                "should be https:// and a host, without path or query, as the outside writes it: https://desk.example.com")
        }
        if let key = value["encryption_key"]?.string, key.count != 64 || !key.allSatisfy(\.isHexDigit),
            let node = root["encryption_key"]
        {
            report(node.origin, "encryption_key", "should be 64 hex digits (32 bytes): openssl rand -hex 32 makes one")
        }
    }

    /// Platforms fetch over https only.
    private static func isPublic(_ address: String) -> Bool {
        guard let parts = URLComponents(string: address), parts.scheme == "https", parts.host?.isEmpty == false else {
            return false
        }
        return ["", "/"].contains(parts.path) && parts.query == nil && parts.fragment == nil && parts.user == nil
    }

    /// Replies can only go to other channels that there are.
    private mutating func checkFallbacks(_ root: ConfigurationNode, _ value: Value) {
        let channels = value["channels"]?.array ?? []
        let ids = channels.compactMap { $0["id"]?.string }
        for (index, channel) in channels.enumerated() {
            let items = root["channels"]?.items ?? []
            guard let origin = items.indices.contains(index) ? items[index].origin : nil else { continue }
            let place = items[index]["replies"]?["fallback"]?.origin ?? origin
            for id in channel["replies"]?["fallback"]?.array?.compactMap(\.string) ?? [] {
                let path = "channels[\(index)].replies.fallback"
                if channel["id"]?.string == id {
                    report(place, path, "a channel cannot fall back to itself")
                } else if !ids.contains(id) {
                    report(place, path, "there is no channel '\(id)'. \(Self.hint(id, ids))")
                }
            }
        }
    }
}
