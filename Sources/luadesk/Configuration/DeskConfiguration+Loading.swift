// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Logging
import Plugins

extension DeskConfiguration {
    /// Reads a file with this process's environment and the plugins in the folders that it names.
    static func load(file: String, options: Options = Options()) async throws -> DeskConfiguration {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Self.unreadable(file, "cannot be read. Does the file exist, and may this user read it?")
        }
        guard let yaml = String(bytes: data, encoding: .utf8) else { throw Self.unreadable(file, "is not UTF-8 text.") }
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
        return try await load(yaml: yaml, name: file, folder: folder, options: options)
    }

    /// - Parameter folder: relative paths in it start here.
    static func load(yaml: String, name: String, folder: String, options: Options = Options()) async throws -> DeskConfiguration {
        let environment = ProcessInfo.processInfo.environment
        let folders = try pluginFolders(yaml: yaml, name: name, folder: folder, environment: environment)
        let (manifests, broken) = await PluginCatalogue.contents(of: folders)
        let configuration = try read(
            yaml: yaml, name: name, folder: folder, options: options, environment: environment,
            plugins: manifests.mapValues { $0.settings.map(PluginSetting.init) }, broken: broken)
        var checked = try configuration.checked(against: manifests, name: name)
        checked.calls = Set(manifests.values.flatMap { manifest in manifest.calls.map { "\(manifest.name).\($0)" } })
        return checked
    }

    /// The folders of plugins that a desk with this configuration looks in, the first one winning.
    static func pluginFolders(file: String) throws -> [String] {
        guard let yaml = FileManager.default.contents(atPath: file).flatMap({ String(bytes: $0, encoding: .utf8) }) else {
            throw Self.unreadable(file, "cannot be read. Does the file exist, may this user read it, and is it UTF-8?")
        }
        return try pluginFolders(
            yaml: yaml, name: file, folder: URL(fileURLWithPath: file).deletingLastPathComponent().path,
            environment: ProcessInfo.processInfo.environment)
    }

    private static func unreadable(_ file: String, _ message: String) -> ConfigurationRejection {
        ConfigurationRejection(
            problems: [ConfigurationProblem(origin: .file(file, line: 1, column: 1), path: "", message: message)])
    }

    /// Where plugins lie is needed before anything else can be checked.
    private static func pluginFolders(
        yaml: String, name: String, folder: String, environment: [String: String]
    ) throws -> [String] {
        var root = try ConfigurationNode.parse(yaml: yaml, file: name)
        _ = EnvironmentOverlay(variables: environment).apply(to: &root, keys: DeskSchema.keys)
        let secrets = SecretSource(folder: folder, environment: environment)
        guard let node = root["plugins"] else { return ShippedFolders.plugins.map { [$0] } ?? [] }
        let written = node.items.compactMap(\.text) + (node.text?.split(separator: ",").map { String($0.trimming(" ")) } ?? [])
        return written.map(secrets.absolute)
    }

    var pluginFolders: [String] {
        let named = texts("plugins").map { SecretSource(folder: folder, environment: [:]).absolute($0) }
        return named.isEmpty ? ShippedFolders.plugins.map { [$0] } ?? [] : named
    }

    var rulesFolder: String? { path("rules") ?? ShippedFolders.rules }

    /// What only the plugin's manifest can tell: lengths, and settings that are needed because of others.
    private func checked(against manifests: [String: PluginManifest], name: String) throws -> DeskConfiguration {
        var problems: [ConfigurationProblem] = []
        for (index, channel) in (value["channels"]?.array ?? []).enumerated() {
            guard let plugin = channel["plugin"]?.string, let manifest = manifests[plugin] else { continue }
            do { _ = try manifest.settings(checking: channel["settings"] ?? [:]) } catch {
                // It begins with the setting's name: `settings.encoding_aes_key: must have 43 characters`.
                let parts = error.message.split(separator: ": ", maxSplits: 1).map(String.init)
                let path =
                    parts.count == 2 && parts[0].hasPrefix("settings") ? "channels[\(index)].\(parts[0])" : "channels[\(index)]"
                let place = places[path] ?? places["channels[\(index)].settings"] ?? .file(name, line: 1, column: 1)
                problems.append(
                    ConfigurationProblem(
                        origin: place, path: path, message: path.hasSuffix("]") ? error.message : parts[1]))
            }
        }
        guard problems.isEmpty else { throw ConfigurationRejection(problems: problems) }
        return self
    }
}

extension PluginSetting {
    init(_ field: SettingField) {
        let kind: Kind =
            switch field.type {
            case .string, .url, .choice: .text
            case .integer: .integer
            case .boolean: .flag
            }
        self.init(
            name: field.name, kind: kind, isSecret: field.secret, isRequired: field.required && field.default == nil,
            choices: field.choices, help: field.help)
    }
}
