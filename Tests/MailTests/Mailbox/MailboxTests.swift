// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization
import MailServers
import Testing

@testable import Mail

/// Against a real Dovecot.
@Suite struct MailboxTests {
    /// What a watch took, in order.
    final class Taken: Sendable {
        private let subjects = Mutex<[String]>([])
        private let place = Mutex<MailboxWatch.Position?>(nil)
        var all: [String] { subjects.withLock { $0 } }
        var position: MailboxWatch.Position? { place.withLock { $0 } }
        func add(_ subject: String) { subjects.withLock { $0.append(subject) } }
        func move(_ position: MailboxWatch.Position) { place.withLock { $0 = position } }
    }

    private func follow(_ watch: MailboxWatch, _ taken: Taken, failing: Set<String> = []) async throws {
        try await watch.follow(from: taken.position) { arrival, _ in
            switch arrival {
            case .message(let raw):
                let subject = MailMessage(reading: raw).subject
                if failing.contains(subject) { throw Waited(what: "the disk has room") }
                taken.add(subject)
            case .tooLarge(let count): taken.add("too large: \(count > 1000)")
            case .withheld(let entry, _, let reason): taken.add("withheld \(entry.uid): \(reason)")
            case .empty(let entry, let place):
                taken.add("empty: \(entry.byteCount), dated: \(entry.receivedAt != nil), of its place: \(place.uid == entry.uid)")
            }
        } moved: {
            taken.move($0)
        }
    }

    private func mail(_ subject: String, body: String = "hello") -> String {
        "From: u@x.example\r\nSubject: \(subject)\r\nMessage-ID: <\(subject)@x>\r\n\r\n\(body)\r\n"
    }

    @Test("what is there, what comes and what came meanwhile is taken once and in order", .timeLimit(.minutes(10)))
    func followsAFolder() async throws {
        let dovecot = try await Dovecot()
        let taken = Taken()
        try dovecot.deliver(mail("one"), to: "anna")
        let watch = MailboxWatch(server: dovecot.server("anna"))
        let first = Task { try await follow(watch, taken) }
        try await eventually("the first is taken") { taken.all == ["one"] }
        // Told by the server, not asked for: the next question would be nine minutes away.
        try dovecot.deliver(mail("two"), to: "anna")
        try await eventually("the second is taken") { taken.all == ["one", "two"] }
        first.cancel()
        _ = await first.result
        try dovecot.deliver(mail("three"), to: "anna")
        let second = Task { try await follow(watch, taken) }
        try await eventually("the third is taken") { taken.all == ["one", "two", "three"] }
        try await eventually("all are marked as read") { dovecot.files("anna", "cur").filter { $0.hasSuffix("S") }.count == 3 }
        second.cancel()
        _ = await second.result
    }

    @Test("what is announced while another mail is marked is not waited for", .timeLimit(.minutes(10)))
    func announcedBetween() async throws {
        let mailbox = try await ScriptedMailbox([mail("one")])
        try mailbox.comesLate(mail("two"), uid: 2)
        let taken = Taken()
        let watch = MailboxWatch(server: mailbox.server, takesOld: true)
        let following = Task { try await follow(watch, taken) }
        try await eventually("both are taken") { taken.all == ["one", "two"] }
        try await eventually("then it waits") { mailbox.heard.last == "IDLE" }
        following.cancel()
        _ = await following.result
    }

    @Test("what could not be kept comes again, and nothing overtakes it", .timeLimit(.minutes(10)))
    func failureIsNoLoss() async throws {
        let dovecot = try await Dovecot()
        let taken = Taken()
        let watch = MailboxWatch(server: dovecot.server("bert"))
        for name in ["one", "two", "three"] { try dovecot.deliver(mail(name), to: "bert") }
        await #expect(throws: Waited.self) { try await follow(watch, taken, failing: ["two"]) }
        #expect(taken.all == ["one"])
        let again = Task { try await follow(watch, taken) }
        try await eventually("all are taken") { taken.all.count == 3 }
        #expect(taken.all == ["one", "two", "three"])
        again.cancel()
        _ = await again.result
    }

