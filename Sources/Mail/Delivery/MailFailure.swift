// SPDX-License-Identifier: Apache-2.0
import CMail

/// Why mail could not be fetched or sent. The message names no secret and no customer.
package struct MailFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// The connection failed: again later.
        case connection
        /// The certificate does not prove the server.
        case certificate
        /// The server speaks no TLS of version 1.2 or later.
        case outdated
        /// User or password are refused: nothing will get better by itself.
        case login
        /// The server said no, and does not say that it would pass.
        case refused
        /// The server said no for a reason that passes by itself: the same again later.
        case busy
        /// What was asked for is not there any more.
        case gone
        /// It said something that cannot be understood.
        case protocolError
        case tooLarge
        /// A header's value could write other headers.
        case unsafe
    }
    package let code: Code
    package let message: String
    /// The server's reply code of SMTP, if it gave one.
    package var reply: Int?
    package var description: String { message }

    package init(_ code: Code, _ message: String, reply: Int? = nil) {
        self.code = code
        self.message = message
        self.reply = reply
    }

    init?(_ result: Int32, _ error: [CChar], reply: Int? = nil) {
        let text = String(decoding: error.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        switch ld_mail_result(UInt32(result)) {
        case LD_MAIL_OK: return nil
        case LD_MAIL_CONNECTION: self.init(.connection, text, reply: reply)
        case LD_MAIL_CERTIFICATE: self.init(.certificate, text, reply: reply)
        case LD_MAIL_OUTDATED: self.init(.outdated, text, reply: reply)
        case LD_MAIL_LOGIN: self.init(.login, text, reply: reply)
        case LD_MAIL_REFUSED: self.init(.refused, text, reply: reply)
        case LD_MAIL_BUSY: self.init(.busy, text, reply: reply)
        case LD_MAIL_GONE: self.init(.gone, text, reply: reply)
        case LD_MAIL_TOO_LARGE: self.init(.tooLarge, text, reply: reply)
        default: self.init(.protocolError, text, reply: reply)
        }
    }
}
