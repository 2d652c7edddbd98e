// SPDX-License-Identifier: Apache-2.0
import Desk
import MailServers
import Testing

/// What is written arrives once, whatever the network does.
extension PagesTests {
    @Test("what is written while the server is down is sent once, when it is back")
    func serverRestart() async throws {
        let driver = try await BrowserDriver.start()
        let port = try HeldPort()
        let first = try await LuaDeskProcess.demo(port: port)
        let customer = try await driver.browser()
        try await with([customer]) {
            let chat = try await ChatPage.open(first.url, in: customer)
            let id = try await conversation(of: chat)
            try await chat.say("before")
            try await chat.waits(for: "sent", "delivered", "read", of: "before")
            try await first.kill()
            try await customer.until("the page notices", "document.querySelector('#status').dataset.state !== 'online'")
            try await chat.say("while down 1")
            try await chat.say("while down 2")
            try await chat.waits(for: "waiting", of: "while down 2")

            let second = try await LuaDeskProcess.demo(data: first.data, port: port)
            try await chat.isConnected()
            try await chat.waits(for: "sent", "delivered", "read", of: "while down 2")
            #expect(try await chat.own() == ["before", "while down 1", "while down 2"])
            let stored = try await second.api().all("/v1/conversations/\(id)/messages").filter {
                $0["direction"]?.string == "in" && $0["kind"]?.string == "text"
            }
            #expect(stored.map { $0["text"]?.string } == ["before", "while down 1", "while down 2"])
            try await second.stop()
        }
    }

    @Test("what is written without a network survives closing the page, and is sent once")
    func offline() async throws {
        try await atDesk { desk, driver in
            let customer = try await driver.browser()
            try await with([customer]) {
                let chat = try await ChatPage.open(desk.url, in: customer)
                let id = try await conversation(of: chat)
                try await customer.cutOff(true)
                try await customer.until("the page notices", "!document.querySelector('#banner').hidden")
                try await chat.say("from the tunnel")
                try await chat.waits(for: "waiting", of: "from the tunnel")
                try await customer.open("about:blank")
                try await customer.cutOff(false)

                let later = try await ChatPage.open(desk.url, in: customer)
                try await later.waits(for: "sent", "delivered", "read", of: "from the tunnel")
                #expect(try await later.own() == ["from the tunnel"])
                let stored = try await desk.api().all("/v1/conversations/\(id)/messages").filter {
                    $0["direction"]?.string == "in" && $0["kind"]?.string == "text"
                }
                #expect(stored.map { $0["text"]?.string } == ["from the tunnel"])
            }
        }
    }

    @Test("two tabs of one customer are one conversation, in step")
    func twoTabs() async throws {
        try await atDesk { desk, driver in
            let customer = try await driver.browser()
            try await with([customer]) {
                let left = try await customer.tab()
                let chat = try await ChatPage.open(desk.url, in: customer)
                let id = try await conversation(of: chat)
                try await chat.say("from the left")
                try await chat.waits(for: "sent", "delivered", "read", of: "from the left")
                _ = try await customer.openTab()
                let other = try await ChatPage.open(desk.url, in: customer)
                #expect(try await conversation(of: other) == id)
                try await other.waits(for: "sent", "delivered", "read", of: "from the left")
                try await other.say("from the right")
                try await other.waits(for: "sent", "delivered", "read", of: "from the right")
                try await customer.go(to: left)
                try await chat.waits(for: "sent", "delivered", "read", of: "from the right")
                #expect(try await chat.own() == ["from the left", "from the right"])
            }
        }
    }

    @Test("where sockets do not get through, the chat works all the same")
    func longPoll() async throws {
        try await atDesk { desk, driver in
            let customer = try await driver.browser(language: "en")
            try await with([customer]) {
                try await customer.prepare(
                    script:
                        "window.WebSocket = class { constructor() { setTimeout(() => this.onclose?.({ code: 1006 })); } send() {} close() {} };"
                )
                let chat = try await ChatPage.open(desk.url, in: customer)
                for number in 1...3 { try await chat.say("message \(number)") }
                try await chat.waits(for: "sent", "delivered", "read", of: "message 3")
                #expect(try await chat.own() == ["message 1", "message 2", "message 3"])
                let id = try await conversation(of: chat)
                _ = try await desk.api().post(
                    "/v1/conversations/\(id)/messages", ["kind": "text", "text": "hello from the desk"])
                try await customer.see("hello from the desk", in: ".said:not(.mine) .bubble")
                try await customer.see("Customer service", in: "h1")
            }
        }
    }

    @Test("a session that is accepted no more is followed by a new one; what was waiting is sent in it")
    func expiredSession() async throws {
        try await atDesk { desk, driver in
            let customer = try await driver.browser()
            try await with([customer]) {
                try await customer.open("\(desk.url)/chat?channel=nowhere")
                try await customer.see("不存在", in: "#banner")
                try await customer.run(
                    """
                    localStorage.setItem('luadesk.chat.web.session', JSON.stringify({ token: 'ls1.old', customer_id: 'c1', conversation_id: 'v1' }));
                    localStorage.setItem('luadesk.chat.web.out.abc', JSON.stringify(
                      { client_id: 'abc', order: 1, at: new Date().toISOString(), kind: 'text', text: 'still here' }))
                    """)
                let chat = try await ChatPage.open(desk.url, in: customer)
                try await chat.waits(for: "sent", "delivered", "read", of: "still here")
                #expect(try await conversation(of: chat) != "v1")
                #expect(try await customer.run("return localStorage.getItem('luadesk.chat.web.out.abc')") == .null)
            }
        }
    }
}
