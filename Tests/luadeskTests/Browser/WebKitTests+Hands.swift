// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

/// Keys, screens, languages, colours, pictures and voice.
extension WebKitTests {
    private static let tab = "\u{E004}"
    private static let escape = "\u{E00C}"
    private static let shift = "\u{E008}"

    @Test("it can be used with the keyboard alone; focus stays inside, comes back, and the page's shortcuts hear nothing")
    func keyboard() async throws {
        try await atShop { _, site, browser in
            let page = try await KitPage.open(site.url, in: browser)
            try await browser.run("window.heard = []; document.addEventListener('keydown', (event) => heard.push(event.key))")
            try await browser.run("document.querySelector('#ask').focus()")
            try await browser.press(Self.tab)
            try await page.hasFocus("launcher")
            try await browser.press(Browser.enter)
            try await page.isConnected()
            try await page.hasFocus("words")
            try await browser.run("heard.length = 0")
            try await page.type("one\(Self.shift)\(Browser.enter)\(Self.shift)two\(Browser.enter)")
            try await page.waits(for: "sent", "delivered", "read", of: "one\ntwo")
            let press = """
                \(KitPage.root).querySelector('#words').dispatchEvent(new KeyboardEvent('keydown', \
                { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))
                """
            #expect(try await browser.run("return \(press)").bool == true, "left to the input method")

            var stops: [String] = []
            for _ in 0..<40 {
                try await browser.press(Self.tab)
                guard let stop = try await page.focus() else { break }
                stops.append(stop)
                if stop == "words" { break }
            }
            #expect(stops.last == "words", "Tab goes round: \(stops)")
            #expect(stops.contains("close") && stops.contains("language") && stops.contains("go send"))
            try await browser.press([Self.shift, Self.tab])
            try await page.hasFocus("tool attach")
            try await browser.press(Self.escape)
            try await page.isHidden(".panel")
            try await page.hasFocus("launcher")
            #expect(try await browser.run("return heard.length").int == 0)

            try await browser.click("#ask")
            try await page.isShown(".panel")
            try await page.hasFocus("words")
            try await browser.press(Self.escape)
            try await browser.until("the page's button has the focus again", "document.activeElement.id === 'ask'")
        }
    }

    @Test("screen readers are given names, a log that speaks, and what is new while it is closed")
    func names() async throws {
        try await atShop { desk, site, browser in
            let page = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            let nameless = try await browser.run(
                """
                return [...\(KitPage.root).querySelectorAll('button, textarea, a, img, [role=log], [role=dialog]')]
                  .filter((node) => node.getClientRects().length && !(node.getAttribute('aria-label') || node.getAttribute('aria-labelledby') || node.innerText?.trim() || node.alt
                    || \(KitPage.root).querySelector(`label[for="${node.id || '-'}"]`)?.textContent)).map((node) => node.outerHTML)
                """)
            #expect(nameless == [])
            let log = try await browser.run(
                "const log = \(KitPage.root).querySelector('[role=log]'); return [log.ariaLive, log.ariaLabel]")
            #expect(log == ["polite", "Conversation"])
            #expect(try await browser.run("return \(KitPage.root).querySelector('.panel').getAttribute('role')") == "dialog")
            let id = try await conversation(of: page)
            try await browser.run("LuaDesk.close()")
            _ = try await desk.api().post("/v1/conversations/\(id)/messages", ["kind": "text", "text": "It is on its way"])
            try await page.until("it is spoken", ".readers[role=status]", "node.textContent.includes('It is on its way')")
            try await page.until(
                "the button tells what is unread", ".launcher", "node.ariaLabel === 'Open customer service, 1 unread'")
        }
    }

