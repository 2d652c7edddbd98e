// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

/// Keys, menus, links, roles.
extension PagesTests {
    @Test("Enter that ends a composition does not send; Shift+Enter makes a line")
    func composition() async throws {
        try await atDesk { desk, driver in
            let customer = try await driver.browser()
            try await with([customer]) {
                let chat = try await ChatPage.open(desk.url, in: customer)
                try await customer.type("nihao", into: "#words")
                let press = """
                    document.querySelector('#words').dispatchEvent(new KeyboardEvent('keydown', \
                    { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))
                    """
                #expect(try await customer.run("return \(press)").bool == true, "left to the input method")
                #expect(try await chat.own() == [])
                try await customer.type("\u{E008}\(Browser.enter)\u{E008}two" + Browser.enter, into: "#words")
                try await chat.waits(for: "sent", "delivered", "read", of: "nihao\ntwo")
            }
        }
    }

    @Test("an address leads to its conversation; Arabic runs from the right, also around other words")
    func addresses() async throws {
        try await atDesk { desk, driver in
            let token = try await agentToken(desk)
            let (customer, agent) = (try await driver.browser(), try await driver.browser())
            try await with([customer, agent]) {
                let chat = try await ChatPage.open(desk.url, in: customer)
                let id = try await conversation(of: chat)
                try await chat.say("مرحبا human من فضلك")
                try await chat.waits(for: "sent", "delivered", "read", of: "مرحبا human من فضلك")
                _ = try await DeskPage.signIn(desk.url, token: token, in: agent)
                try await agent.run("location.hash = arguments[0]", [.string("#conversation=\(id)")])
                try await agent.see("مرحبا", in: "#timeline .text")
                let firstIsRight = """
                    const words = [...document.querySelectorAll("#timeline .text")].map((node) => node.firstChild)
                      .find((node) => node.textContent.startsWith("مرحبا"));
                    const left = (from, to) => {
                      const range = document.createRange();
                      range.setStart(words, from);
                      range.setEnd(words, to);
                      return range.getBoundingClientRect().left;
                    };
                    return left(0, 5) > left(words.length - 4, words.length);
                    """
                try await agent.until("the first word stands on the right", "(() => { \(firstIsRight) })()")
            }
        }
    }

    @Test("a menu's choice goes back with its id, a card links only where a browser may go, and it fits on a phone")
    func richMessages() async throws {
        try await atDesk { desk, driver in
            let customer = try await driver.browser(width: 500, height: 800)
            try await with([customer]) {
                try await customer.devTools(
                    "Emulation.setDeviceMetricsOverride", ["width": 360, "height": 700, "deviceScaleFactor": 1, "mobile": true])
                let chat = try await ChatPage.open(desk.url, in: customer)
                let id = try await conversation(of: chat)
                try await customer.until("the bot greets", "document.querySelector('.said:not(.mine) .bubble')")
                let api = try await desk.api()
                let card: Value = ["type": "link", "title": "<i>Gift</i>", "url": "javascript:document.title='hurt'"]
                _ = try await api.post("/v1/conversations/\(id)/messages", ["kind": "card", "text": "Gift", "fields": card])
                let menu: Value = ["options": [["id": "size", "text": "尺码不合适"], ["id": "other", "text": "其他原因"]]]
                _ = try await api.post("/v1/conversations/\(id)/messages", ["kind": "menu", "text": "退货原因？", "fields": menu])
                try await customer.see("<i>Gift</i>", in: ".card strong")
                #expect(try await customer.run("return document.querySelectorAll('a.card').length").int == 0)
                try await customer.see("尺码不合适", in: "button.option")
                try await customer.run(
                    "[...document.querySelectorAll('button.option')].find((node) => node.innerText === '尺码不合适').focus()")
                // What is drawn anew meanwhile, as when it was delivered, takes the place from under nobody's fingers.
                try await customer.run("for (const _ of [1, 2]) document.querySelector('#language').click()")
                #expect(try await customer.run("return document.activeElement.innerText").string == "尺码不合适")
                try await customer.press(Browser.enter)
                try await chat.waits(for: "sent", "delivered", "read", of: "尺码不合适")
                let stored = try await api.all("/v1/conversations/\(id)/messages").filter {
                    $0["direction"]?.string == "in" && $0["kind"]?.string == "text"
                }
                #expect(stored.map { $0.at("fields.option")?.string } == ["size"])
                #expect(try await customer.run("return document.documentElement.scrollWidth").int == 360)

                let links = try await customer.runAsync(
                    """
                    import('/assets/message.js').then(({ safeLink, safePicture, textWithLinks }) => done([
                      ['https://a.example/b', 'http://a.example', 'weixin://dl/business', 'javascript:alert(1)', ' JavaScript:alert(1)',
                       'data:text/html,x', '//a.example', 'nonsense', ''].map((link) => safeLink(link) !== null),
                      ['https://a.example/b.png', '/v1/media/1', 'http://elsewhere.example/x.png', 'data:image/png;base64,AAAA',
                       'data:image/svg+xml;base64,AAAA', 'javascript:alert(1)'].map((picture) => safePicture(picture) !== null),
                      textWithLinks('看https://a.example/1查看 (https://a.example/?b=1). https://a.example/Tea_(x)，好')
                        .filter((node) => node.href).map((node) => node.href)]))
                    """)
                #expect(links[0] == [true, true, true, false, false, false, false, false, false])
                #expect(links[1] == [true, true, false, true, false, false])
                #expect(links[2] == ["https://a.example/1", "https://a.example/?b=1", "https://a.example/Tea_(x)"])
            }
        }
    }

