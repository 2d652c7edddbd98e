// SPDX-License-Identifier: Apache-2.0
import Desk

/// The web kit on a shop's page in a browser. Selectors are those within its shadow root.
struct KitPage: Sendable {
    let browser: Browser
    static let host = "luadesk-chat"
    /// The shadow root, in JavaScript.
    static let root = "document.querySelector('luadesk-chat')?.shadowRoot"

    /// A shop's page with the kit: one script tag.
    /// - Parameters:
    ///   - attributes: further ones of the tag: `data-title="Shop"`.
    ///   - before: what stands before the tag: `window.LuaDesk` options, styles.
    static func html(_ desk: String, attributes: String = "", before: String = "", language: String = "en") -> String {
        """
        <!DOCTYPE html><html lang="\(language)"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1"><title>Northwind</title>\(before)</head>
        <body><h1>Headphones</h1><button id="ask" onclick="LuaDesk.open()">Ask us</button><p>Light, and made to last.</p>
        <script src="\(desk)/clients/web/luadesk.js" data-channel="web" \(attributes) async></script></body></html>
        """
    }

    /// Opens a page and waits for the kit to be there.
    static func open(_ url: String, in browser: Browser) async throws -> KitPage {
        try await browser.open(url)
        let page = KitPage(browser: browser)
        try await page.isThere()
        return page
    }

    func isThere() async throws {
        try await browser.until("the kit is there", "window.LuaDesk?.version && \(Self.root)?.querySelector('.kit')")
    }

    /// Opens the panel by its launcher and waits until it is connected.
    func begin() async throws {
        try await click(".launcher")
        try await isConnected()
    }

    func isConnected(within limit: Duration = patience) async throws {
        try await until("the kit is connected", ".status", "node.dataset.state === 'online'", within: limit)
    }

    /// Waits until some element that matches fulfils a condition on `node`; `arguments[1]`… are the values.
    func until(
        _ what: String, _ selector: String, _ condition: String = "true", _ values: [Value] = [],
        within limit: Duration = patience
    ) async throws {
        try await browser.until(
            what, "[...(\(Self.root)?.querySelectorAll(arguments[0]) ?? [])].some((node) => \(condition))",
            [.string(selector)] + values, within: limit)
    }

    func see(_ text: String, in selector: String, within limit: Duration = patience) async throws {
        try await until(
            "'\(text)' in \(selector)", selector, "node.innerText.includes(arguments[1])", [.string(text)], within: limit)
    }

    func isShown(_ selector: String) async throws {
        try await until("\(selector) is shown", selector, "node.getClientRects().length > 0")
    }

    func isHidden(_ selector: String) async throws {
        try await until("\(selector) is hidden", selector, "node.getClientRects().length === 0")
    }

    func click(_ selector: String) async throws { try await browser.click(selector, within: Self.host) }
    func type(_ text: String, into selector: String = "#words") async throws {
        try await browser.type(text, into: selector, within: Self.host)
    }
    func say(_ text: String) async throws { try await type(text + Browser.enter) }

    func texts(_ selector: String) async throws -> [String] {
        let found = try await browser.run(
            "return [...\(Self.root).querySelectorAll(arguments[0])].map((node) => node.innerText)", [.string(selector)])
        return found.array?.compactMap(\.string) ?? []
    }

    /// What the customer has written, as shown.
    func own() async throws -> [String] { try await texts(".one.mine .bubble") }
    /// What was answered, as shown.
    func answers() async throws -> [String] { try await texts(".one:not(.mine) .bubble") }

    /// Waits until a message of the customer has got so far: `sent`, `delivered`, `read`, `failed`, `waiting`.
    func waits(for states: String..., of text: String) async throws {
        try await until(
            "'\(text)' is \(states.joined(separator: " or "))", ".one.mine",
            "node.querySelector('.bubble').innerText === arguments[1] && arguments[2].includes(node.dataset.state)",
            [.string(text), .array(states.map { .string($0) })])
    }

    /// Waits until this has the focus within the kit: its class or id.
    func hasFocus(_ name: String) async throws {
        try await browser.until(
            "'\(name)' has the focus",
            "[\(Self.root)?.activeElement?.id, \(Self.root)?.activeElement?.className].includes(arguments[0])", [.string(name)])
    }

    /// What has the focus within the kit: its class or id; nil where the focus is elsewhere.
    func focus() async throws -> String? {
        try await browser.run("const node = \(Self.root).activeElement; return node && (node.id || node.className)").string
    }

    /// A computed style of an element in the kit.
    func style(_ name: String, of selector: String) async throws -> String? {
        try await browser.run(
            "return getComputedStyle(\(Self.root).querySelector(arguments[0]))[arguments[1]]", [.string(selector), .string(name)]
        ).string
    }

    /// The session that the kit keeps.
    func session() async throws -> Value {
        let kept = try await browser.run(
            "const key = Object.keys(localStorage).find((key) => key.startsWith('luadesk.web.') && key.endsWith('.session')); "
                + "return key ? JSON.parse(localStorage.getItem(key)) : null")
        return kept
    }
}
