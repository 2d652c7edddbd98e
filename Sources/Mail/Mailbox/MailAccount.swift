// SPDX-License-Identifier: Apache-2.0
import CMail

/// How to reach a server and who we are there.
package struct MailServer: Sendable, Hashable {
    package enum Protection: String, Sendable, Hashable, CaseIterable {
        /// TLS from the first byte (993, 465).
        case tls
        /// Begins in the clear and refuses to go on so (143, 587).
        case starttls
        /// For tests and servers on this machine.
        case none

        var raw: Int32 {
            switch self {
            case .tls: Int32(LD_MAIL_TLS.rawValue)
            case .starttls: Int32(LD_MAIL_STARTTLS.rawValue)
            case .none: Int32(LD_MAIL_CLEAR.rawValue)
            }
        }
    }

    package var host: String
    package var port: UInt16
    package var protection: Protection
    /// Authorities to trust instead of the system's, a PEM file.
    package var authorities: String?
    /// Empty: no log-in.
    package var user: String
    package var secret: String
    /// The secret is an OAuth 2 access token (XOAUTH2).
    package var isToken: Bool
    /// For each answer of the server.
    package var timeout: Duration

    package init(
        host: String, port: UInt16, protection: Protection, authorities: String? = nil, user: String = "", secret: String = "",
        isToken: Bool = false, timeout: Duration = .seconds(30)
    ) {
        self.host = host
        self.port = port
        self.protection = protection
        self.authorities = authorities
        self.user = user
        self.secret = secret
        self.isToken = isToken
        self.timeout = timeout
    }
}
