// SPDX-License-Identifier: Apache-2.0
import Foundation
import Mail

/// An IMAP server, or somebody in front of one, that does not keep to the rules.
package final class UnfaithfulServer: Sendable {
    package enum Manner: String, Sendable {
        /// Accepts and says nothing.
        case silent
        /// Sends its answers to what will be asked in TLS along with its yes to STARTTLS, in the clear; then does TLS.
        case injecting
        /// Greets as if one were logged in, so that there is no STARTTLS; would do it nevertheless.
        case preauthenticated
        /// Says no to STARTTLS.
        case unwilling
        /// TLS from the first byte, 1.1 at most.
        case old
        /// The same after STARTTLS.
        case oldLater
        /// A submission server with TLS of 1.1 at most after STARTTLS.
        case oldSubmission
    }

    package var port: UInt16 { held.number }
    package let certificate: OwnCertificate
    private let place: TemporaryPlace
    private let held: HeldPort
    private let process: ServerProcess

    package init(_ manner: Manner) async throws {
        place = try TemporaryPlace()
        certificate = try OwnCertificate(in: place.path)
        held = try HeldPort()
        let script = """
            import socket, ssl, sys, threading
            folder, port, manner, cert, key = sys.argv[1:]
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(cert, key)
            if manner in ("old", "oldLater", "oldSubmission"):
                context.set_ciphers("ALL:@SECLEVEL=0")
                context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
            def hear(peer):
                heard = peer.recv(4096)
                with open(folder + "/heard", "ab") as file: file.write(heard)
                return heard
            def serve(peer):
                if manner == "silent": return hear(peer)
                if manner == "old": peer = context.wrap_socket(peer, server_side=True)
                if manner == "oldSubmission":
                    peer.sendall(b"220 ready\\r\\n")
                    hear(peer)
                    peer.sendall(b"250-here\\r\\n250 STARTTLS\\r\\n")
                    hear(peer)
                    peer.sendall(b"220 begin\\r\\n")
                    return context.wrap_socket(peer, server_side=True)
                peer.sendall(b"* PREAUTH welcome\\r\\n" if manner == "preauthenticated" else b"* OK ready\\r\\n")
                tag = int(hear(peer).split()[0])
                if manner == "unwilling":
                    peer.sendall(b"%d NO not today\\r\\n" % tag)
                else:
                    injected = b"".join(b"%d OK believed\\r\\n" % later for later in range(tag + 1, tag + 9))
                    peer.sendall(b"%d OK begin\\r\\n" % tag + (injected if manner == "injecting" else b""))
                    peer = context.wrap_socket(peer, server_side=True)
                while hear(peer): pass
            def attend(peer):
                try: serve(peer)
                except Exception: pass
            listener = socket.create_server(("127.0.0.1", int(port)))
            peers = []
            while True:
                peer, _ = listener.accept()
                peers.append(peer)
                threading.Thread(target=attend, args=(peer,), daemon=True).start()
            """
        try script.write(toFile: place.path + "/server.py", atomically: true, encoding: .utf8)
        process = try ServerProcess(
            "/usr/bin/python3",
            [
                place.path + "/server.py", place.path, String(held.number), manner.rawValue, certificate.certificate,
                certificate.key,
            ])
        try await held.answers()
    }

    deinit { process.stop() }

    package func server(_ protection: MailServer.Protection, timeout: Duration = .seconds(20)) -> MailServer {
        MailServer(
            host: protection == .none ? "127.0.0.1" : "localhost", port: port, protection: protection,
            authorities: protection == .none ? nil : certificate.certificate, user: "anna", secret: "secret-word",
            timeout: timeout)
    }

    /// All it was told so far, decrypted.
    package var heard: String { (try? String(contentsOfFile: place.path + "/heard", encoding: .utf8)) ?? "" }
}
