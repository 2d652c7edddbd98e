// SPDX-License-Identifier: Apache-2.0
import Desk

/// One setting of a plugin, as its manifest declares it.
package struct SettingField: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case string, integer, boolean, choice, url
    }
    package var name: String
    package var type: Kind
    /// Never shown again once set: not in logs, not in the API.
    package var secret: Bool
    package var required: Bool
    /// Required only when another setting has one of these values: `mode` → `["secure", "compatible"]`.
    package var requiredWhen: [String: [String]]
    package var `default`: Value?
    package var choices: [String]
    /// Exact number of characters, where the platform fixes it.
    package var length: Int?
    /// Lua-free character set, of `letters digits`: what the platform's console allows.
    package var alphabet: String?
    /// A sentence for whoever fills it in: what it is and where to find it.
    package var help: String
}
