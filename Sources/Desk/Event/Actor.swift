// SPDX-License-Identifier: Apache-2.0

/// Who did it. Written as `customer:c…`, `agent:a…`, `bot:rule_id`, `system`, `token:name`.
package enum Actor: Sendable, Hashable, CustomStringConvertible {
    case customer(ID<Customer>)
    case agent(ID<Agent>)
    /// A rule or flow, by its id.
    case bot(String)
    /// An integration or operator, by the name of its token.
    case token(String)
    case system

    package var description: String { text }
    package var text: String {
        switch self {
        case .customer(let id): "customer:\(id)"
        case .agent(let id): "agent:\(id)"
        case .bot(let rule): "bot:\(rule)"
        case .token(let name): "token:\(name)"
        case .system: "system"
        }
    }

    package init?(text: String) {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            guard text == "system" else { return nil }
            self = .system
            return
        }
        let name = text[text.utf8.index(after: colon)...]
        switch text[..<colon] {
        case "customer": guard let id = ID<Customer>(text: name) else { return nil }; self = .customer(id)
        case "agent": guard let id = ID<Agent>(text: name) else { return nil }; self = .agent(id)
        case "bot": self = .bot(String(name))
        case "token": self = .token(String(name))
        default: return nil
        }
    }

    /// Whether a person of ours did it: only their replies count as answers by people.
    package var isPerson: Bool { if case .agent = self { true } else if case .token = self { true } else { false } }
}