    @Test("on a phone it fills the screen, nothing sticks out, and the page behind does not scroll")
    func phone() async throws {
        try await atShop(
            attributes:
                #"data-title="A rather long name of a shop that sells many things" data-faq="How much is it?|Where is my parcel?""#
        ) {
            desk, site, browser in
            try await browser.becomePhone(width: 360, height: 700)
            let page = try await KitPage.open(site.url, in: browser)
            try await browser.screenshot("kit-phone-closed")
            try await page.begin()
            let id = try await conversation(of: page)
            let wide = String(repeating: "very", count: 60)
            try await page.say("\(wide) https://shop.example/\(wide)")
            try await page.waits(for: "sent", "delivered", "read", of: "\(wide) https://shop.example/\(wide)")
            let api = try await desk.api()
            let menu: Value = ["options": [["id": "a", "text": .string(wide)], ["id": "b", "text": "Other"]]]
            _ = try await api.post("/v1/conversations/\(id)/messages", ["kind": "menu", "text": "Which?", "fields": menu])
            try await page.see("Other", in: "button.option")
            try await browser.screenshot("kit-phone")
            let box = try await browser.run(
                "const box = \(KitPage.root).querySelector('.panel').getBoundingClientRect(); return [box.left, box.top, box.width, box.height]"
            )
            #expect(box == [0, 0, 360, 700])
            #expect(try await browser.run("return document.documentElement.scrollWidth").int == 360)
            let inner = try await browser.run(
                "const node = \(KitPage.root).querySelector('.scroller'); return node.scrollWidth - node.clientWidth")
            #expect(inner.int == 0)
            try await browser.until(
                "the page behind does not scroll", "getComputedStyle(document.documentElement).overflowY === 'hidden'")
            let size = try #require(try await page.style("fontSize", of: "#words")?.replacingOccurrences(of: "px", with: ""))
            #expect((Double(size) ?? 0) >= 16, "smaller letters make phones zoom in")
            try await page.click(".close")
            try await browser.until(
                "the page scrolls again", "getComputedStyle(document.documentElement).overflowY === 'visible'")
            #expect(try await browser.run("return document.documentElement.scrollWidth").int == 360)
        }
    }

    @Test(
        "it speaks the page's language, the other at a click, and remembers it",
        arguments: [("en", "Customer service"), ("zh-CN", "在线客服")])
    func languages(_ language: String, _ title: String) async throws {
        try await atShop(language: language) { _, site, browser in
            let page = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            try await page.see(title, in: ".top h2")
            try await page.see(language == "en" ? "How much are the headphones?" : "无线耳机多少钱？", in: ".faq li:first-child button")
            try await browser.screenshot("kit-\(language)")
            let other = language == "en" ? "在线客服" : "Customer service"
            try await page.click(".language")
            try await page.see(other, in: ".top h2")
            try await page.until("it says which language it speaks", ".kit", "node.lang !== arguments[1]", [.string(language)])
            try await browser.reload()
            try await page.isThere()
            try await page.see(other, in: ".top h2")
        }
    }

    @Test("the page's variables colour and place it, words stay readable, and the page's own styles do not reach in")
    func theme() async throws {
        let styles = """
            <style>
              luadesk-chat { --luadesk-color: rgb(255, 214, 10); --luadesk-radius: 4px; --luadesk-font: Georgia, serif; --luadesk-z: 77;
                --luadesk-right: auto; --luadesk-left: 40px; --luadesk-bottom: 30px; }
              * { letter-spacing: 5px; } button { display: none !important; background: red !important; } luadesk-chat { display: none; color: red; }
            </style>
            """
        try await atShop(attributes: #"data-launcher="true""#, before: styles) { _, site, browser in
            let page = try await KitPage.open(site.url, in: browser)
            #expect(try await page.style("backgroundColor", of: ".launcher") == "rgb(255, 214, 10)")
            #expect(try await page.style("zIndex", of: ".corner") == "77")
            let corner = try await browser.run(
                "const box = \(KitPage.root).querySelector('.launcher').getBoundingClientRect(); return [box.left, innerHeight - box.bottom]"
            )
            #expect(corner == [40, 30])
            try await page.begin()
            #expect(try await page.style("borderTopLeftRadius", of: ".panel") == "4px")
            #expect(try await page.style("fontFamily", of: ".kit") == "Georgia, serif")
            #expect(try await page.style("letterSpacing", of: ".kit") == "normal")
            #expect(try await page.style("color", of: ".top") == "rgb(16, 20, 15)", "dark words on yellow")
            try await browser.screenshot("kit-theme")
            try await browser.run("LuaDesk.setTheme({ color: '#1d3a8a' })")
            #expect(try await page.style("backgroundColor", of: ".top") == "rgb(29, 58, 138)")
            #expect(try await page.style("color", of: ".top") == "rgb(255, 255, 255)")
        }
    }

