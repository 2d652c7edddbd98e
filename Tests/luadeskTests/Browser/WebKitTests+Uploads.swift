// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

/// A picture that takes long holds nobody up, and stays where it was put.
extension WebKitTests {
    /// A desk behind a slow way for uploads, and a page with the kit that knows only this way.
    private func behindGate(
        before: String = "", _ body: (LuaDeskProcess, UploadGate, StaticSite, Browser) async throws -> Void
    ) async throws {
        let desk = try await LuaDeskProcess.demo()
        let gate = try await UploadGate.start(before: desk.port)
        let site = try await StaticSite.start(["/": KitPage.html(gate.url, before: before)])
        let driver = try await BrowserDriver.start()
        let browser = try await driver.browser(language: "en")
        do { try await body(desk, gate, site, browser) } catch {
            await browser.close()
            throw error
        }
        await browser.close()
        try await desk.stop()
    }

    /// Pastes a picture of so many bytes: larger than what lies between the page and the gate.
    private func paste(_ name: String, bytes: Int = 12 << 20, in browser: Browser) async throws {
        try await browser.run(
            """
            const bytes = new Uint8Array(arguments[1]);
            bytes.set([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8, 6]);
            const data = new DataTransfer();
            data.items.add(new File([bytes], arguments[0], { type: 'image/png' }));
            const event = new ClipboardEvent('paste', { bubbles: true, composed: true, clipboardData: data });
            \(KitPage.root).querySelector('#words').dispatchEvent(event);
            """, [.string(name), .int(Int64(bytes))])
    }

    /// What stands in the log of the customer's own, in order: words, or `picture`.
    private func own(_ page: KitPage) async throws -> [String] {
        let found = try await page.browser.run(
            "return [...\(KitPage.root).querySelectorAll('.one')].map((node) => node.querySelector('.picture') ? 'picture' : "
                + "(node.matches('.mine') ? '' : '> ') + node.querySelector('.bubble').innerText)")
        return found.array?.compactMap(\.string) ?? []
    }

    private func stored(_ desk: LuaDeskProcess, _ conversation: String) async throws -> [String] {
        try await desk.api().all("/v1/conversations/\(conversation)/messages").filter {
            $0["direction"]?.string == "in" && $0["kind"]?.string != "event"
        }.map { $0["kind"]?.string == "image" ? "picture" : $0["text"]?.string ?? "" }
    }

