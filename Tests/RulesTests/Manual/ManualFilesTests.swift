// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Lua
import Testing

@testable import Rules

@Suite("Files made from the manual") struct ManualFilesTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static var rules: String { root.appendingPathComponent("rules").path }

    @Test("lie in rules/ as they would be made now: luadesk rules meta", arguments: Manual.files.keys.sorted())
    func committed(path: String) throws {
        let text = try String(contentsOfFile: "\(Self.rules)/\(path)", encoding: .utf8)
        #expect(text == Manual.files[path], "\(path) is stale: run luadesk rules meta")
    }

    @Test("are Lua where they end in .lua") func syntax() throws {
        let state = try LuaState(name: "meta", mode: .counted, host: [], resolve: { _ in nil })
        for (path, text) in Manual.files where path.hasSuffix(".lua") || path == ".luacheckrc" {
            #expect(throws: Never.self, "\(path)") { try state.load(source: Array(text.utf8), chunk: path) }
        }
    }

    @Test("are no part of a rule set, nor are documents of its id") func apart() throws {
        let source = try RuleSource.read(folder: Self.rules)
        #expect(!source.files.keys.contains { $0.hasPrefix("meta/") || $0.hasPrefix(".") })
        let bare = source.files.filter { !$0.key.hasSuffix(".md") }
        #expect(bare.count < source.files.count)
        #expect(RuleSource(name: "rules", files: bare).id == source.id)
    }

    @Test("the reference links only to headings that are there") func anchors() {
        let reference = Manual.files["REFERENCE.md"] ?? ""
        let headings = Self.headings(of: reference)
        let links = reference.matches(of: /\]\(#([^)]+)\)/).map { String($0.output.1) }
        #expect(links.count >= Manual.chapters.count)
        #expect(links.filter { !headings.contains($0) } == [])
    }

    static func headings(of document: String) -> Set<String> {
        var isCode = false
        return Set(
            document.split(separator: "\n").compactMap { line in
                if line.hasPrefix("```") { isCode.toggle() }
                guard !isCode, line.hasPrefix("#") else { return nil }
                return Manual.anchor(of: String(line.drop { $0 == "#" }.drop { $0 == " " }))
            })
    }

    // MARK: - luacheck

    /// Runs Debian's luacheck with the folder's own settings.
    private func luacheck(_ arguments: [String], in folder: String) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["luacheck", "--no-color", "--codes"] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }

    @Test("luacheck has nothing to say about rules/ and plugins/", arguments: ["rules", "plugins"])
    func clean(folder: String) throws {
        let (status, output) = try luacheck(["."], in: Self.root.appendingPathComponent(folder).path)
        #expect(status == 0, "\(output)")
        #expect(output.contains("0 warnings / 0 errors"), "\(output)")
    }

    @Test("luacheck reports undefined names, wrong fields, and test outside of tests") func wrong() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("luacheck-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder.appendingPathComponent("tests"), withIntermediateDirectories: true)
        for (path, text) in [
            ".luacheckrc": Manual.files[".luacheckrc"] ?? "", "a.lua": "rout \"x\" { match = pattern.order_nr }\nreply = 1\n",
            "b.lua": "test \"x\" (print)\n", "tests/c.lua": "test \"x\" (function(t) t:bot \"*\" end)\n",
        ] { try Data(text.utf8).write(to: folder.appendingPathComponent(path)) }
        let (status, output) = try luacheck(["."], in: folder.path)
        #expect(status == 1)
        for part in [
            "a.lua:1:1: (W113) accessing undefined variable 'rout'", "(W143) accessing undefined field 'order_nr'",
            "a.lua:2:1: (W121) setting read-only global variable 'reply'",
            "b.lua:1:1: (W113) accessing undefined variable 'test'",
            "accessing undefined variable 'print'",
        ] { #expect(output.contains(part), "\(part) in \(output)") }
        #expect(!output.contains("c.lua:"), "\(output)")
    }
}
