// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import MailServers
import Testing

/// What is written arrives once and in order, whatever the network does; two tabs are one customer.
extension WebKitTests {
    /// The texts that the desk holds from a customer, in order.
    private func stored(_ desk: LuaDeskProcess, _ conversation: String) async throws -> [String] {
        try await desk.api().all("/v1/conversations/\(conversation)/messages").filter {
            $0["direction"]?.string == "in" && $0["kind"]?.string == "text"
        }.compactMap { $0["text"]?.string }
    }

    @Test(
        "what is written while the desk is down arrives once and in order, also from a page that was left",
        arguments: [false, true])
    func offlineQueue(isLeft: Bool) async throws {
        let port = try HeldPort()
        let first = try await LuaDeskProcess.demo(port: port)
        let site = try await StaticSite.start(["/": KitPage.html(first.url), "/other": "<p>other</p>"])
        let driver = try await BrowserDriver.start()
        let browser = try await driver.browser(language: "en")
        do {
            let page = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            let id = try await conversation(of: page)
            try await page.say("before")
            try await page.waits(for: "sent", "delivered", "read", of: "before")
            try await first.kill()
            try await page.until("the kit notices", ".status", "node.dataset.state !== 'online'")
            try await page.say("while down 1")
            try await page.say("while down 2")
            try await page.waits(for: "waiting", of: "while down 1")
            try await page.waits(for: "waiting", of: "while down 2")
            try await page.see("We cannot reach our desk", in: ".banner")
            if isLeft { try await browser.open("\(site.url)/other") }

            let second = try await LuaDeskProcess.demo(data: first.data, port: port)
            if isLeft {
                try await browser.open(site.url)
                try await page.isThere()
            }
            try await page.waits(for: "sent", "delivered", "read", of: "while down 2")
            try await page.waits(for: "sent", "delivered", "read", of: "while down 1")
            #expect(try await page.own() == ["before", "while down 1", "while down 2"])
            #expect(try await stored(second, id) == ["before", "while down 1", "while down 2"])
            try await browser.until("nothing waits", "!Object.keys(localStorage).some((key) => key.includes('.out.'))")
            try await second.stop()
        } catch {
            await browser.close()
            throw error
        }
        await browser.close()
    }

    @Test("what the desk refuses is marked as not sent, and sent again when the customer says so")
    func sendAgain() async throws {
        try await atShop { desk, site, browser in
            let page = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            let id = try await conversation(of: page)
            // A desk that refuses one message, seen from the page: its error frame instead of its ack.
            try await browser.run(
                """
                const send = WebSocket.prototype.send;
                let refused = 0;
                WebSocket.prototype.send = function (text) {
                  const frame = JSON.parse(text);
                  if (frame.type !== 'message' || frame.text !== 'again please' || refused++) return send.call(this, text);
                  this.onmessage({ data: JSON.stringify({ type: 'error', code: 'invalid', message: 'no', client_id: frame.client_id }) });
                };
                """)
            try await page.say("again please")
            try await page.waits(for: "failed", of: "again please")
            try await page.see("Not sent", in: ".one.mine .under")
            #expect(try await stored(desk, id).isEmpty)
            try await page.click(".retry")
            try await page.waits(for: "sent", "delivered", "read", of: "again please")
            #expect(try await stored(desk, id) == ["again please"])
        }
    }

    @Test("two tabs of one visitor are one conversation, in step, also in what is waiting and what was read")
    func twoTabs() async throws {
        try await atShop { desk, site, browser in
            let left = try await browser.tab()
            let page = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            let id = try await conversation(of: page)
            try await page.say("from the left")
            try await page.waits(for: "sent", "delivered", "read", of: "from the left")
            let right = try await browser.openTab()
            _ = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            #expect(try await conversation(of: page) == id)
            try await page.waits(for: "sent", "delivered", "read", of: "from the left")
            try await page.say("from the right")
            try await page.waits(for: "sent", "delivered", "read", of: "from the right")
            try await browser.go(to: left)
            try await page.waits(for: "sent", "delivered", "read", of: "from the right")

            try await browser.cutOff(true)
            try await page.until("the left tab notices", ".status", "node.dataset.state !== 'online'")
            try await page.say("in the tunnel")
            try await page.waits(for: "waiting", of: "in the tunnel")
            try await browser.go(to: right)
            try await page.see("in the tunnel", in: ".one.mine .bubble")
            try await browser.go(to: left)
            try await browser.cutOff(false)
            try await page.waits(for: "sent", "delivered", "read", of: "in the tunnel")
            try await browser.go(to: right)
            try await page.waits(for: "sent", "delivered", "read", of: "in the tunnel")
            #expect(try await page.own() == ["from the left", "from the right", "in the tunnel"])
            #expect(try await stored(desk, id) == ["from the left", "from the right", "in the tunnel"])

            // Closed in both: an answer is unread in both, and read in both once it was seen in one.
            for tab in [left, right] {
                try await browser.go(to: tab)
                try await browser.run("LuaDesk.close()")
            }
            _ = try await desk.api().post("/v1/conversations/\(id)/messages", ["kind": "text", "text": "for both"])
            for tab in [left, right] {
                try await browser.go(to: tab)
                try await page.see("1", in: ".badge")
            }
            try await page.click(".launcher")
            try await page.see("for both", in: ".bubble")
            try await page.isHidden(".badge")
            try await browser.go(to: left)
            try await page.isHidden(".badge")
        }
    }

