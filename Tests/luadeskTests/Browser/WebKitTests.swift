// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

/// The web kit on pages of another origin, in real browsers, against a real desk.
@Suite("the web kit in a browser", .serialized, .timeLimit(.minutes(10)))
struct WebKitTests {
    static let file = "\(LuaDeskProcess.root)/plugins/live/clients/web/luadesk.js"

    /// What README.md tells the page's developer to allow, and nothing else of the desk. The kit needs no inline styles or scripts; the
    /// page's own button has a script.
    static func policy(_ desk: String, styles: String = "'none'") -> (String, String) {
        let socket = desk.replacingOccurrences(of: "http", with: "ws")
        return (
            "Content-Security-Policy",
            "default-src 'none'; script-src \(desk) 'unsafe-inline'; style-src \(styles); connect-src \(desk) \(socket); "
                + "img-src \(desk) blob:; media-src \(desk) blob:; frame-src \(desk)"
        )
    }

    /// A desk, a shop whose page has the kit, and a browser; all of them end with the test.
    func atShop(
        attributes: String = "", before: String = "", language: String = "en", flags: [String] = [], width: Int = 1280,
        _ body: (LuaDeskProcess, StaticSite, Browser) async throws -> Void
    ) async throws {
        let desk = try await LuaDeskProcess.demo()
        let page = KitPage.html(desk.url, attributes: attributes, before: before, language: language)
        let site = try await StaticSite.start(
            ["/": page, "/other": "<p>other</p>"],
            headers: [Self.policy(desk.url, styles: before.contains("<style>") ? "'unsafe-inline'" : "'none'")])
        let driver = try await BrowserDriver.start()
        let browser = try await driver.browser(language: language, width: width, flags: flags)
        do { try await body(desk, site, browser) } catch {
            await browser.close()
            throw error
        }
        await browser.close()
        try await desk.stop()
    }

    /// An agent of the demo, with their own token.
    func agent(_ desk: LuaDeskProcess) async throws -> DeskAPI {
        let agents = try await desk.api().all("/v1/agents")
        let id = try #require(agents.first { $0["name"]?.string == "Alex Wu" }?["id"]?.string)
        return DeskAPI(url: desk.url, token: try await desk.token(role: "agent", agent: id))
    }

    func conversation(of page: KitPage) async throws -> String {
        try #require(try await page.session()["conversation_id"]?.string, "the kit has a session")
    }

    @Test("it stays below 40 KB gzipped")
    func size() async throws {
        let gzip = try ChildProcess("/bin/sh", ["-c", "gzip -9 -c '\(Self.file)' | wc -c"])
        _ = try await gzip.exit()
        let bytes = try #require(gzip.output.out.first.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) })
        #expect((1000..<40 * 1024).contains(bytes), "\(bytes) bytes")
    }

    @Test("a visitor is nobody until they open it; the bot answers, a person takes over, both see typing and what was read")
    func wholeStory() async throws {
        try await atShop(attributes: #"data-title="Northwind" data-faq="Talk to a person|When will it ship?""#) {
            desk, site, browser in
            let page = try await KitPage.open(site.url, in: browser)
            let admin = try await desk.api()
            #expect(try await admin.all("/v1/conversations").isEmpty, "who only looks at a page is no customer")
            try await browser.run(
                "window.seen = []; for (const name of ['open', 'close', 'unread', 'message']) LuaDesk.on(name, (value) => seen.push([name, value]))"
            )
            try await page.begin()
            try await page.see("Northwind", in: ".top h2")
            try await page.until("the bot greets", ".one:not(.mine) .bubble")
            let id = try await conversation(of: page)
            try await page.say("How much are the headphones?")
            try await page.see("399", in: ".one:not(.mine) .bubble")
            try await page.waits(for: "sent", "delivered", "read", of: "How much are the headphones?")
            try await page.click(".faq li:first-child button")
            try await page.see("A person will be with you shortly", in: ".notice")
            try await page.isHidden(".faq")

            let alex = try await agent(desk)
            #expect(try await alex.post("/v1/conversations/\(id)/accept").status == 200)
            try await page.see("Alex Wu joined", in: ".notice")
            try await page.see("Alex Wu is here", in: ".status")
            let newest = try #require(try await alex.all("/v1/conversations/\(id)/messages").last?["seq"]?.int)
            #expect(try await alex.post("/v1/conversations/\(id)/read", ["seq": .int(newest)]).status == 204)
            try await page.waits(for: "read", of: "Talk to a person")
            _ = try await alex.post("/v1/conversations/\(id)/typing", ["on": true])
            try await page.isShown(".typing")
            _ = try await alex.post("/v1/conversations/\(id)/messages", ["kind": "text", "text": "Hello, this is Alex."])
            try await page.see("Hello, this is Alex.", in: ".one:not(.mine) .bubble")
            try await page.isHidden(".typing")
            try await browser.screenshot("kit-desktop")
            _ = try await eventually("the agent sees that it was read") {
                try await alex.all("/v1/conversations/\(id)/messages").last?.at("delivery")?.string == "read" ? true : nil
            }

            try await page.type("Thank")
            try await browser.press("\u{E00C}")
            try await page.isHidden(".panel")
            _ = try await alex.post("/v1/conversations/\(id)/messages", ["kind": "text", "text": "Anything else?"])
            try await page.see("1", in: ".badge")
            try await page.see("Anything else?", in: ".teaser")
            try await browser.screenshot("kit-closed")
            try await browser.until("the page may ask", "LuaDesk.unread === 1")
            try await page.click(".teaser .words")
            try await page.isHidden(".badge")
            try await page.see("Anything else?", in: ".one:not(.mine) .bubble")
            try await browser.until(
                "the page was told of all of it",
                "['open', 'close', 'message'].every((each) => seen.some(([name]) => name === each))")
            try await browser.until(
                "and of what was unread, and of none at the end",
                "(([counts]) => counts.includes(1) && counts.at(-1) === 0)([seen.filter(([name]) => name === 'unread').map(([, value]) => value)])"
            )
        }
    }

