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
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count > 1 ? parts[1] : nil) {
        case ("customer", let id?): guard let id = ID<Customer>(text: id) else { return nil }; self = .customer(id)
        case ("agent", let id?): guard let id = ID<Agent>(text: id) else { return nil }; self = .agent(id)
        case ("bot", let rule?): self = .bot(rule)
        case ("token", let name?): self = .token(name)
        case ("system", nil): self = .system
        default: return nil
        }
    }

    /// Whether a person of ours did it: only their replies count as answers by people.
    package var isPerson: Bool { if case .agent = self { true } else if case .token = self { true } else { false } }
}
