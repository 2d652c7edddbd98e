// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import Rules

@Suite("Rule sources") struct RuleSourceTests {
    private func temporary(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rules-\(UInt64.random(in: .min ... .max))")
            .path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (path, text) in files {
            let url = URL(fileURLWithPath: folder).appendingPathComponent(path)
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        try body(folder)
    }

    @Test("hold what belongs to a set, and nothing else") func reading() throws {
        try temporary([
            "rules.lua": "return {}", "routing/a.lua": "", "data/x.csv": "a\n1", "data/y.json": "{}", "tests/t.conv": "",
            "README.md": "#",
            "meta/x.lua": "x",
            "REFERENCE.md": "x", ".hidden/x.lua": "x", ".luarc.json": "{}", "notes.txt": "x", "routing/.swp.lua": "x",
        ]) { folder in
            let source = try RuleSource.read(folder: folder + "/")
            #expect(
                source.files.keys.sorted() == [
                    "README.md", "data/x.csv", "data/y.json", "routing/a.lua", "rules.lua", "tests/t.conv",
                ])
            #expect(source == (try RuleSource.read(folder: folder)))
        }
    }

    @Test("links, missing and empty folders are refused with a sentence") func refused() throws {
        try temporary(["a.lua": ""]) { folder in
            try FileManager.default.createSymbolicLink(atPath: folder + "/b.lua", withDestinationPath: "/etc/hostname")
            #expect(throws: RuleProblem.self) { try RuleSource.read(folder: folder) }
            #expect(throws: RuleProblem.self) { try RuleSource.read(folder: folder + "/nothing") }
        }
        try temporary(["a.txt": ""]) { folder in #expect(throws: RuleProblem.self) { try RuleSource.read(folder: folder) } }
    }

    @Test("too much is refused") func limits() throws {
        try temporary(["a.json": String(repeating: "x", count: RuleSource.Limit.byteCount + 1)]) { folder in
            let problem = #expect(throws: RuleProblem.self) { try RuleSource.read(folder: folder) }
            #expect(problem?.code == "too_large")
        }
    }

    @Test("too many files are refused, whatever they hold") func tooMany() throws {
        var files: [String: String] = [:]
        for number in 0...RuleSource.Limit.files { files["data/\(number).json"] = "{}" }
        try temporary(files) { folder in
            let problem = #expect(throws: RuleProblem.self) { try RuleSource.read(folder: folder) }
            #expect(problem?.code == "too_large")
        }
    }

    @Test(
        "a file that is not UTF-8 is refused with its line, a document is not",
        arguments: [
            ("x.lua", true), ("data/x.csv", true), ("tests/x.conv", true), ("notes.md", false),
        ])
    func notUTF8(path: String, isRefused: Bool) throws {
        try temporary(["rules.lua": "return {}", path: ""]) { folder in
            try Data("-- fine\n-- ".utf8 + [0xb1, 0xa3, 0xd0, 0xde] + "\n".utf8).write(
                to: URL(fileURLWithPath: "\(folder)/\(path)"))
            guard isRefused else { _ = try RuleSource.read(folder: folder); return }
            let problem = #expect(throws: RuleProblem.self) { try RuleSource.read(folder: folder) }
            #expect(problem?.code == "encoding")
            #expect(problem?.line == 2)
            #expect(problem?.file?.hasSuffix(path) == true)
        }
    }

    @Test("bytes that are no UTF-8 are told with file and line") func notText() {
        let rule = Array("reply \"a\" {\n  match = keywords { \"x\" },\n  text = \"".utf8) + [0xff, 0xfe] + Array("\" }\n".utf8)
        let (_, problems) = RuleSet.compile(
            RuleSource(name: "rules", files: ["autoreply/a.lua": rule]), names: KnownNames(teams: [], channels: nil, calls: nil))
        let errors = problems.filter { $0.severity == .error }
        #expect(
            errors.contains { $0.file == "rules/autoreply/a.lua" && $0.line == 3 && $0.message.contains("UTF-8") }, "\(problems)")
    }

    @Test("have an id that depends on paths and bytes alone") func identity() {
        let one = RuleSource(name: "a", texts: ["x.lua": "1", "y.lua": "2"])
        #expect(one.id == RuleSource(name: "b", texts: ["y.lua": "2", "x.lua": "1"]).id)
        #expect(one.id != RuleSource(name: "a", texts: ["x.lua": "12", "y.lua": ""]).id)
        #expect(one.id != RuleSource(name: "a", texts: ["x.lua1": "", "y.lua": "2"]).id)
        #expect(one.id.count == 64 && one.id.allSatisfy(\.isHexDigit))
    }

    @Test("tables with commas, quotes and line breaks in their fields") func csv() {
        let text = "word,weight\r\n\"a, \"\"b\"\"\",1\n\"two\nlines\",2\n"
        #expect(
            (try? DataFile.read(Array(text.utf8), ending: "csv", shown: "x").get()) == [
                ["word": "a, \"b\"", "weight": "1"], ["word": "two\nlines", "weight": "2"],
            ])
    }
}