    @Test("the agent's socket hears that the customer types, and what the page reports")
    func typingAndBehaviour() async throws {
        try await atShop { desk, site, browser in
            let page = try await KitPage.open(site.url, in: browser)
            try await browser.run("LuaDesk.track('viewed_product', { sku: 'A-17' })")
            let token = try await desk.token(role: "agent", agent: try await desk.api().all("/v1/agents").first?["id"]?.string)
            let socket = try await LiveSocket.open(port: desk.port, token: token)
            _ = try await socket.next("ready")
            try await page.begin()
            let seen = try await socket.next("event") { $0.at("payload.name")?.string == "viewed_product" }
            #expect(seen.at("payload.sku") == "A-17")
            try await page.type("Hel")
            let typing = try await socket.next("typing") { $0["on"] == true }
            #expect(typing["by"]?.string?.hasPrefix("customer:") == true)
        }
    }

    @Test("what looks like markup is shown as text; links, cards and menus do only what they may")
    func strangeTexts() async throws {
        try await atShop { desk, site, browser in
            let page = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            let id = try await conversation(of: page)
            let attack =
                "<img src=x onerror=\"window.hurt=1\"><script>window.hurt=1</script> javascript:alert(1) https://example.com/?a=<b>"
            try await page.say("Talk to a person")
            try await page.say(attack)
            try await page.waits(for: "sent", "delivered", "read", of: attack)
            let alex = try await agent(desk)
            func answer(_ message: Value) async throws {
                #expect(try await alex.post("/v1/conversations/\(id)/messages", message).status == 201)
            }
            try await answer(["kind": "text", "text": .string(attack)])
            try await answer(["kind": "text", "text": "<b>a note</b>", "note": true])
            try await answer(
                ["kind": "card", "text": "Gift", "fields": ["title": "<i>Gift</i>", "url": "javascript:window.hurt=1"]])
            try await answer(
                [
                    "kind": "menu", "text": "Why?",
                    "fields": ["options": [["id": "size", "text": "<u>Size</u>"], ["id": "other", "text": "Other"]]],
                ])
            try await page.see(attack, in: ".one:not(.mine) .bubble")
            try await page.see("<i>Gift</i>", in: ".card strong")
            try await page.see("<u>Size</u>", in: "button.option")
            try await page.click(".menu li:first-child button.option")
            try await page.waits(for: "sent", "delivered", "read", of: "<u>Size</u>")
            let stored = try await alex.all("/v1/conversations/\(id)/messages").last { $0["direction"]?.string == "in" }
            #expect(stored?.at("fields.option") == "size")
            try await page.until("a menu is answered once", ".said", "!node.querySelector('button.option')")

            #expect(try await browser.run("return window.hurt ?? null") == .null)
            let links = try await browser.run(
                "return [...\(KitPage.root).querySelectorAll('.scroller a')].map((node) => node.protocol)")
            #expect(links.array?.isEmpty == false && links.array?.allSatisfy { $0 == "https:" } == true)
            #expect(try await browser.run("return \(KitPage.root).querySelector('a.card')") == .null)
            let kept = try await browser.run(
                "return \(KitPage.root).querySelector('.kit').outerHTML + JSON.stringify(localStorage)")
            #expect(kept.string?.contains("a note") == false)
        }
    }
}
