// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal

/// Why the engine refused, in words for a person and a code for programs.
package struct DeskError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case notFound = "not_found"
        case invalid
        /// The state of things does not allow it.
        case conflict
        case forbidden
        case unauthorized
        case tooLarge = "too_large"
        /// Too much at once: later.
        case limited
        /// No room on disk: nothing was kept; send it again later.
        case full
        case unavailable
    }
    package let code: Code
    package let message: String
    package let facts: [String: String]
    package var description: String { message }

    package init(_ code: Code, _ message: String, facts: [String: String] = [:]) {
        self.code = code
        self.message = message
        self.facts = facts
    }

    static func missing<Of>(_ what: String, _ id: ID<Of>) -> DeskError {
        DeskError(.notFound, "There is no \(what) \(id).", facts: ["id": id.text])
    }

    /// Turns what a lower floor threw into the engine's error.
    static func wrap(_ error: any Error) -> DeskError {
        switch error {
        case let error as DeskError: error
        case let error as IllegalStep:
            DeskError(.conflict, "\(error.description).", facts: ["state": error.state, "occurrence": error.occurrence])
        case let error as StoreError where error.code == .full || error.code == .io:
            DeskError(.full, "The desk cannot write to its disk now: \(error.message)")
        case let error as StoreError: DeskError(.unavailable, error.message)
        default: DeskError(.unavailable, "The desk could not do it now: \(error)")
        }
    }
}