    @Test(
        "a picture is chosen, pasted or dropped, shown at once and from the desk; one that is too large can be seen as not sent")
    func pictures() async throws {
        try await atShop { desk, site, browser in
            let page = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            let id = try await conversation(of: page)
            let folder = TemporaryFolder()
            // A picture of 2 by 1 points.
            let png = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAD0lEQVR4nGP4z8DA8J8BAAYAAf8BGRY8AAAAAElFTkSuQmCC"
            try #require(Data(base64Encoded: png)).write(to: URL(fileURLWithPath: "\(folder.path)/picture.png"))
            try await page.type("\(folder.path)/picture.png", into: "input[type=file]")
            let isFromDesk = "node.naturalWidth === 2 && node.src.startsWith(arguments[1] + '/media/')"
            try await page.until("the picture comes from the desk", ".mine img.picture", isFromDesk, [.string(desk.url)])
            for (event, holder) in [("paste", "clipboardData"), ("drop", "dataTransfer")] {
                try await browser.run(
                    """
                    const bytes = Uint8Array.from(atob('\(png)'), (letter) => letter.charCodeAt(0));
                    const data = new DataTransfer();
                    data.items.add(new File([bytes], '\(event).png', { type: 'image/png' }));
                    const Kind = '\(event)' === 'drop' ? DragEvent : ClipboardEvent;
                    \(KitPage.root).querySelector('#words').dispatchEvent(
                      new Kind('\(event)', { \(holder): data, bubbles: true, composed: true, cancelable: true }));
                    """)
            }
            try await browser.until(
                "three pictures",
                "[...\(KitPage.root).querySelectorAll('.mine img.picture')].filter((node) => node.src.includes('/media/') && node.naturalWidth === 2).length === 3"
            )
            try await browser.until(
                "the desk has all three",
                "[...\(KitPage.root).querySelectorAll('.mine img.picture')].every((node) => ['sent', 'delivered', 'read'].includes(node.closest('.one').dataset.state))"
            )
            let names = try await desk.api().all("/v1/conversations/\(id)/messages").filter { $0["kind"]?.string == "image" }
            #expect(Set(names.compactMap { $0.at("fields.name")?.string }) == ["picture.png", "paste.png", "drop.png"])

            try Data(count: 21 << 20).write(to: URL(fileURLWithPath: "\(folder.path)/large.bin"))
            try await page.type("\(folder.path)/large.bin", into: "input[type=file]")
            try await page.see("too large", in: ".banner")
            try await page.until(
                "it is marked", ".one.mine", "node.dataset.state === 'failed' && node.innerText.includes('large.bin')")
            try await page.click(".remove")
            try await page.until("it is gone", ".said", "!node.innerText.includes('large.bin')")

            try await browser.cutOff(true)
            try await page.until("the kit notices", ".status", "node.dataset.state !== 'online'")
            try await page.type("\(folder.path)/picture.png", into: "input[type=file]")
            try await page.until(
                "it waits", ".one.mine", "node.dataset.state === 'waiting' && node.querySelector('img').naturalWidth === 2")
            let leave = "const leaving = new Event('beforeunload', { cancelable: true }); return !dispatchEvent(leaving)"
            #expect(try await browser.run(leave) == true, "who leaves now is asked: the picture would be lost")
            try await browser.cutOff(false)
            try await browser.until(
                "four pictures",
                "[...\(KitPage.root).querySelectorAll('.mine img.picture')].filter((node) => node.src.includes('/media/')).length === 4"
            )
            try await browser.until("nobody is asked any more", "(() => { \(leave) })() === false")
            // Days later the addresses that this browser has kept are not good any more: it asks for new ones.
            try await browser.open("\(site.url)/other")
            try await browser.run(
                """
                const key = Object.keys(localStorage).find((key) => key.endsWith('.past'));
                localStorage.setItem(key, localStorage.getItem(key).replace(/until=[0-9]+/g, 'until=1'));
                """)
            try await browser.open(site.url)
            try await page.until("kept pictures are shown again", ".mine img.picture", isFromDesk, [.string(desk.url)])
        }
    }

