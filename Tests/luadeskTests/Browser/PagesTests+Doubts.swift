// SPDX-License-Identifier: Apache-2.0
import Desk
import MailServers
import Testing

extension PagesTests {
    @Test("an agent sees, in both languages, that a mail's sender is not who they seem, and what that means")
    func doubtfulSenders() async throws {
        let (dovecot, smtp) = (try await Dovecot(), try await SubmissionServer())
        let configuration = """
            agents: [{ name: Lin, teams: [service] }]
            channels:
              - id: mail
                plugin: email
                settings:
                  { address: support@shop.example, password: pw, authserv_id: mx.shop.example,
                    imap_host: 127.0.0.1, imap_port: \(dovecot.port), imap_tls: none, imap_user: support,
                    smtp_host: 127.0.0.1, smtp_port: \(smtp.port), smtp_tls: none, smtp_user: support }
            """
        func deliver(_ id: String, from: String, dmarc: String, _ body: String, _ more: String = "") throws {
            try dovecot.deliver(
                "Authentication-Results: mx.shop.example; dmarc=\(dmarc)\r\nFrom: \(from)\r\nTo: support@shop.example\r\n"
                    + "Subject: order\r\nMessage-ID: <\(id)@x.example>\r\n\(more)\r\n\(body)\r\n", to: "support")
        }
        let desk = try await LuaDeskProcess.serve(configuration)
        let driver = try await BrowserDriver.start()
        let agent = try await driver.browser()
        try await with([agent]) {
            let work = try await DeskPage.signIn(desk.url, token: try await desk.token(role: "agent", agent: "Lin"), in: agent)
            try deliver("a", from: "li@x.example", dmarc: "pass", "proved words")
            let conversation = try await eventually("the mail is there") {
                try await desk.api().all("/v1/conversations").first
            }
            let id = try #require(conversation["id"]?.string)
            try deliver("b", from: "wife@z.example", dmarc: "pass", "stranger words", "References: <a@x.example>\r\n")
            _ = try await eventually("the second mail is there") {
                try await desk.api().messages(channel: "mail").contains { $0["text"] == "stranger words" } ? true : nil
            }
            try deliver("c", from: "li@x.example", dmarc: "fail", "<b>forged</b> words", "References: <a@x.example>\r\n")
            let list = conversation["state"] == "queued" ? "queued" : "bot"
            try await work.isListed(id, in: list)
            try await work.choose(id, in: list)
            for words in ["proved", "stranger", "forged"] { try await agent.see(words, in: "#timeline .line.theirs") }
            func doubts() async throws -> [String] {
                try await agent.run(
                    """
                    return [...document.querySelectorAll("#timeline .line.theirs")].map((line) => line.querySelector(".line-bubble").innerText + ": "
                      + [...line.querySelectorAll(".doubt")].map((node) => node.dataset.doubt + " " + node.innerText).join("|"))
                    """
                ).array?.compactMap(\.string) ?? []
            }
            let first = try await doubts()
            try await agent.screenshot("desk-doubts")
            let before = try await agent.run("return document.documentElement.lang")
            _ = try await agent.run(
                "[...document.querySelectorAll('.switch-language')].find((node) => node.offsetParent).click()")
            try await agent.until("the language has changed", "document.documentElement.lang !== arguments[0]", [before])
            try await agent.until(
                "the doubts speak it", "!document.querySelector('#timeline').innerText.includes(arguments[0])",
                [.string(first.joined().contains("发件人未通过验证") ? "发件人未通过验证" : "Sender not verified")])
            let second = try await doubts()
            for said in [first, second] {
                try #require(said.count == 3, "\(said)")
                #expect(said.first == "proved words: ")
                #expect(said.dropFirst().first?.contains("stranger ") == true && said[1].contains("wife@z.example"))
                #expect(said.last?.contains("unproved ") == true && said.last?.contains("dmarc=fail") == true)
                #expect(!said.joined().contains("doubt."))
            }
            #expect(first != second)
            #expect((first + second).contains { $0.contains("发件人未通过验证") })
            #expect((first + second).contains { $0.contains("Sender not verified") })
        }
        try await desk.stop()
        withExtendedLifetime(driver) {}
    }
}
