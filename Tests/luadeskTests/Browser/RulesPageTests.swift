// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@Suite("the page of rules in a browser", .serialized, .timeLimit(.minutes(10)))
struct RulesPageTests {
    private static let path = "autoreply/always.lua"

    /// A desk on a working tree of its own whose only rule answers `one`, and a lead at the page of rules.
    private func atRules(
        watch: Bool = false, role: String = "lead", prepare: (Browser) async throws -> Void = { _ in },
        _ body: (LuaDeskProcess, TemporaryFolder, RulesPage) async throws -> Void
    ) async throws {
        let tree = try ReloadTests.tree("one")
        let desk = try await LuaDeskProcess.serve(ReloadTests.configuration(tree, watch: watch))
        let driver = try await BrowserDriver.start()
        let browser = try await driver.browser()
        do {
            try await prepare(browser)
            let page = try await RulesPage.signIn(desk.url, token: try await desk.token(role: role), in: browser)
            try await body(desk, tree, page)
        } catch {
            await browser.close()
            throw error
        }
        await browser.close()
        #expect(try await desk.stop() == .init(status: 0))
    }

    private func onDisk(_ tree: TemporaryFolder, _ path: String = path) -> String? {
        try? String(contentsOfFile: "\(tree.path)/rules/\(path)", encoding: .utf8)
    }

    @Test(
        "edit, see the error at its line, mend it, test, replay, go live: the next message is decided by the new rule",
        arguments: [false, true])
    func wholeWay(watch: Bool) async throws {
        try await atRules(watch: watch) { desk, tree, page in
            let browser = page.browser
            #expect(try await ReloadTests.ask(desk) == "one")
            try await page.choose(Self.path)
            try await page.checks(are: "ok")
            try await page.write("reply \"always\" {\n  match = contains(\"message.text\", \"?\"),\n  txt = \"two\",\n}\n")
            try await page.file(is: "draft")
            try await page.checks(are: "errors")
            try await browser.see("did you mean 'text'", in: ".line-problem.error")
            try await browser.see("\(Self.path):", in: "#problems")
            try await browser.see("error", in: "[data-path='\(Self.path)']")
            #expect(onDisk(tree) == ReloadTests.rules("one"), "nothing is saved before somebody says so")

            try await page.write(ReloadTests.rules("two"))
            try await page.checks(are: "ok")
            #expect(try await browser.texts(".line-problem").isEmpty)
            try await browser.click("#do-test")
            try await browser.until("the tests passed", "document.querySelector('#test-result [data-ok=true]')")

            try await browser.click("#tab-review")
            try await browser.see("two", in: ".diff-line.new")
            try await browser.see("one", in: ".diff-line.old")
            try await browser.click("#replay-start")
            try await browser.see("1 decisions, 1 would change", in: "#replay-sum")
            try await browser.see("always", in: "#replay-changes tbody")
            #expect(try await ReloadTests.ask(desk) == "one", "nothing is live before somebody says so")
            try await browser.click("#activate")
            try await page.agree()
            try await browser.see("Nothing: the folder is what is live.", in: "#diffs")
            #expect(try await ReloadTests.ask(desk) == "two")
            #expect(onDisk(tree) == ReloadTests.rules("two"))

            try await browser.click("#tab-history")
            try await browser.until("two sets are listed", "document.querySelectorAll('#sets tbody tr').length === 2")
            try await browser.see("edited files", in: "#log li[data-kind='rules.edited']")
            try await browser.click("#sets tbody tr:nth-child(2) .button:last-child")
            try await page.agree()
            try await browser.see("Rolled back", in: "#toast")
            #expect(try await ReloadTests.ask(desk) == "one")
            try await browser.see("differs from the rules that are live", in: "#notice")

            try await browser.click("#tab-counters")
            try await browser.see("always", in: "#counted tbody")
        }
    }

