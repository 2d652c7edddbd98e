// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Desk
import Engine
import Foundation
import Rules

/// `luadesk rules replay`
struct RulesReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Run recorded traffic through a folder of rules and say what would change.",
        discussion: "Nothing is written and nothing is sent. A running server does it beside its work, on a thread of its own.")

    @OptionGroup var rules: RuleFolder
    @OptionGroup var folder: FolderOptions
    @Option(help: ArgumentHelp("How far back, such as 7d or 12h. Default: all there is.", valueName: "duration"))
    var since: String?
    @Option(help: "Only the latest so many decisions.") var limit: Int?
    @Flag(help: "Print the report as JSON.") var json = false

    func validate() throws {
        if let since, Duration(text: since) == nil {
            throw ValidationError("--since: '\(since)' is no duration such as 7d or 12h.")
        }
        if let limit, limit < 1 { throw ValidationError("--limit is at least 1.") }
    }

    func run() async throws {
        try await complaining {
            let source = try rules.source()
            let report: Value
            if let desk = await LocalDesk.running(in: folder.folder) {
                report = try await followed(source, on: desk)
            } else {
                let back = since.flatMap { Duration(text: $0) }
                report = try await folder.withRuleDesk { rules in
                    try await rules.replay(source, since: back.map { Instant.systemNow() - $0 }, limit: limit) {
                        Self.show($0, $1)
                    }.value
                }
            }
            Self.clear()
            print(json ? report.jsonText : ReplayText.lines(report).joined(separator: "\n"))
        }
    }

    private func followed(_ source: RuleSource, on desk: LocalDesk) async throws -> Value {
        var body = source.candidate
        if let since { body["since"] = .string(since) }
        if let limit { body["limit"] = .int(Int64(limit)) }
        var job = try await desk.post("/v1/rules/replay", body)
        let id = job["id"]?.string ?? ""
        while job["state"]?.string == "running" {
            Self.show(Int(job["decisions"]?.int ?? 0), job["progress"]?.double ?? 0)
            try await Task.sleep(for: .milliseconds(150))
            job = try await desk.get("/v1/rules/replay/\(id)")
        }
        guard let report = job["report"] else {
            throw Complaint("the replay ended as \(job["state"]?.string ?? "?"): \(job["reason"]?.string ?? "no reason given")")
        }
        return report
    }

    private static func show(_ count: Int, _ progress: Double) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        let full = Int(progress * 30)
        let bar = String(repeating: "#", count: full) + String(repeating: ".", count: 30 - full)
        FileHandle.standardError.write(Data("\r[\(bar)] \(Int(progress * 100)) %  \(count) decisions".utf8))
    }

    private static func clear() {
        guard isatty(STDERR_FILENO) == 1 else { return }
        FileHandle.standardError.write(Data("\r\u{1b}[K".utf8))
    }
}

/// `luadesk rules diff`
struct RulesDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what differs between two rule sets: files, and declarations.",
        discussion: "Ids, or their beginnings, stand in 'history'.")

    @OptionGroup var folder: FolderOptions
    @Argument(help: "The set before.") var from: String
    @Argument(help: "The set after.") var to: String
    @Flag(help: "Print it as JSON.") var json = false

    func run() async throws {
        try await complaining {
            // History and diff need the store only, which a server shares for reading through its own API.
            let diff: Value
            if let desk = await LocalDesk.running(in: folder.folder) {
                let isPlain = [from, to].allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isHexDigit) }
                guard isPlain else { throw Complaint("ids of rule sets are made of the digits 0-9 and a-f.") }
                diff = try await desk.get("/v1/rules/diff?from=\(from)&to=\(to)")
            } else {
                diff = try await folder.withRuleDesk { rules in try await rules.diff(from: from, to: to) }
            }
            guard !json else { print(diff.jsonText); return }
            for file in diff["files"]?.array ?? [] { print("\(file["change"]?.string ?? "")  \(file["path"]?.string ?? "")") }
            for rule in diff["rules"]?.array ?? [] {
                print("\(rule["change"]?.string ?? "")  \(rule["kind"]?.string ?? "") \(rule["rule"]?.string ?? "")")
            }
        }
    }
}

extension RuleSource {
    /// As the API takes it.
    var candidate: Value {
        var files = Value.Fields()
        for (path, bytes) in self.files.sorted(by: { $0.key < $1.key }) {
            files[path] = .string(String(decoding: bytes, as: UTF8.self))
        }
        return ["name": .string(name), "files": .object(files)]
    }
}
