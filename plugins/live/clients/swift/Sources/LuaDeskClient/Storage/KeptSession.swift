// SPDX-License-Identifier: Apache-2.0

/// Who the customer is on this device, and the session the desk gave them.
struct KeptSession: Sendable, Hashable, Codable {
    struct Session: Sendable, Hashable, Codable {
        let token: String
        let customerID: String
        /// As whom it was opened; nil: anonymous.
        let identity: ClientIdentity?
    }
    /// As whom the app wants to speak; nil: anonymous.
    var identity: ClientIdentity?
    var session: Session?

    /// A session of somebody else, or of the same customer with other claims, is followed by a new one.
    var isOutdated: Bool { session.map { $0.identity != identity } ?? false }
}
