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
    /// The characters that the platform's console allows.
    package var alphabet: Alphabet?
    /// A sentence for whoever fills it in: what it is and where to find it.
    package var help: String
}

/// A set of characters that a setting may be limited to.
package enum Alphabet: String, Sendable, Hashable, CaseIterable {
    case lettersDigits = "letters_digits"
    /// Without padding.
    case base64

    func holds(_ byte: UInt8) -> Bool {
        let isLetter = (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
        let isDigit = (0x30...0x39).contains(byte)
        return switch self {
        case .lettersDigits: isLetter || isDigit
        case .base64: isLetter || isDigit || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
        }
    }

    /// For people: `may hold only …`.
    var words: String {
        switch self {
        case .lettersDigits: "letters and digits"
        case .base64: "letters, digits, + and /"
        }
    }
}
