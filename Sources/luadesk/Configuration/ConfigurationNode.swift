// SPDX-License-Identifier: Apache-2.0
import Yams

/// A piece of the configuration together with the place it came from.
///
/// Scalars stay text until the schema says what they are: YAML by itself would make other things of `no`, `on`, `1e3` and `012`.
struct ConfigurationNode: Sendable {
    indirect enum Content: Sendable {
        /// `plain`: without quotes, so that `true` or `12` may be more than text.
        case scalar(String, plain: Bool)
        case list([ConfigurationNode])
        case map([Entry])
        case null
    }
    struct Entry: Sendable {
        var name: String
        var origin: ConfigurationOrigin
        var value: ConfigurationNode
    }
    /// One step down the tree.
    enum Step: Sendable, Hashable {
        case name(String)
        case index(Int)
    }

    var content: Content
    var origin: ConfigurationOrigin

    subscript(name: String) -> ConfigurationNode? {
        guard case .map(let entries) = content else { return nil }
        return entries.last { $0.name == name }?.value
    }

    var items: [ConfigurationNode] { if case .list(let items) = content { items } else { [] } }
    var entries: [Entry] { if case .map(let entries) = content { entries } else { [] } }
    var text: String? { if case .scalar(let text, _) = content { text } else { nil } }
    var isNull: Bool { if case .null = content { true } else { false } }

    /// Puts a text where the path leads, making the maps on the way. A path through a list must lead to an element that is there.
    mutating func set(_ path: some Collection<Step>, to text: String, origin: ConfigurationOrigin) {
        guard let step = path.first else {
            self = ConfigurationNode(content: .scalar(text, plain: true), origin: origin)
            return
        }
        let rest = path.dropFirst()
        switch step {
        case .index(let index):
            guard case .list(var items) = content, items.indices.contains(index) else { return }
            items[index].set(rest, to: text, origin: origin)
            content = .list(items)
        case .name(let name):
            var entries = entries
            let place = entries.lastIndex { $0.name == name } ?? entries.count
            if place == entries.count {
                entries.append(Entry(name: name, origin: origin, value: ConfigurationNode(content: .null, origin: origin)))
            }
            entries[place].value.set(rest, to: text, origin: origin)
            content = .map(entries)
        }
    }
}

/// Where a value was written.
enum ConfigurationOrigin: Sendable, Hashable, CustomStringConvertible {
    /// Line and column count from 1.
    case file(String, line: Int, column: Int)
    case environment(String)
    /// A command line option, `--port`.
    case option(String)

    /// Orders problems by line and column; those from outside the file come first.
    var place: Int { if case .file(_, let line, let column) = self { line * 10_000 + min(column, 9_999) } else { 0 } }

    var description: String {
        switch self {
        case .file(let name, let line, let column): "\(name):\(line):\(column)"
        case .environment(let name): "environment variable \(name)"
        case .option(let name): "option \(name)"
        }
    }
}

extension ConfigurationNode {
    /// Reads YAML. An empty document is an empty map.
    /// - Parameter file: the name that problems show.
    static func parse(yaml: String, file: String) throws(ConfigurationRejection) -> ConfigurationNode {
        do {
            let start = ConfigurationOrigin.file(file, line: 1, column: 1)
            guard let node = try compose(yaml: yaml) else { return ConfigurationNode(content: .map([]), origin: start) }
            return ConfigurationNode(node, file: file, near: start)
        } catch {
            throw ConfigurationRejection(problems: [Self.problem(error, file: file)])
        }
    }

    private init(_ node: Node, file: String, near: ConfigurationOrigin) {
        origin = node.mark.map { .file(file, line: $0.line, column: $0.column) } ?? near
        let here = origin
        switch node {
        case .scalar(let scalar):
            let plain = scalar.style == .plain || scalar.style == .any
            content = plain && ["", "~", "null"].contains(scalar.string) ? .null : .scalar(scalar.string, plain: plain)
        case .sequence(let items):
            content = .list(items.map { ConfigurationNode($0, file: file, near: here) })
        case .mapping(let pairs):
            content = .map(
                pairs.map { key, value in
                    let place = key.mark.map { ConfigurationOrigin.file(file, line: $0.line, column: $0.column) } ?? here
                    return Entry(
                        name: key.scalar?.string ?? "?", origin: place,
                        value: ConfigurationNode(value, file: file, near: place))
                })
        case .alias:
            content = .null
        }
    }

    private static func problem(_ error: any Error, file: String) -> ConfigurationProblem {
        let (mark, what): (Mark?, String) =
            switch error {
            case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
                YamlError.composer(_, let problem, let mark, _):
                (mark, "is no valid YAML: \(problem)")
            case YamlError.duplicatedKeysInMapping(let names, let context):
                (context.mark, "the same key stands twice: \(names.sorted().joined(separator: ", "))")
            default: (nil, "cannot be read as YAML: \(error)")
            }
        return ConfigurationProblem(
            origin: .file(file, line: mark?.line ?? 1, column: mark?.column ?? 1), path: "", message: what)
    }
}
