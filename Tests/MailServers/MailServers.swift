// SPDX-License-Identifier: Apache-2.0
import Foundation
import Mail
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A program that runs for the length of a test; it is ended, with its children, when the last reference goes.
package final class ServerProcess: Sendable {
    private let pid: pid_t

    package init(_ program: String, _ arguments: [String]) throws {
        pid = try Self.start(program, arguments)
    }

    /// Runs a program to its end.
    /// - Returns: whether it ended well.
    package static func run(_ program: String, _ arguments: [String]) throws -> Bool {
        var status: Int32 = 0
        waitpid(try start(program, arguments), &status, 0)
        return status == 0
    }

    /// In a process group of its own, saying nothing.
    private static func start(_ program: String, _ arguments: [String]) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
        }
        var strings = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for string in strings { free(string) } }
        var pid: pid_t = 0
        guard posix_spawn(&pid, program, &actions, &attributes, &strings, environ) == 0 else {
            throw Waited(what: "\(program) started")
        }
        return pid
    }

    package func stop() {
        kill(-pid, SIGKILL)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }
}

/// Asks until it is so, at most 50 s: longer than a busy machine needs, and shorter than the minute that most tests of mail have.
package func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(50)
    while try await !condition() {
        guard ContinuousClock.now < end else { throw Waited(what: what) }
        try await Task.sleep(for: .milliseconds(20))
    }
}

package struct Waited: Error, CustomStringConvertible {
    package let what: String
    package init(what: String) { self.what = what }
    package var description: String { "waited in vain until \(what)" }
}

/// A certificate that is its own authority.
package struct OwnCertificate {
    package let certificate: String
    package let key: String

    /// - Parameters:
    ///   - name: the host it is for, a name or an IPv4 address.
    ///   - isExpired: whether it ended yesterday.
    package init(in folder: String, for name: String = "localhost", isExpired: Bool = false) throws {
        certificate = folder + "/cert.pem"
        key = folder + "/key.pem"
        let request = folder + "/request.pem"
        let extensions = folder + "/extensions"
        let kind = name.allSatisfy { $0.isNumber || $0 == "." } ? "IP" : "DNS"
        try "subjectAltName=\(kind):\(name)\nbasicConstraints=CA:TRUE\n".write(
            toFile: extensions, atomically: true, encoding: .utf8)
        let steps = [
            [
                "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(name)", "-keyout", key,
                "-out", request,
            ],
            [
                "x509", "-req", "-in", request, "-signkey", key, "-days", isExpired ? "-1" : "2", "-extfile", extensions,
                "-out", certificate,
            ],
        ]
        for step in steps {
            guard try ServerProcess.run("/usr/bin/openssl", step) else { throw Waited(what: "openssl made a certificate") }
        }
    }
}

/// A Dovecot of one's own: any user with the password `pw`, mail in maildirs.
package final class Dovecot: Sendable {
    package var folder: String { place.path }
    package var port: UInt16 { plain.number }
    package var securePort: UInt16 { secure.number }
    package let certificate: OwnCertificate
    private let place: TemporaryPlace
    private let plain: HeldPort
    private let secure: HeldPort
    private let process: ServerProcess

    /// - Parameters:
    ///   - name: the host its certificate is for.
    ///   - isExpired: whether the certificate is.
    package init(certifiedFor name: String = "localhost", isExpired: Bool = false) async throws {
        place = try TemporaryPlace()
        let folder = place.path
        try FileManager.default.createDirectory(atPath: folder + "/mail", withIntermediateDirectories: true)
        certificate = try OwnCertificate(in: folder, for: name, isExpired: isExpired)
        (plain, secure) = (try HeldPort(), try HeldPort())
        let isRoot = getuid() == 0
        let user = isRoot ? "nobody" : NSUserName()
        let group = isRoot ? "nogroup" : String(getgid())
        if isRoot {
            for path in [folder, folder + "/mail"] { chmod(path, 0o777) }
        }
        let configuration = """
            base_dir = \(folder)/run
            state_dir = \(folder)/run
            log_path = \(folder)/log
            protocols = imap
            listen = 127.0.0.1
            ssl = yes
            ssl_cert = <\(certificate.certificate)
            ssl_key = <\(certificate.key)
            disable_plaintext_auth = no
            default_internal_user = \(user)
            default_internal_group = \(group)
            default_login_user = \(user)
            first_valid_uid = 1
            mail_location = maildir:\(folder)/mail/%u
            mail_uid = \(user)
            mail_gid = \(group)
            passdb {
              driver = static
              args = password=pw
            }
            userdb {
              driver = static
              args = uid=\(user) gid=\(group) home=\(folder)/mail/%u
            }
            service imap-login {
              chroot =
              inet_listener imap {
                port = \(plain.number)
              }
              inet_listener imaps {
                port = \(secure.number)
                ssl = yes
              }
            }
            service anvil {
              chroot =
            }
            service stats {
              chroot =
            }
            """
        try configuration.write(toFile: folder + "/dovecot.conf", atomically: true, encoding: .utf8)
        process = try ServerProcess("/usr/sbin/dovecot", ["-F", "-c", folder + "/dovecot.conf"])
        try await plain.answers()
    }

    deinit { process.stop() }

    /// Puts a message into a user's INBOX as a delivery would.
    package func deliver(_ raw: String, to user: String) throws { try deliver(Array(raw.utf8), to: user) }

    /// Puts a mail into a mailbox as a server does: whole.
    package func deliver(_ raw: [UInt8], to user: String) throws {
        let home = "\(folder)/mail/\(user)"
        for name in ["", "/new", "/cur", "/tmp"] {
            try FileManager.default.createDirectory(atPath: home + name, withIntermediateDirectories: true)
            chmod(home + name, 0o777)
        }
        let name = Self.name()
        try Data(raw).write(to: URL(fileURLWithPath: "\(home)/tmp/\(name)"))
        chmod("\(home)/tmp/\(name)", 0o666)
        try FileManager.default.moveItem(atPath: "\(home)/tmp/\(name)", toPath: "\(home)/new/\(name)")
    }

    /// The time of the last delivery, in microseconds since 1970.
    private static let latest = Mutex(Int64(0))

    /// Of a file in a maildir, which orders by the time in it: each is later than the one before.
    private static func name() -> String {
        let time = latest.withLock { latest in
            latest = max(latest + 1, Int64(Date().timeIntervalSince1970 * 1e6))
            return latest
        }
        return "\(time / 1_000_000).M" + String(String(time % 1_000_000 + 1_000_000).dropFirst()) + ".test"
    }

    package func server(_ user: String, secure: Bool = false) -> MailServer { server(user, secure ? .tls : .none) }

    package func server(_ user: String, _ protection: MailServer.Protection) -> MailServer {
        MailServer(
            host: protection == .none ? "127.0.0.1" : "localhost", port: protection == .tls ? securePort : port,
            protection: protection, authorities: protection == .none ? nil : certificate.certificate, user: user,
            secret: "pw")
    }

    /// File names of a folder of a user's maildir.
    package func files(_ user: String, _ place: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/mail/\(user)/\(place)")) ?? []
    }
}

