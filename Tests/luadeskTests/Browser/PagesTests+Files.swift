// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import luadesk

extension PagesTests {
    @Test("a file from a platform is opened in the workspace, live and after a reload; one that is withheld or missing says why")
    func platformFiles() async throws {
        try await withWeChat { platform in
            let account = WeChatAccount(), user = "o-files"
            platform.keep(Array(#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#.utf8), as: "drawing")
            platform.keep(Array(#"{"errcode":40007,"errmsg":"invalid media_id"}"#.utf8), as: "gone")
            let desk = try await LuaDeskProcess.serve(MiniProgramTests.configuration(account, platform))
            let driver = try await BrowserDriver.start()
            let agent = try await driver.browser()
            try await with([agent]) {
                let token = try await desk.token(role: "agent", agent: "Lin")
                let work = try await DeskPage.signIn(desk.url, token: token, in: agent)
                _ = try await desk.api().hook(account, account.text("人工", from: user, id: 1))
                let conversation = try await eventually("the conversation waits for a person") {
                    try await desk.api().all("/v1/conversations").first { $0["state"] == "queued" }
                }
                let id = try #require(conversation["id"]?.string)
                try await work.isListed(id, in: "queued")
                try await work.choose(id, in: "queued")
                for (number, media) in ["dot", "drawing", "gone"].enumerated() {
                    _ = try await desk.api().hook(account, account.picture(media, from: user, id: 2 + Int64(number)))
                }
                for time in ["live", "after a reload"] {
                    if time == "after a reload" {
                        try await agent.open("about:blank")
                        try await agent.open("\(desk.url)/desk#conversation=\(id)")
                        try await work.isConnected()
                    }
                    try await agent.until(
                        "\(time): the picture is shown",
                        """
                        [...document.querySelectorAll("#timeline img.picture")].some((node) =>
                          node.getAttribute("src").includes("/media/") && node.complete && node.naturalWidth > 0)
                        """)
                    try await agent.until(
                        "\(time): the drawing can be saved, and why it is not shown is said",
                        """
                        [...document.querySelectorAll("#timeline .attachment")].some((node) =>
                          node.querySelector("a[href*='/media/']") && node.innerText.includes("网页或矢量图可能带有脚本"))
                        """)
                    try await agent.until(
                        "\(time): why a file is missing is said",
                        """
                        [...document.querySelectorAll("#timeline .line-bubble")].some((node) => node.innerText.includes("40007 invalid media_id")
                          && !node.querySelector("img, a"))
                        """)
                }
                // Hours later its addresses are read anew where somebody opens it again.
                try await agent.run(
                    """
                    const now = Date.now
                    Date.now = () => now() + 2 * 3600000
                    window.readings = () => performance.getEntriesByType("resource").filter((entry) => entry.name.includes("/messages?")).length
                    window.before = window.readings()
                    location.hash = ""
                    """)
                try await work.choose(id, in: "queued")
                try await agent.until("it is read again", "window.readings() > window.before")
            }
            try await desk.stop()
            withExtendedLifetime(driver) {}
        }
    }
}
