// SPDX-License-Identifier: Apache-2.0

/// Why the server could not start: what, where, what to do.
package struct ServerFailure: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case portInUse = "port_in_use"
        case notAllowed = "not_allowed"
        case noSuchAddress = "no_such_address"
        case badCertificate = "bad_certificate"
        case failed
    }
    package let code: Code
    package let message: String
    package var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