    @Test("the desk can be worked with the keyboard alone")
    func keyboard() async throws {
        try await atDesk { desk, driver in
            let token = try await agentToken(desk)
            let session = try await desk.api().session(channel: "web")
            let customer = DeskAPI(url: desk.url, token: session.token)
            _ = try await customer.post("/v1/live/messages", ["client_id": "1", "kind": "text", "text": "人工"])
            let agent = try await driver.browser(language: "en", width: 820)
            try await with([agent]) {
                let work = try await DeskPage.signIn(desk.url, token: token, in: agent)
                try await work.isListed(session.conversation, in: "queued")
                try await agent.until("the title tells of who waits", "document.title === '(1) LuaDesk'")
                try await agent.press("?")
                try await agent.see("Keyboard shortcuts", in: "dialog[open] h2")
                try await agent.press("\u{E00C}")
                try await agent.until("the help is closed", "!document.querySelector('dialog[open]')")
                try await agent.press("j")
                try await work.isIn(state: "queued")
                try await agent.press("t")
                try await work.isIn(state: "assigned")
                try await agent.until("the reply has the focus", "document.activeElement.id === 'reply-words'")
                try await agent.type("At your service" + Browser.enter, into: "#reply-words")
                try await agent.see("At your service", in: "#timeline .line.ours")
                try await agent.press("\u{E00C}")
                try await agent.press("e")
                try await work.isIn(state: "resolved")
                #expect(try await agent.run("return document.documentElement.scrollWidth <= innerWidth").bool == true)
            }
        }
    }

