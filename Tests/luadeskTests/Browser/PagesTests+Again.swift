// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import MailServers
import Testing

extension PagesTests {
    @Test("a reply that bounced is shown as failed, and the agent sends it again") func sendAgain() async throws {
        let (dovecot, smtp) = (try await Dovecot(), try await SubmissionServer())
        let desk = try await LuaDeskProcess.serve(
            """
            channels:
              - id: mail
                plugin: email
                settings:
                  { address: support@shop.example, password: pw, thread_tag: none,
                    imap_host: 127.0.0.1, imap_port: \(dovecot.port), imap_tls: none, imap_user: support,
                    smtp_host: 127.0.0.1, smtp_port: \(smtp.port), smtp_tls: none, smtp_user: support }
            agents:
              - { name: Lin, teams: [service, after_sales, complaints, premium] }
            """)
        let driver = try await BrowserDriver.start()
        let agent = try await driver.browser()
        try await with([agent]) {
            let work = try await DeskPage.signIn(desk.url, token: try await desk.token(role: "agent", agent: "Lin"), in: agent)
            // Who writes automatically is heard, and no rule answers by mail: every mail that goes out is the agent's.
            try dovecot.deliver(
                "From: li@x.example\r\nTo: support@shop.example\r\nSubject: order\r\nMessage-ID: <a@x.example>\r\n"
                    + "Auto-Submitted: auto-generated\r\n\r\n人工\r\n", to: "support")
            let conversation = try await eventually("it waits for a person") {
                try await desk.api().all("/v1/conversations").first { $0["state"] == "queued" }
            }
            let id = try #require(conversation["id"]?.string)
            try await work.isListed(id, in: "queued")
            try await work.choose(id, in: "queued")
            try await work.reply("we will look")
            try await work.waits(for: "sent", of: "we will look")
            let reply = try #require(
                try await desk.api().messages(channel: "mail").first { $0["text"] == "we will look" }?["external_id"]?.string)
            try dovecot.deliver(
                "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\nMessage-ID: <dsn@mx.example>\r\n"
                    + "Content-Type: multipart/report; report-type=delivery-status; boundary=d\r\n\r\n"
                    + "--d\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
                    + "Final-Recipient: rfc822; li@x.example\r\nAction: failed\r\nStatus: 5.2.2\r\n"
                    + "Diagnostic-Code: smtp; mailbox full\r\n\r\n--d\r\nContent-Type: text/rfc822-headers\r\n\r\n"
                    + "Message-ID: <\(reply)>\r\n\r\n--d--\r\n", to: "support")
            try await work.waits(for: "failed", of: "we will look")
            try await agent.see("mailbox full", in: "#timeline .line.failed .line-state")
            try await agent.click("#timeline > li.failed:last-child .again")
            try await work.waits(for: "sent", of: "we will look")
            _ = try await eventually("the second mail is there") { try? smtp.message(2) }
            #expect(try smtp.message(2).envelope.contains("li@x.example"))
        }
        try await desk.stop()
        withExtendedLifetime(driver) {}
    }
}
