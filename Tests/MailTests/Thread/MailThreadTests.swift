// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Mail

@Suite struct MailThreadTests {
    @Test("a mail finds its conversation by ids alone", arguments: MailCase.of("mail.thread")) func match(_ item: MailCase) {
        var known: [String: String] = [:]
        for entry in item.input["known"]?.array ?? [] {
            known[entry["message_id"]?.string ?? ""] = entry["conversation"]?.string
        }
        let given = item.input["message"]
        var raw = "Subject: \(given?["subject"]?.string ?? "x")\r\nMessage-ID: <\(given?["message_id"]?.string ?? "")>\r\n"
        if let parent = given?["in_reply_to"]?.string { raw += "In-Reply-To: <\(parent)>\r\n" }
        let references = (given?["references"]?.array ?? []).compactMap(\.string)
        if !references.isEmpty { raw += "References: \(references.map { "<\($0)>" }.joined(separator: " "))\r\n" }
        let match = MailThread.match(MailMessage(reading: Array((raw + "\r\nhi").utf8))) { known[$0] }
        #expect((match?.conversation ?? "new") == item.expected["conversation"]?.string)
        #expect((match?.isDuplicate ?? false) == (item.expected["duplicate"]?.bool ?? false))
    }

    @Test("somebody who takes no part in it is told apart") func stranger() {
        let raw = Array("From: other@x.example\r\nIn-Reply-To: <a@x>\r\n\r\nhi".utf8)
        let match = MailThread.match(
            MailMessage(reading: raw), known: { $0 == "a@x" ? 1 : nil }, participants: { _ in ["me@x.example"] })
        #expect(match == .init(conversation: 1, isUnverifiedSender: true))
    }

    @Test("a long thread keeps its beginning and its end") func references() {
        let ids = (1...90).map { "<m\($0)@x>" }.joined(separator: " ")
        let message = MailMessage(reading: Array("Message-ID: <last@x>\r\nReferences: \(ids)\r\n\r\nhi".utf8))
        let kept = MailThread.references(replyingTo: message)
        #expect(kept.count == 40 && kept.first == "m1@x" && kept.last == "last@x")
    }
}
