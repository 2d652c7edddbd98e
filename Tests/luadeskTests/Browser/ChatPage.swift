// SPDX-License-Identifier: Apache-2.0
import Desk

/// The customer's page in a browser.
struct ChatPage: Sendable {
    let browser: Browser

    /// Opens the page and waits until it is connected.
    static func open(_ desk: String, in browser: Browser, query: String = "") async throws -> ChatPage {
        try await browser.open("\(desk)/chat\(query)")
        let page = ChatPage(browser: browser)
        try await page.isConnected()
        return page
    }

    func isConnected(within limit: Duration = patience) async throws {
        try await browser.until(
            "the chat is connected", "document.querySelector('#status')?.dataset.state === 'online'", within: limit)
    }

    func say(_ text: String) async throws { try await browser.type(text + Browser.enter, into: "#words") }

    /// What the customer has written, as shown.
    func own() async throws -> [String] { try await browser.texts(".said.mine .bubble") }

    /// What was answered, as shown.
    func answers() async throws -> [String] { try await browser.texts(".said:not(.mine) .bubble") }

    /// Waits until a message of the customer has got so far: `sent`, `delivered`, `read`, `failed`, `waiting`.
    func waits(for states: String..., of text: String) async throws {
        try await browser.until(
            "'\(text)' is \(states.joined(separator: " or "))",
            "[...document.querySelectorAll('.said.mine')].some((node) => node.querySelector('.bubble').innerText === arguments[0] && arguments[1].includes(node.dataset.state))",
            [.string(text), .array(states.map { .string($0) })])
    }
}
