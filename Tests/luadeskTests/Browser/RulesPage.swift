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
            "the editor is ready", "document.querySelector('#editor')?.dataset.ready === 'true'")
    }

    func choose(_ path: String) async throws {
        try await browser.click("[data-path='\(path)']")
        try await browser.until(
            "\(path) is open", "document.querySelector('#file-name').textContent === arguments[0]", [.string(path)])
    }

    private static let editor =
        "(document.querySelector('.CodeMirror')?.CodeMirror ?? document.querySelector('.plain-editor'))"

    /// Replaces the whole text of the open file, as somebody who selects all and pastes; the editor takes it a moment later.
    func write(_ text: String) async throws {
        try await paste(text)
        try await shows(text)
    }

    /// The same, whether the editor takes it or not.
    func paste(_ text: String) async throws {
        try await browser.run("\(Self.editor).focus()")
        try await browser.press(["\u{E009}", "a"])
        try await browser.devTools("Input.insertText", ["text": .string(text)])
    }

    /// Waits until the editor shows this text, as a whole.
    func shows(_ text: String) async throws {
        try await browser.until(
            "the editor shows the text", "(\(Self.editor)?.getValue?.() ?? \(Self.editor)?.value) === arguments[0]",
            [.string(text)])
    }

    /// Waits until the editor lets nobody write.
    func isReadOnly() async throws {
        try await browser.until(
            "nobody may write", "(\(Self.editor)?.getOption?.('readOnly') ?? \(Self.editor)?.readOnly) === true")
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
