// SPDX-License-Identifier: Apache-2.0
import Foundation
import Mail

/// An IMAP server with mails of its own that answers some commands as it was told to, and the rest as it should.
package final class ScriptedMailbox: Sendable {
    package var port: UInt16 { held.number }
    private let place: TemporaryPlace
    private let held: HeldPort
    private let process: ServerProcess

    /// - Parameter mails: with UIDs from 1.
    package init(_ mails: [String]) async throws {
        place = try TemporaryPlace()
        held = try HeldPort()
        for (index, mail) in mails.enumerated() {
            try mail.write(toFile: place.path + "/\(index + 1).eml", atomically: true, encoding: .utf8)
        }
        let script = """
            import glob, os, re, socket, sys, threading
            folder, port = sys.argv[1:]
            lock = threading.Lock()
            def uids():
                return sorted(int(os.path.basename(name)[:-4]) for name in glob.glob(folder + "/*.eml"))
            def scripted(key):
                # A file of lines, used up from the top; "*" before a line keeps it for ever.
                with lock:
                    try: lines = open(folder + "/" + key).read().splitlines()
                    except FileNotFoundError: return None
                    if not lines: return None
                    if lines[0].startswith("*"): return lines[0][1:]
                    open(folder + "/" + key + ".new", "w").write("\\n".join(lines[1:]))
                    os.rename(folder + "/" + key + ".new", folder + "/" + key)
                    return lines[0]
            def serve(peer):
                lines = peer.makefile("rb")
                def say(text): peer.sendall(text.encode() + b"\\r\\n")
                say("* OK ready")
                for line in lines:
                    words = line.decode().split()
                    tag, command, rest = words[0], words[1].upper(), words[2:]
                    if command == "UID": command, rest = "UID " + rest[0].upper(), rest[1:]
                    with lock: open(folder + "/heard", "a").write(" ".join([command] + rest) + "\\n")
                    key = {"UID STORE": "store", "LOGIN": "login", "SELECT": "select"}.get(command)
                    is_body = command == "UID FETCH" and "BODY.PEEK" in " ".join(rest)
                    if is_body: key = "fetch" + rest[0]
                    answer = scripted(key) if key else None
                    if answer and answer.startswith("-"):
                        os.remove(folder + "/%d.eml" % int(rest[0]))
                        answer = answer[1:]
                    if answer: say(tag + " " + answer); continue
                    if command == "UID STORE":
                        for name in glob.glob(folder + "/*.late"):
                            os.rename(name, name[:-5] + ".eml")
                            say("* %d EXISTS" % len(uids()))
                    if command == "CAPABILITY":
                        say("* CAPABILITY IMAP4rev1" + (" IDLE" if os.path.exists(folder + "/idles") else ""))
                    elif command == "IDLE":
                        say("+ idling")
                        lines.readline()
                    elif command == "SELECT":
                        say("* %d EXISTS" % len(uids()))
                        say("* OK [UIDVALIDITY 7] as ever")
                    elif is_body:
                        uid = int(rest[0])
                        if uid in uids():
                            start, size = map(int, re.search("<([0-9]+)[.]([0-9]+)>", " ".join(rest)).groups())
                            body = open(folder + "/%d.eml" % uid, "rb").read()[start:start + size]
                            head = "* %d FETCH (UID %d BODY[]<%d> {%d}" % (uids().index(uid) + 1, uid, start, len(body))
                            peer.sendall(head.encode() + b"\\r\\n" + body + b")\\r\\n")
                    elif command == "UID FETCH":
                        first = int(rest[0].split(":")[0])
                        for index, uid in enumerate(uids()):
                            if uid < first: continue
                            size = os.path.getsize(folder + "/%d.eml" % uid)
                            say('* %d FETCH (UID %d FLAGS () RFC822.SIZE %d INTERNALDATE "01-Jan-2026 08:00:00 +0000")'
                                % (index + 1, uid, size))
                    elif command == "LOGOUT":
                        say("* BYE"); say(tag + " OK"); return
                    say(tag + " OK done")
            def attend(peer):
                try: serve(peer)
                except Exception: pass
            listener = socket.create_server(("127.0.0.1", int(port)))
            while True:
                peer, _ = listener.accept()
                threading.Thread(target=attend, args=(peer,), daemon=True).start()
            """
        try script.write(toFile: place.path + "/server.py", atomically: true, encoding: .utf8)
        process = try ServerProcess("/usr/bin/python3", [place.path + "/server.py", place.path, String(held.number)])
        try await held.answers()
    }

    deinit { process.stop() }

    /// What the next commands of a kind are answered with; afterwards as it should be.
    /// - Parameters:
    ///   - command: `login`, `select`, `store`, or `fetchUID` for the bytes of a mail.
    ///   - lines: `NO [UNAVAILABLE] later`; with `*` before it, for ever; with `-` the mail is gone then.
    package func answer(_ command: String, _ lines: String...) throws {
        try lines.joined(separator: "\n").write(toFile: place.path + "/" + command, atomically: true, encoding: .utf8)
    }

    package var server: MailServer {
        MailServer(host: "127.0.0.1", port: port, protection: .none, user: "anna", secret: "secret-word", timeout: .seconds(20))
    }

    /// A mail that comes while another is marked, which the server says then and never again; it tells its news (IDLE) from now on.
    package func comesLate(_ mail: String, uid: Int) throws {
        FileManager.default.createFile(atPath: place.path + "/idles", contents: nil)
        try mail.write(toFile: place.path + "/\(uid).late", atomically: true, encoding: .utf8)
    }

    /// The commands it was given, a line each, without their tags.
    package var heard: [String] {
        ((try? String(contentsOfFile: place.path + "/heard", encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }
}
