// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

/// What was said before what a browser keeps: fetched for who scrolls up, at their reading place.
extension WebKitTests {
    /// Sets `window.read` to the message that is read at the upper end, and where it stands.
    private static let reading = """
        const root = \(KitPage.root), scroller = root.querySelector('.scroller'), edge = scroller.getBoundingClientRect().top;
        const node = [...root.querySelectorAll('.bubble')].find((node) => node.getBoundingClientRect().top >= edge);
        window.read = { node, scroller, top: node.getBoundingClientRect().top - edge };
        """
    /// How far that message has moved since within its list, in pixels: the panel itself may still be rising.
    private static let moved = """
        window.read.node.isConnected
          ? window.read.node.getBoundingClientRect().top - window.read.scroller.getBoundingClientRect().top - window.read.top : null
        """

    private func lines(_ page: KitPage) async throws -> [String] {
        try await page.texts(".one:not(.mine) .bubble").filter { $0.hasPrefix("line ") }
    }

    /// A conversation of a greeting, a question and so many lines of the desk.
    private func fill(_ desk: LuaDeskProcess, _ page: KitPage, lines count: Int) async throws -> [String] {
        try await page.say("hello")
        try await page.waits(for: "sent", "delivered", "read", of: "hello")
        let api = try await desk.api()
        let path = "/v1/conversations/\(try await conversation(of: page))/messages"
        let lines = (1...count).map { "line \($0)" }
        for line in lines {
            let answer = try await api.post(path, ["kind": "text", "text": .string(line)])
            #expect(answer.status == 201)
        }
        try await page.see("line \(count)", in: ".one:not(.mine):last-child .bubble", within: .seconds(60))
        return lines
    }

    @Test(
        "after a reload a conversation of 2,000 messages is read back to its first by scrolling up; what is read stays where it is",
        .timeLimit(.minutes(5)))
    func scrollsBack() async throws {
        try await atShop { desk, site, browser in
            let page = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            let all = try await fill(desk, page, lines: 2000)
            try await browser.reload()
            try await page.isThere()
            try await page.isConnected()
            #expect(try await lines(page) == Array(all.suffix(100)))

            var shown = 100
            while try await browser.run("return !\(KitPage.root).querySelector('.older').hidden").bool == true, shown < 2100 {
                try await browser.run(
                    "const list = \(KitPage.root).querySelector('.scroller'); list.scrollTop = 0; \(Self.reading)")
                try await browser.until(
                    "older messages at \(shown)",
                    "\(KitPage.root).querySelectorAll('.one').length > \(shown) || \(KitPage.root).querySelector('.older').hidden",
                    within: .seconds(20))
                shown = try await page.texts(".one .who").count
                let moved = try #require(try await browser.run("return \(Self.moved)").double)
                #expect(abs(moved) <= 1, "what is read has moved by \(moved) pixels")
            }
            #expect(try await lines(page) == all)
            #expect(try await page.own() == ["hello"])
            // What comes now does not take the reader away.
            try await browser.run(Self.reading)
            let path = "/v1/conversations/\(try await conversation(of: page))/messages"
            _ = try await desk.api().post(path, ["kind": "text", "text": "are you there?"])
            try await page.isShown(".newer")
            #expect(abs(try await browser.run("return \(Self.moved)").double ?? 99) <= 1)
            try await page.click(".newer")
            try await page.until(
                "the newest is in sight", ".one:last-child",
                "node.getBoundingClientRect().bottom <= node.closest('.scroller').getBoundingClientRect().bottom + 1")
        }
    }

    @Test("keys reach the button for older messages; it says how many came, and tries again when the network is back")
    func olderByKeys() async throws {
        try await atShop { desk, site, browser in
            let page = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            let all = try await fill(desk, page, lines: 250)
            try await browser.reload()
            try await page.isThere()
            try await page.isConnected()
            // A page whose requests do not get through, while its socket does.
            try await browser.run("window.real = fetch; window.fetch = () => Promise.reject(new TypeError('no network'))")
            try await browser.run("\(KitPage.root).querySelector('.scroller').focus()")
            try await browser.press("\u{E004}")
            #expect(try await page.focus() == "older")
            try await browser.press(Browser.enter)
            try await page.see("Could not load them. Try again", in: ".older")
            #expect(try await lines(page).count == 100)
            try await browser.run("window.fetch = window.real")
            try await browser.press(Browser.enter)
            try await page.see("100 earlier messages are shown", in: "[role=status]")
            #expect(try await page.focus() == "older")
            while try await browser.run("return !\(KitPage.root).querySelector('.older').hidden").bool == true {
                let count = try await lines(page).count
                try await browser.press(Browser.enter)
                try await page.until(
                    "more of them", ".said", "node.querySelectorAll('.one').length > arguments[1]", [.int(Int64(count + 1))])
            }
            #expect(try await lines(page) == all)
            // The button is gone; who used it is with the messages now.
            #expect(try await page.focus() == "scroller")
            #expect(try await browser.run("return \(KitPage.root).querySelector('.older').getClientRects().length").int == 0)
        }
    }

    @Test("a conversation that is here from its first message offers no older ones, also after a reload")
    func nothingOlder() async throws {
        try await atShop { desk, site, browser in
            let page = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            _ = try await fill(desk, page, lines: 30)
            try await page.isHidden(".older")
            try await browser.reload()
            try await page.isThere()
            try await page.isConnected()
            try await page.isHidden(".older")
        }
    }
}
