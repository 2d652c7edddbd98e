// SPDX-License-Identifier: Apache-2.0
import Desk

/// The agents' page in a browser.
struct DeskPage: Sendable {
    let browser: Browser

    /// Signs in through the form, as a person would.
    static func signIn(_ desk: String, token: String, in browser: Browser) async throws -> DeskPage {
        try await browser.open("\(desk)/desk")
        try await browser.type(token + Browser.enter, into: "#token")
        let page = DeskPage(browser: browser)
        try await page.isConnected()
        return page
    }

    func isConnected(within limit: Duration = patience) async throws {
        try await browser.until(
            "the desk is connected", "document.querySelector('#connection')?.dataset.state === 'online'", within: limit)
    }

    /// The list item of a conversation.
    func item(_ conversation: String, in list: String) -> String { "#list-\(list) li[data-key='\(conversation)'] button" }

    func isListed(_ conversation: String, in list: String, within limit: Duration = patience) async throws {
        try await browser.until(
            "the conversation stands in '\(list)'", "document.querySelector(arguments[0])",
            [.string(item(conversation, in: list))], within: limit)
    }

    /// Waits until the conversation that is shown is in this state.
    func isIn(state: String) async throws {
        try await browser.until(
            "the conversation is \(state)", "document.querySelector('#talk-state')?.dataset.state === arguments[0]",
            [.string(state)])
    }

    func choose(_ conversation: String, in list: String) async throws { try await browser.click(item(conversation, in: list)) }

    func reply(_ text: String) async throws {
        try await browser.click("#mode-reply")
        try await browser.type(text + Browser.enter, into: "#reply-words")
    }

    func note(_ text: String) async throws {
        try await browser.click("#mode-note")
        try await browser.type(text + Browser.enter, into: "#reply-words")
    }

    /// Waits until a message of the timeline has got so far.
    func waits(for state: String, of text: String) async throws {
        try await browser.until(
            "'\(text)' is \(state)",
            "[...document.querySelectorAll('#timeline .line')].some((node) => node.querySelector('.line-bubble').innerText === arguments[0] && node.dataset.state === arguments[1])",
            [.string(text), .string(state)])
    }
}
