// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import Plugins

@Suite("The conformance run") struct ConformanceTests {
    private static func run(_ name: String, _ folder: String, seed: UInt64 = 1) async -> ConformanceReport? {
        var options = Conformance.Options()
        options.seed = seed
        // Tests share their machine with compilers.
        options.stepTime = .seconds(60)
        return await Conformance(folders: [folder], options: options).run(name)
    }

    @Test("every shipped channel holds", arguments: Folder.shippedPlugins)
    func shipped(_ name: String) async throws {
        guard let report = await Self.run(name, Folder.shipped) else {
            // No channel: nothing is posted to it.
            #expect(name == "shop")
            return
        }
        #expect(report.failures == [])
        #expect(!report.notes.contains { $0.contains("no platform.lua") }, "\(report.text)")
        #expect(report.checks.contains { $0.name == "recorded" || $0.name == "simulated" }, "\(report.text)")
    }

    @Test("a new plugin holds as it is") func template() async throws {
        let folder = try TemporaryFolder()
        for file in PluginTemplate.files(name: "acme") { try folder.write("acme/\(file.path)", file.text) }
        let report = try #require(await Self.run("acme", folder.path, seed: 7))
        _ = folder
        #expect(report.failures == [])
        #expect(
            report.checks.map(\.name) == [
                "recorded", "attacks", "simulated", "duplicated", "reordered", "corrupted", "other keys", "delayed", "strange",
                "send",
            ])
    }

    /// A way to be wrong, as a change of the template, and what is found.
    struct Mistake: Sendable, CustomTestStringConvertible {
        var name: String
        var from: String
        var to: String
        var found: String
        var testDescription: String { name }
    }

    static let mistakes = [
        Mistake(
            name: "the signature is not checked", from: "if not is_genuine(request, channel.settings.secret) then",
            to: "if false then",
            found: "must be refused"),
        Mistake(
            name: "each delivery gets an id of its own", from: "external_id = tostring(event.id)",
            to: "external_id = crypto.random(8, \"hex\")", found: "expected messages"),
        Mistake(
            name: "an id depends on what came before", from: "external_id = tostring(event.id)",
            to: "external_id = tostring(event.id) .. store.increment(\"n\")", found: "sent again: expected"),
        Mistake(
            name: "a header that is missing is an error", from: "type(signature) == \"string\" and crypto.equal(",
            to: "signature:lower() and crypto.equal(", found: "attempt to index a nil value"),
        Mistake(
            name: "an id that is no text is an error", from: "tostring(event.id), --", to: "event.id:lower(), --",
            found: "attempt to index a number value"),
        Mistake(
            name: "what came late is refused although the platform says nothing of it",
            from: "local event = json.decode(request.body)",
            to:
                "local event = json.decode(request.body)\n  if time.now() > 1767225600 + 7000 then return refuse(403, \"old\") end",
            found: "late: refused with 403 old"),
        Mistake(
            name: "a failure of the platform counts as sent",
            from: "if answer.status >= 400 then return failed(\"HTTP \" .. answer.status) end",
            to: "if answer.status >= 400 then return sent() end", found: "status 404: expected"),
        Mistake(
            name: "a web page counts as sent",
            from:
                "if type(id) ~= \"string\" and math.type(id) ~= \"integer\" then return failed(\"the answer names no message\") end",
            to: "", found: "a web page"),
        Mistake(
            name: "an unknown key is a passing trouble", from: "return misconfigured(\"the platform refuses api_key\")",
            to: "return retry(\"401\")", found: "unauthorized: expected misconfigured, found retry"),
        Mistake(
            name: "no connection is a failure for good",
            from: "if code == \"connect\" or message.attempt == 1 then return retry(reason) end",
            to: "", found: "no connection for every request: expected retry, found failed"),
        Mistake(
            name: "it loops over strange answers", from: "local body = json.decode(answer.body)",
            to: "local body = json.decode(answer.body)\n  while type(body) ~= \"table\" do end", found: "time allowed"),
    ]

    @Test("finds what is wrong", arguments: mistakes)
    func finds(_ mistake: Mistake) async throws {
        let folder = try TemporaryFolder()
        for file in PluginTemplate.files(name: "acme") {
            var text = file.text
            if file.path == "plugin.lua" {
                try #require(text.contains(mistake.from), "the template has changed")
                text = text.replacing(mistake.from, with: mistake.to)
            }
            try folder.write("acme/\(file.path)", text)
        }
        var options = Conformance.Options()
        options.stepTime = .milliseconds(500)
        let report = try #require(await Conformance(folders: [folder.path], options: options).run("acme"))
        #expect(
            report.failures.contains { $0.message.contains(mistake.found) },
            "\(report.failures.prefix(5).map(\.message).joined(separator: "\n"))")
    }

    @Test("the same seed does the same damage, another one other damage") func seeded() throws {
        let request = HookRequest(
            method: "POST", path: "/hooks/x", query: "a=1", headers: [("x-s", "abcd")], body: Array(#"{"a":"long enough"}"#.utf8))
        func bodies(_ seed: UInt64) -> [[UInt8]] {
            var random = SeededRandom(seed: seed)
            return Damage.all(of: request, limit: 1000, &random).map(\.request.body)
        }
        #expect(bodies(1) == bodies(1))
        #expect(bodies(1) != bodies(2))
    }

    @Test(
        "a file of accounts that is wrong is told with its place",
        arguments: [
            (#"{"accounts":[{"settings":{},"sign":"body"}]}"#, "accounts[0].sign: unknown. Did you mean 'signs'?"),
            (#"{"accounts":[{"settings":{},"signs":"all"}]}"#, "accounts[0].signs: must be body, token or nothing"),
            (#"{"accounts":[{"settings":{},"signs":"token"}]}"#, "accounts[0].proof"),
            (#"{"accounts":[{"settings":{"secret":"s","api_key":"k"}}]}"#, "is named by no account"),
            (#"{"accounts":[{"settings":{},"requests":{"none.http":[]}}]}"#, "there is no request in fixtures/none.http"),
            (#"{"accounts":[]}"#, "accounts: must be a list"),
        ])
    func brokenFile(_ text: String, _ message: String) async throws {
        let folder = try TemporaryFolder()
        for file in PluginTemplate.files(name: "acme") { try folder.write("acme/\(file.path)", file.text) }
        try folder.write("acme/fixtures/conformance.json", text)
        let report = try #require(await Self.run("acme", folder.path))
        let failure = try #require(report.failures.first)
        #expect(failure.file == "plugins/acme/fixtures/conformance.json")
        #expect(failure.message.contains(message), "\(failure)")
    }
}