    @Test("where sockets do not get through, it works all the same")
    func longPoll() async throws {
        try await atShop { desk, site, browser in
            try await browser.prepare(
                script:
                    "window.WebSocket = class { constructor() { setTimeout(() => this.onclose?.({ code: 1006 })); } send() {} close() {} };"
            )
            let page = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            for number in 1...3 { try await page.say("message \(number)") }
            try await page.waits(for: "sent", "delivered", "read", of: "message 3")
            #expect(try await page.own() == ["message 1", "message 2", "message 3"])
            let id = try await conversation(of: page)
            _ = try await desk.api().post("/v1/conversations/\(id)/messages", ["kind": "text", "text": "hello from the desk"])
            try await page.see("hello from the desk", in: ".one:not(.mine) .bubble")
        }
    }

    @Test("who signs in at the shop is known by a signed identity; a false one is refused; signing out leaves nothing behind")
    func signedIdentity() async throws {
        let data = TemporaryFolder()
        let desk = try await LuaDeskProcess.serve(
            """
            server: { host: 127.0.0.1, port: 0 }
            rules: \(LuaDeskProcess.root)/rules
            channels:
              - { id: web, plugin: live, settings: { identity_secret: shop-secret, faq: [One, Two] } }
            """, data: data)
        let shop = try await StaticSite.start(["/": KitPage.html(desk.url)])
        let driver = try await BrowserDriver.start()
        let browser = try await driver.browser(language: "en")
        let first = "e946d098145574132f565b88cabcbf7af6e751780cceb0ce4186d5e0726a30ae"
        let second = "01c4def50a2e045ee66bcd4682408da0c588ae8ba157fabc40fe2386a3378ef7"
        do {
            let page = try await KitPage.open(shop.url, in: browser)
            try await browser.run("LuaDesk.identify({ external_id: 'customer-4711', signature: '\(second)', name: 'Ann' })")
            try await page.click(".launcher")
            try await page.see("could not confirm who you are", in: ".banner")
            try await browser.run("LuaDesk.identify({ external_id: 'customer-4711', signature: '\(first)', name: 'Ann' })")
            try await page.isConnected()
            try await page.until(
                "the channel's questions", ".faq",
                "[...node.querySelectorAll('button')].map((each) => each.innerText).join() === 'One,Two'")
            try await page.say("my order?")
            try await page.waits(for: "sent", "delivered", "read", of: "my order?")
            let ann = try #require(try await page.session()["customer_id"]?.string)
            let known = try await desk.api().get("/v1/customers/\(ann)").value
            #expect(known["name"] == "Ann")

            try await browser.run("LuaDesk.identify({ external_id: 'customer-4712', signature: '\(second)' })")
            try await page.until("the other customer's page is empty", ".said", "!node.innerText.includes('my order?')")
            try await page.isConnected()
            let other = try #require(try await page.session()["customer_id"]?.string)
            #expect(other != ann)
            try await browser.run("LuaDesk.identify({ external_id: 'customer-4711', signature: '\(first)', name: 'Ann' })")
            try await page.see("my order?", in: ".one.mine .bubble")
            #expect(try await page.session()["customer_id"]?.string == ann)
            try await browser.run("LuaDesk.close(); LuaDesk.identify(null)")
            #expect(try await browser.run("return JSON.stringify(localStorage).includes('my order?')") == false)
            #expect(try await page.session() == .null)
            #expect(try await desk.stop() == .init(status: 0))
        } catch {
            await browser.close()
            throw error
        }
        await browser.close()
    }
}
