// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

extension PagesTests {
    @Test("an agent sees what the platform still takes: counted, warned of at the last reply, explained when there is none")
    func replyQuota() async throws {
        try await withWeChat { platform in
            let account = WeChatAccount(), user = "o-page"
            let desk = try await LuaDeskProcess.serve(MiniProgramTests.configuration(account, platform))
            let driver = try await BrowserDriver.start()
            let agent = try await driver.browser()
            try await with([agent]) {
                let work = try await DeskPage.signIn(
                    desk.url, token: try await desk.token(role: "agent", agent: "Lin"), in: agent)
                _ = try await desk.api().hook(account, account.text("人工", from: user, id: 1))
                let conversation = try await eventually("the conversation waits for a person") {
                    try await desk.api().all("/v1/conversations").first { $0["state"] == "queued" }
                }
                let id = try #require(conversation["id"]?.string)
                let left = Int(try #require(conversation["reply_quota"]?["remaining"]?.int))
                try await work.isListed(id, in: "queued")
                try await work.choose(id, in: "queued")
                for number in 0...left {
                    let state = number == left ? "none" : number == left - 1 ? "last" : "some"
                    try await agent.until(
                        "\(left - number) left is shown as \(state)",
                        """
                        (([node, count, state]) => !node.hidden && node.dataset.state === state && (state !== "some" || node.innerText.includes(count)))(
                          [document.querySelector("#reply-quota"), arguments[0], arguments[1]])
                        """, [.string("\(left - number)"), .string(state)])
                    if number < left { try await work.reply("reply \(number)") }
                }
                let said = "document.querySelector('#reply-quota').innerText"
                try await agent.until(
                    "what becomes of a reply is said",
                    "\(said).includes('客户再次发来消息后发出') || \(said).includes('until they write again')")
                let language = try await agent.run("return \(said)")
                #expect(language.string?.contains("quota.") == false, "\(language)")
                try await work.reply("one too many")
                try await agent.until(
                    "the reply says what it waits for",
                    """
                    [...document.querySelectorAll(".line.ours")].some((line) => line.innerText.includes("one too many")
                      && /等待客户再次发来消息|Waits until the customer writes again/.test(line.innerText))
                    """)
            }
            try await desk.stop()
            withExtendedLifetime(driver) {}
        }
    }
}