    @Test("a voice message is recorded and can be heard; Escape throws it away")
    func voice() async throws {
        try await atShop(flags: ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]) { desk, site, browser in
            let page = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            let id = try await conversation(of: page)
            try await page.click(".record")
            try await page.isShown(".recording")
            try await browser.press(Self.escape)
            try await page.isHidden(".recording")
            try await page.isShown(".panel")
            try await page.click(".record")
            try await page.see("0:01", in: ".recording p")
            try await browser.screenshot("kit-recording")
            try await page.click(".keep")
            try await page.until(
                "it can be played", ".mine audio",
                "node.src.startsWith(arguments[1] + '/media/') && node.readyState > 0 && !node.error",
                [.string(desk.url)])
            try await page.until(
                "the desk has it", ".one.mine",
                "node.querySelector('audio') && ['sent', 'delivered', 'read'].includes(node.dataset.state)")
            let voices = try await desk.api().all("/v1/conversations/\(id)/messages").filter { $0["kind"]?.string == "voice" }
            #expect(voices.count == 1)
        }
    }

    @Test("where the microphone is refused or missing, it says what to do", arguments: ["NotAllowedError", "NotFoundError"])
    func noMicrophone(_ name: String) async throws {
        try await atShop { _, site, browser in
            try await browser.prepare(
                script: "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', '\(name)'))")
            let page = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            try await page.click(".record")
            try await page.see(name == "NotAllowedError" ? "microphone is not allowed" : "No microphone was found", in: ".banner")
            try await page.isShown(".composer")
        }
    }

    @Test(
        "closed or pressed twice while the browser still asks for the microphone, nothing is recorded and the microphone is off")
    func recordingNotBegun() async throws {
        try await atShop(flags: ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]) { desk, site, browser in
            try await browser.prepare(
                script: """
                    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
                    window.streams = [];
                    window.allow = null;
                    navigator.mediaDevices.getUserMedia = async (wish) => {
                      await new Promise((done) => { window.allow = done; });
                      const stream = await ask(wish);
                      streams.push(stream);
                      return stream;
                    };
                    window.live = () => streams.flatMap((each) => each.getTracks()).filter((each) => each.readyState === "live").length;
                    """)
            let page = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            try await page.click(".record")
            try await browser.until("the browser asks", "allow !== null")
            try await browser.run("LuaDesk.close(); allow(); window.allow = null")
            try await browser.until("the browser gave it", "streams.length === 1 && live() === 0")
            try await page.click(".launcher")
            try await page.isShown(".composer")
            try await page.click(".record")
            try await page.click(".record")
            try await browser.until("the browser asks again", "allow !== null")
            try await browser.run("allow()")
            try await page.isShown(".recording")
            #expect(try await browser.run("return streams.length") == 2, "the second press asked for nothing")
            try await page.click(".discard")
            try await page.isHidden(".recording")
            try await browser.until("the microphone is off", "live() === 0")
            #expect(try await page.own().isEmpty)
        }
    }

    @Test("a button that goes away when it is pressed leaves the focus where one goes on")
    func focusGoesOn() async throws {
        try await atShop(attributes: #"data-faq="Talk to a person|When will it ship?""#) { desk, site, browser in
            func press(_ selector: String) async throws {
                try await browser.run("\(KitPage.root).querySelector(arguments[0]).focus()", [.string(selector)])
                try await browser.press(Browser.enter)
            }
            let page = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            let id = try await conversation(of: page)
            try await press(".faq button")
            try await page.isHidden(".faq")
            try await page.hasFocus("words")
            let menu: Value = ["options": [["id": "a", "text": "Size"], ["id": "b", "text": "Other"]]]
            let api = try await desk.api()
            _ = try await api.post("/v1/conversations/\(id)/messages", ["kind": "menu", "text": "Why?", "fields": menu])
            try await page.see("Why?", in: ".bubble")
            try await press("button.option")
            try await page.waits(for: "sent", "delivered", "read", of: "Size")
            try await page.hasFocus("words")
            try await browser.press(Self.escape)
            _ = try await api.post("/v1/conversations/\(id)/messages", ["kind": "text", "text": "One more thing"])
            try await page.isShown(".teaser")
            try await press(".dismiss")
            try await page.isHidden(".teaser")
            try await page.hasFocus("launcher")
        }
    }

    @Test("what an agent recorded goes on playing while the customer writes")
    func playsOn() async throws {
        try await atShop { desk, site, browser in
            let page = try await KitPage.open(site.url, in: browser)
            try await page.begin()
            let id = try await conversation(of: page)
            let answer: Value = ["kind": "text", "text": "Listen"]
            _ = try await desk.api().post("/v1/conversations/\(id)/messages", answer)
            try await page.see("Listen", in: ".bubble")
            try await browser.run(
                "window.kept = [...\(KitPage.root).querySelectorAll('.bubble')].find((node) => node.innerText.includes('Listen'))"
            )
            try await page.say("I do")
            try await page.waits(for: "sent", "delivered", "read", of: "I do")
            #expect(try await browser.run("return kept.isConnected") == true, "the same bubble, not one built anew")
        }
    }

    @Test("in an iframe it fills the frame, tells the page what is unread, and is told when it is shown")
    func iframe() async throws {
        let desk = try await LuaDeskProcess.demo()
        let html = """
            <!DOCTYPE html><html lang="en"><body><h1>Shop</h1><script>
            window.told = [];
            addEventListener("message", (event) => { if (event.data.luadesk) told.push(event.data); });
            </script><iframe src="\(desk.url)/clients/web/iframe.html?channel=web&lang=en&title=Northwind" width="380" height="600"
             title="Customer service" allow="microphone"></iframe></body></html>
            """
        let site = try await StaticSite.start(["/": html], headers: [Self.policy(desk.url)])
        let driver = try await BrowserDriver.start()
        let browser = try await driver.browser(language: "en")
        do {
            let page = KitPage(browser: browser)
            try await browser.open(site.url)
            try await browser.enter(frame: 0)
            try await page.isConnected()
            try await page.see("Northwind", in: ".top h2")
            try await page.until("it fills the frame", ".panel", "getComputedStyle(node).width === '380px'")
            try await page.say("How much are the headphones?")
            try await page.see("399", in: ".one:not(.mine) .bubble")
            let id = try await conversation(of: page)
            try await page.click(".close")
            _ = try await desk.api().post("/v1/conversations/\(id)/messages", ["kind": "text", "text": "one more"])
            try await browser.enter(frame: nil)
            try await browser.until("the page hears of it", "told.some((each) => each.luadesk === 'unread' && each.count === 1)")
            try await browser.until("and that it was closed", "told.some((each) => each.luadesk === 'close')")
            #expect(try await browser.run("return JSON.stringify(told).includes('one more')") == false, "counts, never words")
            try await browser.run("document.querySelector('iframe').contentWindow.postMessage({ luadesk: 'open' }, '*')")
            try await browser.until("it was read", "told.filter((each) => each.luadesk === 'unread').at(-1).count === 0")
            try await desk.stop()
        } catch {
            await browser.close()
            throw error
        }
        await browser.close()
    }
}