    @Test("words written while a picture is uploaded go at once; the picture shows how far it is, and nothing changes its place")
    func uploadHoldsNothingUp() async throws {
        try await behindGate { desk, gate, site, browser in
            let page = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            let id = try await conversation(of: page)
            gate.close()
            try await paste("slow.png", in: browser)
            try await page.until(
                "the upload shows how far it is", ".one.mine .state", #"/^Uploading [1-9]\d?%$/.test(node.textContent)"#)
            try await page.say("How much are the headphones?")
            try await page.waits(for: "sent", "delivered", "read", of: "How much are the headphones?")
            try await page.see("399", in: ".one:not(.mine) .bubble")
            let before = try await own(page)
            #expect(before.drop { $0 != "picture" }.prefix(2) == ["picture", "How much are the headphones?"])
            #expect(before.last?.contains("399") == true)
            #expect(try await stored(desk, id) == ["How much are the headphones?"])

            // The connection goes and comes back meanwhile: nothing is sent twice.
            try await browser.run("dispatchEvent(new Event('offline')); dispatchEvent(new Event('online'))")
            try await page.isConnected()
            #expect(gate.count == 1)
            gate.open()
            try await page.until(
                "the picture is there", ".one.mine",
                "node.querySelector('.picture') && /sent|delivered|read/.test(node.dataset.state)", within: .seconds(30))
            // The bot answers the picture, too, below.
            #expect(try await own(page).prefix(before.count) == before[...])
            #expect(try await stored(desk, id) == ["How much are the headphones?", "picture"])
            // And so it is on this screen after it was left.
            try await browser.reload()
            try await page.isThere()
            try await page.isConnected()
            // The bot answers the picture, too, below.
            #expect(try await own(page).prefix(before.count) == before[...])
        }
    }

    @Test("an upload that breaks is marked, holds nothing up, and is sent again by its button, once")
    func uploadAgain() async throws {
        try await behindGate { desk, gate, site, browser in
            let page = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            let id = try await conversation(of: page)
            gate.close()
            try await paste("lost.png", in: browser)
            try await page.until("it is on its way", ".one.mine", "node.dataset.state === 'uploading'")
            _ = try await eventually("the gate has it") { gate.count == 1 ? true : nil }
            // A browser may try once more by itself.
            _ = try await eventually("it has failed") {
                gate.cut()
                return try await page.texts(".one.mine.failed").isEmpty ? nil : true
            }
            try await page.say("Did it arrive?")
            try await page.waits(for: "sent", "delivered", "read", of: "Did it arrive?")
            gate.open()
            try await page.click(".retry")
            try await page.until(
                "the picture is there", ".one.mine",
                "node.querySelector('.picture') && /sent|delivered|read/.test(node.dataset.state)", within: .seconds(30))
            // Sent again it is as if written now.
            #expect(try await stored(desk, id) == ["Did it arrive?", "picture"])
            #expect(try await own(page).filter { !$0.hasPrefix(">") } == ["Did it arrive?", "picture"])
        }
    }

    @Test("an upload of which nothing is heard for a minute has failed")
    func uploadStalls() async throws {
        // The page's minute is a moment.
        let hurry =
            "<script>const later = setTimeout; "
            + "setTimeout = (f, ms, ...rest) => later(f, ms === 60000 ? 400 : ms, ...rest)</script>"
        try await behindGate(before: hurry) { desk, gate, site, browser in
            let page = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            gate.close()
            try await paste("stuck.png", in: browser)
            try await page.until("it has failed", ".one.mine", "node.dataset.state === 'failed'")
            try await page.isShown(".retry")
            gate.open()
        }
    }

    @Test("who signs out while a picture is uploaded takes it along: it is not sent as the next customer's")
    func uploadOfAnother() async throws {
        let desk = try await LuaDeskProcess.serve(
            """
            server: { host: 127.0.0.1, port: 0 }
            rules: \(LuaDeskProcess.root)/rules
            channels:
              - { id: web, plugin: live, settings: { identity_secret: shop-secret } }
            """)
        let gate = try await UploadGate.start(before: desk.port)
        let site = try await StaticSite.start(["/": KitPage.html(gate.url)])
        let driver = try await BrowserDriver.start()
        let browser = try await driver.browser(language: "en")
        let first = "e946d098145574132f565b88cabcbf7af6e751780cceb0ce4186d5e0726a30ae"
        let second = "01c4def50a2e045ee66bcd4682408da0c588ae8ba157fabc40fe2386a3378ef7"
        do {
            let page = try await KitPage.open(site.url, in: browser)
            try await browser.run("LuaDesk.identify({ external_id: 'customer-4711', signature: '\(first)' })")
            try await page.begin()
            gate.close()
            try await paste("private.png", in: browser)
            _ = try await eventually("the gate has it") { gate.count == 1 ? true : nil }
            try await browser.run("LuaDesk.identify({ external_id: 'customer-4712', signature: '\(second)' })")
            try await page.isConnected()
            let id = try await conversation(of: page)
            gate.open()
            try await page.say("I am somebody else")
            try await page.waits(for: "sent", "delivered", "read", of: "I am somebody else")
            try await browser.until(
                "the upload is over",
                "performance.getEntriesByType('resource').some((entry) => entry.name.includes('/v1/live/media'))",
                within: .seconds(30))
            try await page.say("still")
            try await page.waits(for: "sent", "delivered", "read", of: "still")
            #expect(try await stored(desk, id) == ["I am somebody else", "still"])
            #expect(try await desk.stop() == .init(status: 0))
        } catch {
            await browser.close()
            throw error
        }
        await browser.close()
    }
}
