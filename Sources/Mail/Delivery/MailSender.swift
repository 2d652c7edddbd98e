// SPDX-License-Identifier: Apache-2.0
import CMail

/// Hands mail to a submission server, one at a time, on a thread of its own.
package final class MailSender: Sendable {
    private let server: MailServer
    private let line: MailLine

    package init(_ server: MailServer, name: String) {
        self.server = server
        line = MailLine(name: name)
    }

    deinit { line.close() }

    /// - Parameter sender: of the envelope; empty for automatic mail, so that no bounce comes back to it.
    /// - Throws: `MailFailure`; `reply` is the server's code where it gave one: 4xx passes, 5xx does not.
    package func send(_ bytes: [UInt8], from sender: String, to recipient: String) async throws {
        for address in [sender, recipient]
        where !MailDraft.isSafe(header: address) || address.contains("<") || address.contains(">") {
            throw MailFailure(.unsafe, "an address holds what no address has")
        }
        try await line.perform { [server] in
            var error = [CChar](repeating: 0, count: Int(LD_MAIL_ERROR))
            var reply = 0
            let result = Self.withServer(server) { raw in
                withUnsafePointer(to: raw) { ld_smtp_send($0, sender, recipient, bytes, bytes.count, &reply, &error) }
            }
            if let failure = MailFailure(result, error, reply: reply > 0 ? reply : nil) { throw failure }
        }
    }

    private static func withServer(_ server: MailServer, _ body: (ld_smtp_server) -> Int32) -> Int32 {
        server.host.withCString { host in
            server.user.withCString { user in
                server.secret.withCString { secret in
                    func call(_ authorities: UnsafePointer<CChar>?) -> Int32 {
                        body(
                            ld_smtp_server(
                                host: host, port: server.port, tls: server.protection.raw, ca_file: authorities,
                                user: server.user.isEmpty ? nil : user, secret: secret, is_token: server.isToken,
                                timeout_s: Int32(max(1, server.timeout.components.seconds))))
                    }
                    guard let authorities = server.authorities else { return call(nil) }
                    return authorities.withCString { call($0) }
                }
            }
        }
    }
}