    @Test("one conversation is found among many by words, in any case and width; Enter opens it, Escape shows all again")
    func finding() async throws {
        try await atDesk { desk, driver in
            let token = try await agentToken(desk)
            var talks: [String] = []
            for words in ["人工", "人工 Red Kettle 7", "人工 blue kettle 8"] {
                let session = try await desk.api().session(channel: "web")
                _ = try await DeskAPI(url: desk.url, token: session.token).post(
                    "/v1/live/messages", ["client_id": "1", "kind": "text", "text": .string(words)])
                talks.append(session.conversation)
            }
            let conversations = talks
            let agent = try await driver.browser(language: "en")
            try await with([agent]) {
                let work = try await DeskPage.signIn(desk.url, token: token, in: agent)
                for each in conversations { try await work.isListed(each, in: "queued") }
                try await agent.until(
                    "the previews are there",
                    "[...document.querySelectorAll('#list-queued li')].every((li) => /人工/.test(li.textContent))")
                try await agent.press("/")
                try await agent.until("the field has the focus", "document.activeElement.id === 'find'")
                try await agent.type("ＫＥＴＴＬＥ red", into: "#find")
                try await agent.until("one is left", "document.querySelectorAll('#list-queued li').length === 1")
                try await agent.see("1 / 3", in: ".list-queued .count")
                try await agent.press(Browser.enter)
                try await work.isIn(state: "queued")
                try await agent.until(
                    "the one that was found is chosen",
                    "document.querySelector('.item[aria-current]')?.closest('li').dataset.key === arguments[0]",
                    [.string(conversations[1])])
                try await agent.press("\u{E00C}")
                try await agent.until("all are back", "document.querySelectorAll('#list-queued li').length === 3")
                try await agent.type("no such words", into: "#find")
                try await agent.see("Nothing found here", in: ".list-queued .none")
            }
        }
    }

    @Test("who comes online is given who waits; a transfer goes back to the queue with its note; the bot takes over again")
    func presenceAndTransfer() async throws {
        try await atDesk { desk, driver in
            let token = try await agentToken(desk)
            let session = try await desk.api().session(channel: "web")
            let customer = DeskAPI(url: desk.url, token: session.token)
            _ = try await customer.post("/v1/live/messages", ["client_id": "1", "kind": "text", "text": "人工"])
            let agent = try await driver.browser()
            try await with([agent]) {
                let work = try await DeskPage.signIn(desk.url, token: token, in: agent)
                try await work.isListed(session.conversation, in: "queued")
                try await agent.click("#presence option[value=online]")
                try await work.isListed(session.conversation, in: "mine")
                try await work.choose(session.conversation, in: "mine")
                try await work.isIn(state: "assigned")

                try await agent.click("#presence option[value=busy]")
                _ = try await eventually("the server knows") {
                    try await desk.api().all("/v1/agents").contains { $0["presence"]?.string == "busy" } ? true : nil
                }
                try await agent.click("#do-transfer")
                try await agent.type("客户要换货", into: "#transfer-note")
                try await agent.click("#transfer-to option[value='team:after_sales']")
                try await agent.click("#transfer button[type=submit]")
                try await work.isIn(state: "queued")
                try await work.isListed(session.conversation, in: "queued")
                try await agent.see("客户要换货", in: "#timeline .line.noted")

                try await agent.click("#do-return")
                try await work.isIn(state: "bot")
                try await work.isListed(session.conversation, in: "bot")
                let stored = try await desk.api().get("/v1/conversations/\(session.conversation)").value
                #expect(stored["state"]?.string == "bot")
                #expect(stored["agent_id"] == nil)
            }
        }
    }

    @Test("a wrong token stays outside; an auditor looks and cannot touch")
    func roles() async throws {
        try await atDesk { desk, driver in
            let auditor = try await desk.token(role: "auditor")
            let session = try await desk.api().session(channel: "web")
            var live = DeskAPI(url: desk.url)
            live.token = session.token
            _ = try await live.post("/v1/live/messages", ["client_id": "1", "kind": "text", "text": "人工"])
            let browser = try await driver.browser()
            try await with([browser]) {
                try await browser.open("\(desk.url)/desk#token=wrong")
                try await browser.until("it says so", "!document.querySelector('#door-problem').hidden")
                #expect(try await browser.run("return location.hash") == "")
                let page = try await DeskPage.signIn(desk.url, token: auditor, in: browser)
                try await page.choose(session.conversation, in: "queued")
                try await browser.see("人工", in: "#timeline .line.theirs")
                #expect(try await browser.run("return document.querySelector('#reply-words').disabled").bool == true)
                #expect(try await browser.texts(".head-actions button:not(#do-side)") == [])
                try await browser.click("#sign-out")
                try await browser.until("the door", "document.querySelector('#token')?.offsetParent")
                #expect(try await browser.run("return sessionStorage.length").int == 0)
            }
        }
    }
}