    @Test("drafts are tried as a shadow, then for half of the conversations, then go live for all") func rollout() async throws {
        try await atRules { desk, tree, page in
            let browser = page.browser
            try await page.choose(Self.path)
            try await page.shows(ReloadTests.rules("one"))
            try await page.checks(are: "ok")
            try await page.write("nonsense(\n")
            try await page.checks(are: "errors")
            try await page.write(ReloadTests.rules("two"))
            try await page.checks(are: "ok")
            try await browser.click("#tab-review")
            try await browser.run("document.querySelector('#how').value = 'shadow'")
            try await browser.click("#activate")
            try await page.agree()
            try await browser.see("decides as a shadow", in: "#tried")
            #expect(try await ReloadTests.ask(desk) == "one", "a shadow does nothing")
            try await browser.see("1 decisions, 1 would change (100 %)", in: "#shadow-report")
            try await browser.see("two", in: "#shadow-changes tbody")
            try await browser.click("#stop-rollout")
            try await browser.until("nothing is tried", "document.querySelector('#rollout').hidden")

            try await browser.run("document.querySelector('#how').value = '0.5'")
            try await browser.click("#activate")
            try await page.agree()
            try await browser.see("50 % of conversations", in: "#tried")
            var answers: Set<String> = []
            for _ in 0..<64 where answers.count < 2 { answers.insert(try await ReloadTests.ask(desk) ?? "") }
            #expect(answers == ["one", "two"])
            #expect(onDisk(tree) == ReloadTests.rules("one"), "what is tried is not saved")
            try await browser.click("#promote")
            try await page.agree()
            try await browser.see("are watched until", in: "#watched")
            for _ in 0..<8 { #expect(try await ReloadTests.ask(desk) == "two") }
            try await browser.click("#tab-history")
            try await browser.see("live for all", in: "#log")
        }
    }

    @Test("a change on disk under a draft is noticed; nothing is written over; both are merged") func conflict() async throws {
        let lines = { (first: String, last: String) in
            "-- \(first)\n" + ReloadTests.rules("one") + "\n\n\n-- \(last)\n"
        }
        try await atRules { _, tree, page in
            let browser = page.browser
            try tree.write(lines("a", "b"), to: "rules/\(Self.path)")
            try await page.choose(Self.path)
            try await browser.until(
                "the file is read again", "arguments[0] === (document.querySelector('.CodeMirror')?.CodeMirror.getValue())",
                [.string(lines("a", "b"))])
            try await page.write(lines("mine", "b"))
            try await page.file(is: "draft")
            try tree.write(lines("a", "theirs"), to: "rules/\(Self.path)")
            try await browser.see("changed on disk while you were editing", in: "#conflict")
            try await browser.until("nothing can be saved over it", "document.querySelector('#do-save').disabled")
            try await browser.click("#conflict-compare")
            try await browser.see("mine", in: "#compare .diff-line.new")
            try await browser.click("#compare .close")
            try await browser.click("#conflict-merge")
            try await browser.until("the notice is gone", "document.querySelector('#conflict').hidden")
            try await page.shows(lines("mine", "theirs"))
            #expect(onDisk(tree) == lines("a", "theirs"))
            try await browser.click("#do-save")
            try await page.file(is: "changed")
            #expect(onDisk(tree) == lines("mine", "theirs"))
        }
    }

    @Test("a draft outlives a reload of the page; a new file is made, renamed and deleted") func files() async throws {
        try await atRules { _, tree, page in
            let browser = page.browser
            try await page.choose(Self.path)
            try await page.write("-- not done yet\n")
            try await page.file(is: "draft")
            try await browser.reload()
            try await page.isReady()
            try await page.choose(Self.path)
            try await page.file(is: "draft")
            try await page.shows("-- not done yet\n")
            try await browser.click("#do-undo")
            try await page.agree()
            try await page.file(is: "same")
            try await page.shows(ReloadTests.rules("one"))

            try await browser.click("#new-file")
            try await browser.type("routing/new.lua" + Browser.enter, into: "#name-path")
            try await browser.until("it is open", "document.querySelector('#file-name').textContent === 'routing/new.lua'")
            try await page.write("-- new\n")
            try await browser.press(["\u{E009}", "s"])
            try await page.file(is: "added")
            #expect(onDisk(tree, "routing/new.lua") == "-- new\n")
            try await browser.click("#do-rename")
            try await browser.run("document.querySelector('#name-path').value = ''")
            try await browser.type("routing/other.lua" + Browser.enter, into: "#name-path")
            try await browser.until("it is renamed", "document.querySelector('#file-name').textContent === 'routing/other.lua'")
            #expect(onDisk(tree, "routing/new.lua") == nil && onDisk(tree, "routing/other.lua") == "-- new\n")
            try await browser.click("#do-remove")
            try await page.agree()
            try await page.file(is: "removed")
            #expect(onDisk(tree, "routing/other.lua") == "-- new\n")
            try await browser.click("#do-save")
            try await browser.until("it is gone", "!document.querySelector(\"[data-path='routing/other.lua']\")")
            #expect(onDisk(tree, "routing/other.lua") == nil)
        }
    }

    @Test("the editor fills its pane, in the page's colours") func room() async throws {
        try await atRules { _, _, page in
            let browser = page.browser
            try await page.choose(Self.path)
            try await page.shows(ReloadTests.rules("one"))
            let look = """
                const editor = document.querySelector(".CodeMirror"), pane = document.querySelector("#editor");
                return [editor.clientHeight, pane.clientHeight, getComputedStyle(editor).backgroundColor];
                """
            func shown() async throws -> [Value] { try await browser.run(look).array ?? [] }
            let light = try await shown()
            #expect(light.first?.int ?? 0 > 400, "of 860: \(light)")
            #expect(light.first == light.dropFirst().first)
            try await browser.devTools(
                "Emulation.setEmulatedMedia", ["features": [["name": "prefers-color-scheme", "value": "dark"]]])
            try await browser.until(
                "it is dark where the page is",
                "getComputedStyle(document.querySelector('.CodeMirror')).backgroundColor !== arguments[0]", [light.last ?? .null])
        }
    }

    @Test("the editor is no trap for who has no mouse") func keyboard() async throws {
        try await atRules { _, _, page in
            let browser = page.browser
            try await page.choose(Self.path)
            try await browser.until("the editor has the focus", "document.activeElement.closest('#editor')")
            try await browser.press("\u{E00C}")
            try await browser.until("the findings have it", "document.activeElement.id === 'findings'")
            try await browser.press(["\u{E008}", "\u{E004}"])
            try await browser.until("the buttons before the editor have it", "document.activeElement.closest('.file-head')")
            try await browser.press(["\u{E008}", "\u{E004}"])
            #expect(try await browser.run("return Boolean(document.activeElement.closest('#editor'))").bool == false)
        }
    }

    @Test("an agent reads and changes nothing") func readOnly() async throws {
        try await atRules(role: "agent") { _, tree, page in
            let browser = page.browser
            try await page.choose(Self.path)
            try await browser.see("may read the rules", in: "#notice")
            try await page.shows(ReloadTests.rules("one"))
            try await page.isReadOnly()
            try await page.paste("-- mine now\n")
            for id in ["do-save", "do-rename", "do-remove", "do-undo", "do-test"] {
                #expect(try await browser.run("return document.getElementById('\(id)').hidden").bool == true, "\(id)")
            }
            try await browser.click("#tab-review")
            try await browser.see("Nothing: the folder is what is live.", in: "#diffs")
            #expect(try await browser.run("return document.querySelector('#activate')").isNull)
            try await browser.click("#tab-history")
            try await browser.see("live", in: "#sets tbody")
            #expect(try await page.text() == ReloadTests.rules("one"))
            #expect(onDisk(tree) == ReloadTests.rules("one"))
        }
    }

    @Test("where the editor is not installed a plain text field does the same") func plain() async throws {
        try await atRules(prepare: { browser in
            try await browser.devTools("Network.enable")
            try await browser.devTools("Network.setBlockedURLs", ["urls": ["*/editor/*"]])
        }) { _, tree, page in
            let browser = page.browser
            try await page.choose(Self.path)
            try await browser.until(
                "a text field is there", "document.querySelector('.plain-editor') && !document.querySelector('.CodeMirror')")
            try await page.write("reply \"always\" { txt = \"two\" }\n")
            try await browser.see("did you mean 'text'", in: ".plain-problems")
            try await page.write(ReloadTests.rules("two"))
            try await page.checks(are: "ok")
            try await browser.press(["\u{E009}", "s"])
            try await page.file(is: "changed")
            #expect(onDisk(tree) == ReloadTests.rules("two"))
        }
    }

    struct MergeCase: Sendable, CustomTestStringConvertible {
        let base, mine, theirs, merged: String
        let conflicts: Int64
        var testDescription: String { "\(mine) + \(theirs)" }
    }

    @Test("two changes of a text become one, and where they meet both stay to be chosen from") func merging() async throws {
        let cases = [
            MergeCase(
                base: "a\nb\nc\nd\ne", mine: "A\nb\nc\nd\ne", theirs: "a\nb\nc\nd\nE", merged: "A\nb\nc\nd\nE", conflicts: 0),
            MergeCase(
                base: "a\nb\nc", mine: "a\nx\nc", theirs: "a\ny\nc", merged: "a\n<<<<<<< m\nx\n=======\ny\n>>>>>>> t\nc",
                conflicts: 1),
            MergeCase(base: "a\nb\nc", mine: "a\nx\nc", theirs: "a\nx\nc", merged: "a\nx\nc", conflicts: 0),
            MergeCase(base: "a\nb\nc", mine: "a\nb\nc", theirs: "", merged: "", conflicts: 0),
            MergeCase(base: "a\nb\nc\nd", mine: "b\nc\nd", theirs: "a\nb\nc\nd\ne\n", merged: "b\nc\nd\ne\n", conflicts: 0),
            MergeCase(base: "a", mine: "a\nx", theirs: "a\ny", merged: "a\n<<<<<<< m\nx\n=======\ny\n>>>>>>> t", conflicts: 1),
            MergeCase(base: "", mine: "x", theirs: "", merged: "x", conflicts: 0),
        ]
        try await atRules { _, _, page in
            for each in cases {
                let found = try await page.browser.run(
                    "return import('/assets/diff.js').then(({ merge }) => merge(...arguments, { mine: 'm', theirs: 't' }))",
                    [.string(each.base), .string(each.mine), .string(each.theirs)])
                #expect(found["text"]?.string == each.merged && found["conflicts"]?.int == each.conflicts, "\(found.jsonText)")
            }
        }
    }
}
