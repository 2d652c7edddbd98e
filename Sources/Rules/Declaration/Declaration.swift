// SPDX-License-Identifier: Apache-2.0
import Desk

/// A rule as Lua gave it: `route "id" { … }`, before anybody looked at its fields.
struct Declaration: Sendable {
    let kind: RuleKind
    let id: String
    let place: RulePlace
    let fields: Value.Fields
}

/// What can be declared.
package enum RuleKind: String, Sendable, Hashable, CaseIterable { case route, escalate, reply, flow, alert }
