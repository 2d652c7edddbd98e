// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

/// What the kit does in pages and browsers that are not as usual, and with much to show.
extension WebKitTests {
    private static let sandbox = """
        <script>
        for (const name of ["localStorage", "sessionStorage"]) {
          Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError"); } });
        }
        </script>
        """
    private static let fullStorage = """
        <script>Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };</script>
        """

    @Test(
        "what is written before there is a connection is sent once, also where nothing can be stored",
        arguments: [sandbox, fullStorage])
    func nothingStored(before: String) async throws {
        try await atShop(before: before) { desk, site, browser in
            let page = try await KitPage.open(site.url, in: browser)
            try await browser.cutOff(true)
            try await page.click(".launcher")
            try await page.say("first words")
            try await page.say("second words")
            try await page.see("You are offline", in: ".banner")
            try await browser.cutOff(false)
            try await page.waits(for: "sent", "delivered", "read", of: "second words")
            #expect(try await page.own() == ["first words", "second words"])
            let api = try await desk.api()
            let id = try #require(try await api.all("/v1/conversations").first?["id"]?.string)
            let stored = try await api.all("/v1/conversations/\(id)/messages").compactMap { $0["text"]?.string }
            #expect(stored.filter { $0.hasSuffix("words") } == ["first words", "second words"])
        }
    }

    @Test("a long conversation is shown in a few strokes, not once for each message", .timeLimit(.minutes(10)))
    func longHistory() async throws {
        try await atShop { desk, site, browser in
            let page = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            let id = try await conversation(of: page)
            try await browser.open("\(site.url)/other")
            let api = try await desk.api()
            let count = 600
            for start in stride(from: 0, to: count, by: 8) {
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in start..<start + 8 {
                        let message: Value = ["kind": "text", "text": .string("answer \(number)")]
                        group.addTask { try await api.post("/v1/conversations/\(id)/messages", message).status }
                    }
                    for try await status in group { #expect(status == 201) }
                }
            }
            // A device that knows the customer and nothing of what was said.
            try await browser.run(
                "for (const key of Object.keys(localStorage)) if (key.endsWith('.past')) localStorage.removeItem(key)")
            try await browser.prepare(
                script: """
                    window.strokes = 0;
                    const attach = Element.prototype.attachShadow;
                    Element.prototype.attachShadow = function (options) {
                      const root = attach.call(this, options);
                      const count = (changes) => { strokes += changes.some((each) => each.target.className === "said"); };
                      new MutationObserver(count).observe(root, { childList: true, subtree: true });
                      return root;
                    };
                    """)
            _ = try await KitPage.open(site.url, in: browser)
            try await page.until("all of it", ".said", "node.querySelectorAll('.one').length >= \(count)")
            let strokes = try #require(try await browser.run("return strokes").int)
            #expect((1..<120).contains(strokes), "\(strokes) strokes for \(count) messages")
        }
    }

    @Test("on a page that is written from right to left it stays as it is; each message has its own direction")
    func rightToLeft() async throws {
        try await atShop(before: "<style>html { direction: rtl; }</style>") { _, site, browser in
            let page = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            try await page.say("مرحبا")
            try await page.waits(for: "sent", "delivered", "read", of: "مرحبا")
            try await page.isShown(".one:not(.mine) .bubble")
            #expect(try await page.style("direction", of: ".top") == "ltr")
            #expect(try await page.style("unicodeBidi", of: ".text") == "plaintext")
            let places = try await browser.run(
                """
                const left = (selector) => \(KitPage.root).querySelector(selector).getBoundingClientRect().left;
                return left('.logo') < left('.close') && left('.attach') < left('.send') && left('.one:not(.mine)') < left('.one.mine');
                """)
            #expect(places == true)
        }
    }

    @Test("an address ends where the sentence around it goes on, also without a space")
    func addresses() async throws {
        try await atShop { _, site, browser in
            let page = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            let text = "看https://shop.example/p/1查看订单 (https://shop.example/a?b=1). https://wiki.example/Tea_(drink)，谢谢"
            try await browser.run(
                "const field = \(KitPage.root).querySelector('#words'); field.value = arguments[0]; field.form.requestSubmit()",
                [.string(text)])
            try await page.waits(for: "sent", "delivered", "read", of: text)
            let links = try await browser.run("return [...\(KitPage.root).querySelectorAll('.mine a')].map((node) => node.href)")
            #expect(
                links == ["https://shop.example/p/1", "https://shop.example/a?b=1", "https://wiki.example/Tea_(drink)"])
        }
    }
}
