// SPDX-License-Identifier: Apache-2.0
import Desk

/// The page of rules in a browser.
struct RulesPage: Sendable {
    let browser: Browser

    static func signIn(_ desk: String, token: String, in browser: Browser) async throws -> RulesPage {
        try await browser.open("\(desk)/desk/rules?lang=en")
        try await browser.type(token + Browser.enter, into: "#token")
        let page = RulesPage(browser: browser)
        try await page.isReady()
        return page
    }

    func isReady() async throws {
        try await browser.until(
            "the editor is ready", "document.querySelector('#editor')?.dataset.ready === 'true'", within: .seconds(20))
    }

    func choose(_ path: String) async throws {
        try await browser.click("[data-path='\(path)']")
        try await browser.until(
            "\(path) is open", "document.querySelector('#file-name').textContent === arguments[0]", [.string(path)])
    }

    /// Replaces the whole text of the open file, as somebody who selects all and pastes.
    func write(_ text: String) async throws {
        try await browser.run(
            "(document.querySelector('.CodeMirror')?.CodeMirror ?? document.querySelector('.plain-editor')).focus()")
        try await browser.press(["\u{E009}", "a"])
        try await browser.devTools("Input.insertText", ["text": .string(text)])
    }

    func text() async throws -> String {
        try await browser.run(
            "return document.querySelector('.CodeMirror')?.CodeMirror.getValue() ?? document.querySelector('.plain-editor').value"
        ).string ?? ""
    }

    /// Waits until the checks say this: `ok`, `warnings`, `errors`.
    func checks(are state: String) async throws {
        try await browser.until(
            "checks are \(state)", "document.querySelector('#check-state').dataset.state === arguments[0]", [.string(state)])
    }

    /// Waits until the open file is `draft`, `same`, `changed`, `added`, `removed`.
    func file(is state: String) async throws {
        try await browser.until(
            "the file is \(state)", "document.querySelector('#file-state').dataset.state === arguments[0]", [.string(state)])
    }

    func agree() async throws { try await browser.click("#sure-go") }
}
