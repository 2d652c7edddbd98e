// SPDX-License-Identifier: Apache-2.0
import Desk

/// Checks a tree against the schema and turns it into a `Value`, collecting every problem on the way.
///
/// The value it gives has the right types throughout and all defaults filled in: durations are milliseconds, sizes bytes, secrets
/// resolved. It is only to be used when there are no problems.
struct ConfigurationReader {
    var secrets: SecretSource
    /// The settings that plugins declare, by plugin.
    var plugins: [String: [PluginSetting]]
    /// Why plugins that are there cannot be used, by plugin.
    var broken: [String: String] = [:]
    /// Whether a channel of such a plugin is no problem, as where a desk starts: the channel waits until the plugin is mended.
    var takesBrokenPlugins = false
    private(set) var problems: [ConfigurationProblem] = []

    init(secrets: SecretSource, plugins: [String: [PluginSetting]]) {
        self.secrets = secrets
        self.plugins = plugins
    }

    mutating func report(_ origin: ConfigurationOrigin, _ path: String, _ message: String) {
        problems.append(ConfigurationProblem(origin: origin, path: path, message: message))
    }

    /// A map with these keys and no others.
    mutating func section(_ node: ConfigurationNode, _ keys: [ConfigurationKey], at path: String) -> Value {
        if case .map = node.content {
        } else if !node.isNull {
            report(node.origin, path, "should be a section with keys (\(keys.map(\.name).joined(separator: ", ")))")
        }
        let names = keys.map(\.name)
        for entry in node.entries where !names.contains(entry.name) {
            report(entry.origin, Self.join(path, entry.name), "unknown key. \(Self.hint(entry.name, names))")
        }
        var value = Value.object(.init())
        for key in keys {
            let child = node[key.name].flatMap { $0.isNull ? nil : $0 }
            value[key.name] = read(child, key, at: Self.join(path, key.name), within: node)
        }
        return value
    }

    private mutating func read(
        _ node: ConfigurationNode?, _ key: ConfigurationKey, at path: String, within parent: ConfigurationNode
    ) -> Value? {
        switch key.shape {
        case .section(let keys):
            return section(node ?? ConfigurationNode(content: .null, origin: parent.origin), keys, at: path)
        case .list(let keys):
            guard let node else { return .array([]) }
            guard case .list(let items) = node.content else {
                report(node.origin, path, "should be a list: each element begins with '- '")
                return nil
            }
            var values: [Value] = []
            for (index, item) in items.enumerated() {
                var value = section(item, keys, at: "\(path)[\(index)]")
                if let key = keys.first(where: { if case .settings = $0.shape { true } else { false } }) {
                    value[key.name] = settings(item, at: "\(path)[\(index)].\(key.name)")
                }
                values.append(value)
            }
            return .array(values)
        case .settings:
            return nil
        default: break
        }
        guard let node = node ?? key.standard.map({ Self.standard($0, parent.origin) }) else {
            if key.isRequired { report(parent.origin, path, "missing. Set it: \(key.help)") }
            return nil
        }
        return leaf(node, key.shape, at: path)
    }

    /// A value without keys of its own.
    mutating func leaf(_ node: ConfigurationNode, _ shape: ConfigurationKey.Shape, at path: String) -> Value? {
        if case .texts = shape { return texts(node, at: path) }
        if case .hours = shape {
            do { return try HoursReader.read(node, at: path).value } catch { problems.append(error); return nil }
        }
        guard let written = node.text else {
            report(node.origin, path, "should be \(shape.expectation), not a list or section")
            return nil
        }
        guard let text = resolve(written, node, at: path) else { return nil }
        let value = Self.scalar(text, shape)
        if value == nil {
            let shown = if case .secret = shape { "" } else if text == written { ", not '\(text.prefix(60))'" } else { "" }
            report(node.origin, path, "should be \(shape.expectation)\(shown)")
        }
        return value
    }

    /// Follows `file:` and `env:`; nil, and a problem, where they lead nowhere.
    mutating func resolve(_ written: String, _ node: ConfigurationNode, at path: String) -> String? {
        do { return try secrets.resolve(written) } catch {
            report(node.origin, path, error.message)
            return nil
        }
    }

    private mutating func texts(_ node: ConfigurationNode, at path: String) -> Value? {
        switch node.content {
        case .null: return .array([])
        case .scalar(let text, _):
            // From an environment variable: a,b,c.
            let parts = text.split(separator: ",").map { Value.string(String($0.trimming(" "))) }
            return .array(parts)
        case .list(let items):
            var values: [Value] = []
            for (index, item) in items.enumerated() {
                guard let text = item.text else {
                    report(item.origin, "\(path)[\(index)]", "should be text")
                    continue
                }
                values.append(.string(text))
            }
            return .array(values)
        case .map:
            report(node.origin, path, "should be a list of texts")
            return nil
        }
    }

    private static func scalar(_ text: String, _ shape: ConfigurationKey.Shape) -> Value? {
        switch shape {
        case .text: .string(text)
        case .secret: text.isEmpty ? nil : .string(text)
        case .integer(let range): Int(text).flatMap { range.contains($0) ? .int(Int64($0)) : nil }
        case .number(let range): Double(text).flatMap { range.contains($0) ? .double($0) : nil }
        case .flag: ["true": true, "yes": true, "on": true, "false": false, "no": false, "off": false][text].map(Value.bool)
        case .duration: Duration(text: text).map { .int($0.inMilliseconds) }
        case .byteCount: byteCount(text).map(Value.int)
        case .choice(let choices): choices.contains(text) ? .string(text) : nil
        default: nil
        }
    }

    private static func byteCount(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let factors: [String: Int64] = ["": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]
        let unit = text.dropFirst(digits.count).trimming(" ")
        guard let number = Int64(digits), let factor = factors[String(unit)], number <= Int64.max / factor else { return nil }
        return number * factor
    }

    private static func standard(_ text: String, _ origin: ConfigurationOrigin) -> ConfigurationNode {
        text == "[]"
            ? ConfigurationNode(content: .list([]), origin: origin)
            : ConfigurationNode(content: .scalar(text, plain: true), origin: origin)
    }

    static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    static func hint(_ name: String, _ names: [String]) -> String {
        if let near = nearestName(to: name, among: names) { return "Did you mean '\(near)'?" }
        return names.isEmpty ? "Nothing may stand here." : "Possible here: \(names.joined(separator: ", "))."
    }
}

extension StringProtocol {
    /// Without these characters at both ends.
    func trimming(_ characters: Set<Character>) -> SubSequence {
        var part = self[...]
        while let first = part.first, characters.contains(first) { part = part.dropFirst() }
        while let last = part.last, characters.contains(last) { part = part.dropLast() }
        return part
    }
    func trimming(_ character: Character) -> SubSequence { trimming([character]) }
}