    @Test("over TLS a server is proved before anything is said to it", .timeLimit(.minutes(10))) func tls() async throws {
        let dovecot = try await Dovecot()
        try dovecot.deliver(mail("one"), to: "carl")
        let taken = Taken()
        let good = Task { try await follow(MailboxWatch(server: dovecot.server("carl", secure: true)), taken) }
        try await eventually("it is taken over TLS") { taken.all == ["one"] }
        good.cancel()
        _ = await good.result

        var unknown = dovecot.server("carl", secure: true)
        unknown.authorities = nil
        var elsewhere = dovecot.server("carl", secure: true)
        elsewhere.host = "127.0.0.1"
        for server in [unknown, elsewhere] {
            let failure = await #expect(throws: MailFailure.self) { try await follow(MailboxWatch(server: server), taken) }
            #expect(failure?.code == .certificate, "\(String(describing: failure))")
        }
        var upgraded = dovecot.server("carl", secure: true)
        (upgraded.port, upgraded.protection) = (dovecot.port, .starttls)
        let mailbox = try Mailbox(upgraded, name: "test")
        #expect(try await mailbox.open("INBOX") > 0)
    }

    @Test("a wrong password, a foreign folder and a dead server are told apart", .timeLimit(.minutes(10))) func failures()
        async throws
    {
        let dovecot = try await Dovecot()
        var wrong = dovecot.server("dora")
        wrong.secret = "secret-word"
        let refused = await #expect(throws: MailFailure.self) { try await Mailbox(wrong, name: "test").open("INBOX") }
        #expect(refused?.code == .login)
        #expect(refused?.message.contains("secret-word") == false)
        let missing = await #expect(throws: MailFailure.self) {
            try await Mailbox(dovecot.server("dora"), name: "test").open("Nowhere")
        }
        #expect(missing?.code == .refused)
        var dead = dovecot.server("dora")
        let nobody = try HeldPort()
        dead.port = nobody.number
        let gone = await #expect(throws: MailFailure.self) { try await Mailbox(dead, name: "test").open("INBOX") }
        #expect(gone?.code == .connection)
        withExtendedLifetime(nobody) {}
    }

    @Test("a large message comes whole in slices, a larger one than allowed stays on the server", .timeLimit(.minutes(10)))
    func large() async throws {
        let dovecot = try await Dovecot()
        let body = (0..<40_000).map { "line \($0) of a long message that goes on and on" }.joined(separator: "\r\n")
        try dovecot.deliver(mail("long", body: body), to: "emil")
        let mailbox = try Mailbox(dovecot.server("emil"), name: "test")
        _ = try await mailbox.open("INBOX")
        let entry = try #require(try await mailbox.list(after: 0).first)
        let message = MailMessage(reading: try await mailbox.fetch(entry.uid, limit: 30 << 20))
        #expect(message.text == body.replacing("\r\n", with: "\n"))
        let taken = Taken()
        var watch = MailboxWatch(server: dovecot.server("emil"))
        watch.byteLimit = 1 << 20
        let task = Task { try await follow(watch, taken) }
        try await eventually("it is told") { taken.all == ["too large: true"] }
        task.cancel()
        _ = await task.result
    }

    @Test("a mail of no bytes is told as such, once, and the next one is taken", .timeLimit(.minutes(10))) func empty()
        async throws
    {
        let dovecot = try await Dovecot()
        let taken = Taken()
        try dovecot.deliver("", to: "gina")
        let watch = MailboxWatch(server: dovecot.server("gina"))
        let task = Task { try await follow(watch, taken) }
        try await eventually("it is told") { taken.all.count == 1 }
        try dovecot.deliver(mail("next"), to: "gina")
        try await eventually("the next one is taken") { taken.all.count == 2 }
        #expect(taken.all == ["empty: 0, dated: true, of its place: true", "next"])
        try await eventually("both are marked as read") { dovecot.files("gina", "cur").filter { $0.hasSuffix("S") }.count == 2 }
        task.cancel()
        _ = await task.result
    }

    @Test("what is taken moves into the folder for it, which is made", .timeLimit(.minutes(10))) func moves() async throws {
        let dovecot = try await Dovecot()
        try dovecot.deliver(mail("one"), to: "fritz")
        let taken = Taken()
        var watch = MailboxWatch(server: dovecot.server("fritz"))
        watch.doneFolder = "已处理"
        let task = Task { try await follow(watch, taken) }
        try await eventually("it has moved") { ["cur", "new"].contains { !dovecot.files("fritz", ".&XfJZBHQG-/\($0)").isEmpty } }
        #expect(taken.all == ["one"])
        task.cancel()
        _ = await task.result
    }

    /// Follows until the connection ends, so often, with the failures by code.
    private func follow(_ watch: MailboxWatch, _ taken: Taken, times: Int) async -> [MailFailure.Code] {
        var codes: [MailFailure.Code] = []
        for _ in 0..<times {
            do { try await follow(watch, taken) } catch let failure as MailFailure { codes.append(failure.code) } catch { break }
        }
        return codes
    }

    @Test(
        "a mail that its server refuses for the moment comes again, in order", .timeLimit(.minutes(10)),
        arguments: ["UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "EXPUNGEISSUED", "limit"])
    func passing(code: String) async throws {
        let mailbox = try await ScriptedMailbox([mail("one"), mail("two"), mail("three")])
        try mailbox.answer("fetch2", "NO [\(code)] come back", "NO [\(code)] not yet")
        let taken = Taken()
        let watch = MailboxWatch(server: mailbox.server)
        #expect(await follow(watch, taken, times: 2) == [.busy, .busy])
        #expect(taken.all == ["one"] && taken.position?.uid == 1)
        let task = Task { try await follow(watch, taken) }
        try await eventually("all are taken") { taken.all == ["one", "two", "three"] }
        task.cancel()
        _ = await task.result
    }

    @Test(
        "a mail that is never given is told of and left where it is; those behind it are taken", .timeLimit(.minutes(10)),
        arguments: [
            ("NO [UNAVAILABLE] later", MailboxWatch.patience), ("NO [NOPERM] never", MailboxWatch.shortPatience),
            ("NO backend trouble", MailboxWatch.shortPatience), ("BAD what", MailboxWatch.patience),
        ]) func withheld(answer: String, patience: Int) async throws
    {
        let mailbox = try await ScriptedMailbox([mail("one"), mail("two"), mail("three")])
        try mailbox.answer("fetch2", "*" + answer)
        let taken = Taken()
        let watch = MailboxWatch(server: mailbox.server)
        #expect(await follow(watch, taken, times: patience - 1).count == patience - 1)
        #expect(taken.all == ["one"])
        let task = Task { try await follow(watch, taken) }
        try await eventually("the others are taken") { taken.all.count == 3 }
        #expect(taken.all[1].hasPrefix("withheld 2: fetch: the server") && taken.all[2] == "three")
        try await eventually("the last is marked") { mailbox.heard.contains { $0.hasPrefix("UID STORE 3 ") } }
        #expect(!mailbox.heard.contains { $0.hasPrefix("UID STORE 2 ") })
        task.cancel()
        _ = await task.result
    }

    @Test("a mail that is refused because it is gone is passed over", .timeLimit(.minutes(10))) func gone() async throws {
        let mailbox = try await ScriptedMailbox([mail("one"), mail("two")])
        try mailbox.answer("fetch1", "NO no", "NO no", "-NO no such message")
        let taken = Taken()
        let watch = MailboxWatch(server: mailbox.server)
        #expect(await follow(watch, taken, times: 2) == [.refused, .refused])
        let task = Task { try await follow(watch, taken) }
        try await eventually("the other is taken") { taken.all == ["two"] }
        task.cancel()
        _ = await task.result
    }

    @Test("a mark that is refused for the moment is made later, one for good is not", .timeLimit(.minutes(10)))
    func marks() async throws {
        let mailbox = try await ScriptedMailbox([mail("one"), mail("two")])
        try mailbox.answer("store", "NO [INUSE] wait", "NO [NOPERM] never")
        let taken = Taken()
        let task = Task { try await follow(MailboxWatch(server: mailbox.server), taken) }
        try await eventually("both are tried, the second once") {
            mailbox.heard.filter { $0.hasPrefix("UID STORE") }.map { $0.split(separator: " ")[2] } == ["1", "1", "2"]
        }
        #expect(taken.all == ["one", "two"])
        task.cancel()
        _ = await task.result
    }

    @Test("a log-in that is refused for the moment is no wrong password", .timeLimit(.minutes(10))) func busyLogin() async throws
    {
        let mailbox = try await ScriptedMailbox([])
        try mailbox.answer("login", "NO [UNAVAILABLE] try again", "NO [AUTHENTICATIONFAILED] no")
        for code in [MailFailure.Code.busy, .login] {
            let failure = await #expect(throws: MailFailure.self) {
                try await Mailbox(mailbox.server, name: "test").open("INBOX")
            }
            #expect(failure?.code == code)
        }
    }
}
