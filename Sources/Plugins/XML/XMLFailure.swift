// SPDX-License-Identifier: Apache-2.0

/// Why a text is no XML we accept, and where.
package struct XMLFailure: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// Not well-formed, too deep, too large, not UTF-8.
        case malformed = "bad_xml"
        /// A document type or entity declaration: refused whatever it says.
        case forbidden = "xml_forbidden"
    }
    package let code: Code
    package let message: String
    /// Offset in bytes, from 0.
    package let offset: Int
    package var description: String { "\(message) at byte \(offset)" }
}
