// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

/// Finding another customer and becoming one with them.
extension PagesTests {
    /// A customer with a name who waits for a person.
    private func waiting(_ name: String, phone: String, _ api: DeskAPI) async throws -> (conversation: String, customer: String) {
        let session = try await api.session(
            channel: "web", identity: ["external_id": .string("shop-\(phone)"), "phone": .string(phone)])
        var live = api
        live.token = session.token
        _ = try await live.post("/v1/live/messages", ["client_id": "1", "kind": "text", "text": "人工"])
        let named = try await api.send(
            "PATCH", "/v1/customers/\(session.customer)", body: (["name": .string(name)] as Value).json,
            headers: ["content-type": "application/json"])
        #expect(named.status == 200, "\(named.text)")
        return (session.conversation, session.customer)
    }

    private static let down = "\u{E015}", escape = "\u{E00C}"

    @Test("another customer is found by a part of the name, by phone or among the recent, merged and parted by the keyboard")
    func mergeByKeyboard() async throws {
        try await atDesk { desk, driver in
            let api = try await desk.api()
            let first = try await waiting("王小明", phone: "+8613800138000", api)
            let second = try await waiting("Wang Xiaoming", phone: "+8613900139000", api)
            let third = try await waiting("Zhang San", phone: "+8613700137000", api)
            let agent = try await driver.browser(language: "en", width: 1400)
            try await with([agent]) {
                let work = try await DeskPage.signIn(desk.url, token: try await agentToken(desk), in: agent)
                try await work.isListed(first.conversation, in: "queued")
                try await work.choose(first.conversation, in: "queued")
                try await agent.until(
                    "the finder is there", "document.querySelector('#merge-other')?.placeholder.startsWith('Merge with')")

                // Without words: whom somebody talked to last, without this one.
                try await agent.click("#merge-other")
                try await found([third.customer, second.customer], in: agent)
                #expect(try await agent.texts(".finder-title") == ["Talked to last"])
                // By phone, as people write it.
                try await agent.type("139 0013 9000", into: "#merge-other")
                try await found([second.customer], in: agent)
                try await agent.press(Self.escape)
                try await agent.until("the list is closed", "document.querySelector('#merge-found').hidden")
                // By a part of the name, then with the arrows and Enter.
                try await agent.type("nobody of this name", into: "#merge-other")
                try await agent.see("No customer found", in: "#merge-note")
                try await agent.press(Self.escape)
                try await agent.type("ang", into: "#merge-other")
                try await found([third.customer, second.customer], in: agent)
                try await agent.press(Self.down)
                try await agent.until(
                    "the second is chosen",
                    "document.querySelector('#merge-other').getAttribute('aria-activedescendant') === 'merge-found-1'")
                try await agent.press(Browser.enter)
                try await agent.see("Merge “Wang Xiaoming” into “王小明”?", in: "#merge-asked")
                try await agent.until("the answer has the focus", "document.activeElement.id === 'merge-yes'")
                #expect(try await api.get("/v1/customers/\(second.customer)").value["id"]?.string == second.customer)

                try await agent.press(Browser.enter)
                try await agent.see("Merged with “Wang Xiaoming”.", in: "#merge-note")
                #expect(try await api.get("/v1/customers/\(second.customer)").value["id"]?.string == first.customer)

                try await agent.until("the way back has the focus", "document.activeElement.id === 'merge-undo'")
                try await agent.press(Browser.enter)
                try await agent.see("The merge with “Wang Xiaoming” is undone.", in: "#merge-note")
                // What was said stands while the column is drawn anew under the focus.
                let body: Value = ["attributes": ["city": "Suzhou"]]
                let changed = try await api.send(
                    "PATCH", "/v1/customers/\(first.customer)", body: body.json, headers: ["content-type": "application/json"])
                #expect(changed.status == 200)
                try await agent.see("Suzhou", in: "#customer-attributes")
                try await agent.see("The merge with “Wang Xiaoming” is undone.", in: "#merge-note")
                #expect(try await agent.texts(".finder-title").isEmpty)
                #expect(try await api.get("/v1/customers/\(second.customer)").value["id"]?.string == second.customer)
            }
        }
    }

    @Test("in Chinese, with a pointer; who says no is asked no more")
    func mergeInChinese() async throws {
        try await atDesk { desk, driver in
            let api = try await desk.api()
            let first = try await waiting("王小明", phone: "+8613800138000", api)
            let second = try await waiting("王大明", phone: "+8613900139000", api)
            let agent = try await driver.browser(language: "zh-CN", width: 1400)
            try await with([agent]) {
                let work = try await DeskPage.signIn(desk.url, token: try await agentToken(desk), in: agent)
                try await work.isListed(first.conversation, in: "queued")
                try await work.choose(first.conversation, in: "queued")
                try await agent.until(
                    "the finder is there", "document.querySelector('#merge-other')?.placeholder.startsWith('与另一客户合并')")
                try await agent.type("大明", into: "#merge-other")
                try await found([second.customer], in: agent)
                try await agent.click("#merge-found-0")
                try await agent.see("将“王大明”合并到“王小明”？", in: "#merge-asked")
                try await agent.click("#merge-no")
                try await agent.until("nothing is asked", "document.querySelector('#merge-question').hidden")
                try await agent.type(second.customer, into: "#merge-other")
                try await found([second.customer], in: agent)
                try await agent.click("#merge-found-0")
                try await agent.click("#merge-yes")
                try await agent.see("已与“王大明”合并。", in: "#merge-note")
                #expect(try await api.get("/v1/customers/\(second.customer)").value["id"]?.string == first.customer)
            }
        }
    }

    /// Waits until the list offers these customers, in this order.
    private func found(_ customers: [String], in browser: Browser) async throws {
        try await browser.until(
            "\(customers.count) are offered",
            """
            (() => {
              const list = document.querySelector('#merge-found');
              const ids = [...list.querySelectorAll('[role=option]')].map((node) => node.dataset.customer);
              return !list.hidden && JSON.stringify(ids) === arguments[0];
            })()
            """, [.string(Value.array(customers.map { .string($0) }).jsonText)])
    }
}
