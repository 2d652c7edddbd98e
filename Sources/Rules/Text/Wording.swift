// SPDX-License-Identifier: Apache-2.0
import Desk

/// A text as a rule gives it: as it stands, by key, or made by a function of the rule's.
enum Wording: Sendable, Hashable {
    case literal(String)
    case key(String, arguments: Value)
    /// Several languages side by side.
    case languages([String: String])
    case function(FunctionRef)

    /// Whether there are no words in it, in one language or in all.
    var isBlank: Bool {
        switch self {
        case .literal(let text): text.allSatisfy(\.isWhitespace)
        case .languages(let texts): texts.values.contains { $0.allSatisfy(\.isWhitespace) }
        case .key, .function: false
        }
    }

    /// Whether it is the same in every situation.
    var isFixed: Bool { if case .literal(let text) = self { !text.contains("{") } else { false } }
}

/// A function of a rule: where in its declaration it stands. Each runner has its own copy of it in its own state.
struct FunctionRef: Sendable, Hashable {
    /// `route/vip_first/when`
    let name: String
}
