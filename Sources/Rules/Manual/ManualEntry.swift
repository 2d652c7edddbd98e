// SPDX-License-Identifier: Apache-2.0

/// One name that a rule file may use: what it is called, what it takes, what it does, where it may stand, and an example that is run.
package struct ManualEntry: Sendable {
    /// Where a name may stand.
    package enum Place: String, Sendable, CaseIterable {
        /// At the top of a rule file: declarations, and the conditions in them.
        case loading = "rule files"
        /// In `when`, `act` and functions that give a text.
        case function = "functions"
        /// In the stages of a flow.
        case stage = "stages"
        case test = "tests"
        case settings = "rules.lua"
    }

    package enum Shape: Sendable, Hashable {
        /// Types as LuaCATS writes them; a parameter's name ends with `?` where it may be left out.
        case function(parameters: [Parameter], returns: String?)
        /// The type; it ends with `?` where the value may be absent.
        case value(String)
    }

    package struct Parameter: Sendable, Hashable {
        package let name: String
        package let type: String
    }

    /// What it belongs to: "" for a global, `c.customer`, `out`, `chat`, `t`, `string`, or the field whose table it stands in (`assign`).
    package let owner: String
    package let name: String
    package let shape: Shape
    /// Whose fields these are; empty for everything that is no field of a declaration.
    package let kinds: [RuleKind]
    /// One sentence.
    package let summary: String
    package let places: [Place]
    package let example: ManualExample

    /// As it is written: `eq(path, value)`, `out:tag(text, …)`, `c.customer.name`.
    package var title: String {
        let prefix =
            switch owner {
            case "", "rule", "path", "measure": ""
            case "out", "chat", "t": "\(owner):"
            default: "\(owner)."
            }
        guard case .function(let parameters, _) = shape else { return (isMember ? "\(owner)." : prefix) + name }
        return
            "\(prefix)\(name)(\(parameters.map { $0.name.hasSuffix("?") ? "[\($0.name.dropLast())]" : $0.name }.joined(separator: ", ")))"
    }

    /// `chat.message` is a value of something whose other names are methods.
    private var isMember: Bool { ["out", "chat", "t"].contains(owner) }
}

extension ManualEntry {
    /// A function: parameters as `"path: string, value?: any"`; in the order in which they are given.
    static func call(
        _ owner: String, _ name: String, _ parameters: String, _ returns: String?, _ summary: String, in places: [Place],
        _ example: ManualExample
    ) -> ManualEntry {
        // `table<string, any>` is one type.
        let parts = parameters.split(separator: ", ").reduce(into: [String]()) { parts, piece in
            if let last = parts.last, last.count(where: { $0 == "<" }) > last.count(where: { $0 == ">" }) {
                parts[parts.count - 1] += ", " + piece
            } else {
                parts.append(String(piece))
            }
        }
        let parameters = parts.map { part in
            let colon = part.firstIndex(of: ":") ?? part.endIndex
            return Parameter(name: String(part[..<colon]), type: String(part[colon...].dropFirst(2)))
        }
        return ManualEntry(
            owner: owner, name: name, shape: .function(parameters: parameters, returns: returns), kinds: [], summary: summary,
            places: places, example: example)
    }

    /// A value, or a field of a table that is read or written.
    static func value(
        _ owner: String, _ name: String, _ type: String, _ summary: String, in places: [Place], _ example: ManualExample
    ) -> ManualEntry {
        ManualEntry(
            owner: owner, name: name, shape: .value(type), kinds: [], summary: summary, places: places, example: example)
    }

    /// A field of declarations.
    static func field(
        _ name: String, _ type: String, of kinds: [RuleKind], _ summary: String, _ example: ManualExample
    ) -> ManualEntry {
        ManualEntry(
            owner: "rule", name: name, shape: .value(type), kinds: kinds, summary: summary, places: [.loading], example: example)
    }
}
