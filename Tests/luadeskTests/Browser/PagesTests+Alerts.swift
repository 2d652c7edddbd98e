// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import luadesk

extension PagesTests {
    @Test("an alert stands at the desk of the team it names and of leads, until it is over; a rule's notice pops up there")
    func alerts() async throws {
        let data = TemporaryFolder()
        _ = try data.write("return { name = \"test\", api = 1 }\n", to: "rules/rules.lua")
        _ = try data.write(
            """
            alert "many" {
              why = "Somebody wrote.", measure = "arrivals", over = "5m", raise = above(0), clear = below(1),
              severity = "critical", notify = { "team:service", "nobody:here" },
            }
            alert "other" { measure = "arrivals", over = "5m", raise = above(0), clear = below(1), notify = { "team:other" } }
            reply "danger" { match = keywords "fire", text = "Help comes.", notify = { team = "service", text = "Somebody says fire." } }
            """, to: "rules/a.lua")
        let desk = try await LuaDeskProcess.serve(
            """
            rules: \(data.path)/rules
            teams: [{ id: service, name: Service }, { id: other, name: Other }]
            agents: [{ name: Lin, teams: [service] }, { name: Ming, teams: [other] }]
            channels: [{ id: web, plugin: live, settings: { trust_identity: true } }]
            """, data: data)
        let driver = try await BrowserDriver.start()
        let (lin, ming, lead) = (try await driver.browser(), try await driver.browser(), try await driver.browser())
        try await with([lin, ming, lead]) {
            _ = try await DeskPage.signIn(desk.url, token: desk.token(role: "agent", agent: "Lin"), in: lin)
            _ = try await DeskPage.signIn(desk.url, token: desk.token(role: "agent", agent: "Ming"), in: ming)
            _ = try await DeskPage.signIn(desk.url, token: desk.token(role: "lead"), in: lead)
            // It hides itself after a while.
            _ = try await lin.run(
                """
                const toast = document.querySelector("#toast")
                window.toasts = []
                new MutationObserver(() => toasts.push(toast.textContent)).observe(toast, { childList: true, characterData: true, subtree: true })
                """)
            let api = try await desk.api()
            let session = try await api.session(channel: "web", identity: ["external_id": "wang"])
            let said = try await DeskAPI(url: desk.url, token: session.token).post(
                "/v1/live/messages", ["client_id": "1", "text": "fire!"])
            #expect(said.status == 200)
            let isUp = """
                [...document.querySelectorAll("#alerts .alert")].some((node) => node.offsetHeight > 0
                  && node.dataset.severity === "critical" && node.innerText.includes("Somebody wrote."))
                """
            try await lin.until("the notice pops up", "toasts.includes('Somebody says fire.')")
            try await lin.until("the alert is up", isUp)
            try await lead.until("the alert is up for leads, whatever their team", isUp)
            try await lin.click("#alerts .alert button")
            let isSeen = "[...document.querySelectorAll('#alerts .alert')].some((node) => node.innerText.includes('Lin'))"
            try await lin.until("who sees to it is said", isSeen)
            try await lead.until("and to the others", isSeen)
            // All alerts come in one answer.
            try await ming.until(
                "another team's alert is up", "document.querySelector('#alerts .alert')?.innerText.startsWith('other')")
            #expect(try await ming.run("return document.querySelectorAll('#alerts .alert').length") == 1)
            #expect(try await lin.run("return document.querySelectorAll('#alerts .alert').length") == 1)
            _ = try data.write("reply \"hi\" { match = keywords \"hi\", text = \"Hi.\" }", to: "rules/a.lua")
            try await lin.until("it is over", "document.querySelector('#alerts').hidden")
            try await lead.until("and for the others", "document.querySelector('#alerts').hidden")
        }
        #expect(desk.log.joined().contains("there is no channel 'nobody' that can notify"))
        try await desk.stop()
    }
}
