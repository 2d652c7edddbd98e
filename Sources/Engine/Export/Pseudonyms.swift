// SPDX-License-Identifier: Apache-2.0
import Crypto

/// Words that stand for personal data: `<phone:1f2e3d4c5b6a>`.
///
/// The same value of the same kind has the same word as long as the pseudonyms live, and another one under other pseudonyms: the key is
/// made at random and kept nowhere, so nobody can try out all telephone numbers later.
struct Pseudonyms: Sendable {
    /// What a word stands for.
    enum Kind: String, Sendable {
        case customer, conversation, message, agent, ticket
        case name, phone, email, number, code, address
        case idCard = "id_card"
        case bankCard = "bank_card"
        /// What a platform calls a person.
        case external
        /// A text whose kind is not known.
        case value
        /// All that a customer wrote.
        case words
    }

    private let key = SymmetricKey(size: .bits256)

    /// 48 bits of the value: two in a million different values share a word with a chance of 1 in 500.
    func word(_ kind: Kind, _ value: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(kind.rawValue)\n\(value)".utf8), using: key)
        let digits = code.prefix(6).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        return "<\(kind.rawValue):\(digits)>"
    }
}