/// A submission server that keeps what it gets, and refuses recipients named `later@…` (451) and `never@…` (550).
package final class SubmissionServer: Sendable {
    package var folder: String { place.path }
    package var port: UInt16 { held.number }
    private let place: TemporaryPlace
    private let held: HeldPort
    private let process: ServerProcess

    /// - Parameters:
    ///   - isSecureAtOnce: TLS from the first byte instead of STARTTLS; only with a certificate.
    ///   - only: the one version of TLS it speaks, `TLSv1_1` or `TLSv1_2`; empty: the usual ones.
    package init(certificate: OwnCertificate? = nil, isSecureAtOnce: Bool = false, only: String = "") async throws {
        place = try TemporaryPlace()
        held = try HeldPort()
        let folder = place.path
        let script = """
            import asyncio, json, ssl, sys
            from aiosmtpd.controller import Controller
            from aiosmtpd.smtp import SMTP, AuthResult
            folder, port, cert, key, at_once, only = sys.argv[1:]
            port = int(port)
            class Handler:
                count = 0
                async def handle_RCPT(self, server, session, envelope, address, options):
                    if address.startswith("later@"): return "451 4.7.1 try again later"
                    if address.startswith("never@"): return "550 5.1.1 no such user"
                    envelope.rcpt_tos.append(address)
                    return "250 OK"
                async def handle_DATA(self, server, session, envelope):
                    Handler.count += 1
                    with open(f"{folder}/{Handler.count}.tmp", "wb") as f: f.write(envelope.original_content)
                    with open(f"{folder}/{Handler.count}.json", "w") as f:
                        json.dump({"from": (envelope.mail_from or "").strip("<>"), "to": envelope.rcpt_tos, "tls": bool(at_once) or session.ssl is not None, "user": getattr(session.auth_data, "login", b"").decode() if session.auth_data else None}, f)
                    import os
                    os.rename(f"{folder}/{Handler.count}.tmp", f"{folder}/{Handler.count}.eml")
                    return "250 OK"
            def authenticate(server, session, envelope, mechanism, data):
                ok = data.password == b"pw"
                return AuthResult(success=ok, handled=ok, auth_data=data)
            context = None
            if cert:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(cert, key)
                if only:
                    context.set_ciphers("ALL:@SECLEVEL=0")
                    context.minimum_version = context.maximum_version = ssl.TLSVersion[only]
            async def main():
                loop = asyncio.get_running_loop()
                def factory():
                    starts = None if at_once else context
                    return SMTP(Handler(), tls_context=starts, require_starttls=bool(starts), authenticator=authenticate, auth_require_tls=False)
                server = await loop.create_server(factory, "127.0.0.1", port, ssl=context if at_once else None)
                await server.serve_forever()
            asyncio.run(main())
            """
        try script.write(toFile: folder + "/server.py", atomically: true, encoding: .utf8)
        process = try ServerProcess(
            "/usr/bin/python3",
            [
                folder + "/server.py", folder, String(held.number), certificate?.certificate ?? "", certificate?.key ?? "",
                isSecureAtOnce ? "1" : "", only,
            ])
        try await held.answers()
    }

    deinit { process.stop() }

    package func server(secret: String = "pw", protection: MailServer.Protection = .none, authorities: String? = nil)
        -> MailServer
    {
        MailServer(
            host: protection == .none ? "127.0.0.1" : "localhost", port: port, protection: protection, authorities: authorities,
            user: "support",
            secret: secret)
    }

    /// The n-th message it took, and its envelope.
    package func message(_ number: Int) throws -> (raw: [UInt8], envelope: String) {
        let raw = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(number).eml"))
        return ([UInt8](raw), try String(contentsOfFile: "\(folder)/\(number).json", encoding: .utf8))
    }
}
