// SPDX-License-Identifier: Apache-2.0
import Desk
import MailServers
import Testing

@testable import Mail

/// What a connection withstands: crowds, false servers, silent ones.
@Suite struct MailConnectionTests {
    private func mail(_ subject: String, body: String) -> String {
        "From: u@x.example\r\nSubject: \(subject)\r\nMessage-ID: <\(subject)@x>\r\n\r\n\(body)\r\n"
    }

    private func failure(of server: MailServer) async -> MailFailure? {
        await #expect(throws: MailFailure.self) { try await Mailbox(server, name: "test").open("INBOX") }
    }

    @Test(
        "mail comes and goes on a desk with more than a thousand sockets", .timeLimit(.minutes(10)),
        arguments: MailServer.Protection.allCases) func crowd(_ protection: MailServer.Protection) async throws
    {
        let dovecot = try await Dovecot()
        let body = Array(repeating: "one line of many that fill records", count: 5_000).joined(separator: "\r\n")
        try dovecot.deliver(mail("one", body: body), to: "anna")
        let server = dovecot.server("anna", protection)
        let crowd = try Crowd()
        var opened: Mailbox?
        // Another test may free a low descriptor at this moment.
        try await eventually("a connection has a high descriptor") {
            opened = nil
            try crowd.fill()
            let mailbox = try Mailbox(server, name: "test")
            _ = try await mailbox.open("INBOX")
            opened = mailbox
            return Crowd.connections(to: server.port).contains { $0 > 1024 }
        }
        let mailbox = try #require(opened)
        let first = try #require(try await mailbox.list(after: 0).first)
        let message = MailMessage(reading: try await mailbox.fetch(first.uid, limit: 1 << 20))
        #expect(message.text == body.replacing("\r\n", with: "\n"))
        #expect(try await mailbox.isToldOfNews())
        async let waited: Void = mailbox.wait(atMost: .seconds(300))
        try dovecot.deliver(mail("two", body: "hello"), to: "anna")
        try await waited
        let second = try #require(try await mailbox.list(after: first.uid).first)
        try await mailbox.finish(second.uid, movingTo: "Done")

        let place = try TemporaryPlace()
        let certificate = protection == .none ? nil : try OwnCertificate(in: place.path)
        let smtp = try await SubmissionServer(certificate: certificate, isSecureAtOnce: protection == .tls)
        try crowd.fill()
        let submission = smtp.server(protection: protection, authorities: certificate?.certificate)
        try await MailSender(submission, name: "test").send(
            Array(mail("three", body: "hello").utf8), from: "s@x.example", to: "u@x.example")
        let sent = try smtp.message(1)
        #expect(MailMessage(reading: sent.raw).subject == "three")
        #expect(sent.envelope.contains("\"tls\": \(protection == .none ? "false" : "true")"))
    }

    @Test(
        "whoever cannot prove to be the server learns nothing", .timeLimit(.minutes(10)),
        arguments: [MailServer.Protection.tls, .starttls]) func proof(_ protection: MailServer.Protection) async throws
    {
        let expired = try await Dovecot(isExpired: true)
        let foreign = try await Dovecot(certifiedFor: "mail.example")
        let own = try await Dovecot(certifiedFor: "127.0.0.1")
        var unknown = foreign.server("anna", protection)
        unknown.authorities = nil
        var missing = own.server("anna", protection)
        missing.authorities = own.folder + "/nowhere.pem"
        let cases = [
            (expired.server("anna", protection), "expired"), (foreign.server("anna", protection), "hostname mismatch"),
            (unknown, "self-signed"), (missing, "nowhere.pem"),
        ]
        for (server, reason) in cases {
            let failure = await failure(of: server)
            #expect(failure?.code == .certificate)
            #expect(failure?.message.contains(reason) == true, "\(String(describing: failure))")
        }
        var address = own.server("anna", protection)
        address.host = "127.0.0.1"
        #expect(try await Mailbox(address, name: "test").open("INBOX") > 0)
    }

    @Test(
        "a server that accepts and says nothing is given up in time", .timeLimit(.minutes(10)),
        arguments: MailServer.Protection.allCases) func silence(_ protection: MailServer.Protection) async throws
    {
        let silent = try await UnfaithfulServer(.silent)
        let began = ContinuousClock.now
        let failure = await failure(of: silent.server(protection, timeout: .seconds(1)))
        #expect(failure?.code == .connection)
        // The limit is a second; the rest is for a machine that is busy with other tests.
        #expect((.milliseconds(900)...(.seconds(30))).contains(began.duration(to: .now)))
        #expect(!silent.heard.contains("secret-word"))
    }

    @Test(
        "what was said in the clear is not believed in TLS", .timeLimit(.minutes(10)),
        arguments: [UnfaithfulServer.Manner.injecting, .preauthenticated, .unwilling])
    func injection(_ manner: UnfaithfulServer.Manner) async throws {
        let unfaithful = try await UnfaithfulServer(manner)
        let failure = await failure(of: unfaithful.server(.starttls))
        #expect(failure?.code == .connection)
        #expect(failure?.message.hasPrefix("starttls: ") == true, "\(String(describing: failure))")
        #expect(!unfaithful.heard.contains("LOGIN") && !unfaithful.heard.contains("secret-word"))
    }

    @Test(
        "TLS before 1.2 is not spoken, and the failure says so", .timeLimit(.minutes(10)),
        arguments: [MailServer.Protection.tls, .starttls]) func old(_ protection: MailServer.Protection) async throws
    {
        let old = try await UnfaithfulServer(protection == .tls ? .old : .oldLater)
        let failure = await failure(of: old.server(protection))
        #expect(failure?.code == .outdated)
        #expect(failure?.message.contains("no TLS of version 1.2 or later") == true, "\(String(describing: failure))")
        #expect(!old.heard.contains("LOGIN") && !old.heard.contains("secret-word"))
    }

    @Test(
        "mail goes to no server that speaks less than TLS 1.2, and to one that speaks just that", .timeLimit(.minutes(10)),
        arguments: [MailServer.Protection.tls, .starttls]) func oldSubmission(_ protection: MailServer.Protection) async throws
    {
        let old = try await UnfaithfulServer(protection == .tls ? .old : .oldSubmission)
        let bytes = Array(mail("four", body: "hello").utf8)
        let failure = await #expect(throws: MailFailure.self) {
            try await MailSender(old.server(protection), name: "test").send(bytes, from: "s@x.example", to: "u@x.example")
        }
        #expect(failure?.code == .outdated)
        #expect(failure?.message.contains("no TLS of version 1.2 or later") == true, "\(String(describing: failure))")
        #expect(!old.heard.contains("AUTH") && !old.heard.contains("secret-word"))

        let place = try TemporaryPlace()
        let certificate = try OwnCertificate(in: place.path)
        let smtp = try await SubmissionServer(
            certificate: certificate, isSecureAtOnce: protection == .tls, only: "TLSv1_2")
        try await MailSender(smtp.server(protection: protection, authorities: certificate.certificate), name: "test").send(
            bytes, from: "s@x.example", to: "u@x.example")
        #expect(try smtp.message(1).envelope.contains("\"tls\": true"))
    }
}
