// SPDX-License-Identifier: Apache-2.0
import Desk
import MailServers
import Testing

@testable import Mail

/// Against a real submission server.
@Suite struct MailSenderTests {
    private func draft(_ text: String) -> MailDraft {
        MailDraft(
            from: MailAddress(address: "support@shop.example"), to: MailAddress(address: "u@x.example"), subject: "订单",
            text: text,
            messageID: "m1@shop.example", date: Instant(seconds: 1_715_500_800), isAutomatic: false)
    }

    @Test("a mail arrives as it was written, dots and all", .timeLimit(.minutes(10))) func arrives() async throws {
        let smtp = try await SubmissionServer()
        let text = "first\n.\n..two\n" + String(repeating: "很长的一行", count: 400)
        try await MailSender(smtp.server(), name: "test").send(
            draft(text).bytes(), from: "support@shop.example", to: "u@x.example")
        let (raw, envelope) = try smtp.message(1)
        #expect(MailMessage(reading: raw).text == text)
        #expect(envelope.contains("\"from\": \"support@shop.example\"") && envelope.contains("\"user\": \"support\""))
    }

    @Test("automatic mail has an empty envelope", .timeLimit(.minutes(10))) func emptyEnvelope() async throws {
        let smtp = try await SubmissionServer()
        try await MailSender(smtp.server(), name: "test").send(draft("x").bytes(), from: "", to: "u@x.example")
        #expect(try smtp.message(1).envelope.contains("\"from\": \"\""))
    }

    @Test("later, never and a wrong password are told apart", .timeLimit(.minutes(10))) func refusals() async throws {
        let smtp = try await SubmissionServer()
        let bytes = try draft("x").bytes()
        let sender = MailSender(smtp.server(), name: "test")
        let later = await #expect(throws: MailFailure.self) {
            try await sender.send(bytes, from: "s@x.example", to: "later@x.example")
        }
        #expect(later?.code == .refused && later?.reply == 451)
        let never = await #expect(throws: MailFailure.self) {
            try await sender.send(bytes, from: "s@x.example", to: "never@x.example")
        }
        #expect(never?.code == .refused && never?.reply == 550)
        #expect(never?.message.hasSuffix("(550 5.1.1 no such user)") == true, "\(never?.message ?? "")")
        let wrong = MailSender(smtp.server(secret: "secret-word"), name: "test")
        let login = await #expect(throws: MailFailure.self) {
            try await wrong.send(bytes, from: "s@x.example", to: "u@x.example")
        }
        #expect(login?.code == .login && login?.message.contains("secret-word") == false)
        let smuggler = await #expect(throws: MailFailure.self) {
            try await sender.send(bytes, from: "s@x.example", to: "u@x.example>\r\nRCPT TO:<v@x.example")
        }
        #expect(smuggler?.code == .unsafe)
    }

    @Test("STARTTLS is insisted on, and the server proved", .timeLimit(.minutes(10))) func startTLS() async throws {
        let folder = try TemporaryPlace()
        let certificate = try OwnCertificate(in: folder.path)
        let smtp = try await SubmissionServer(certificate: certificate)
        let bytes = try draft("x").bytes()
        let proved = MailSender(smtp.server(protection: .starttls, authorities: certificate.certificate), name: "test")
        try await proved.send(bytes, from: "s@x.example", to: "u@x.example")
        #expect(try smtp.message(1).envelope.contains("\"tls\": true"))
        let unproved = MailSender(smtp.server(protection: .starttls), name: "test")
        let failure = await #expect(throws: MailFailure.self) {
            try await unproved.send(bytes, from: "s@x.example", to: "u@x.example")
        }
        #expect(failure?.code == .certificate)
        let plain = try await SubmissionServer()
        let bare = MailSender(plain.server(protection: .starttls, authorities: certificate.certificate), name: "test")
        await #expect(throws: MailFailure.self) { try await bare.send(bytes, from: "s@x.example", to: "u@x.example") }
    }
}
