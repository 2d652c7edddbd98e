// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Desk
import Engine
import Foundation
import Journal

/// `luadesk rules export`
struct RulesExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the recorded decisions as JSON lines, with personal data masked.",
        discussion: """
            Each line is one decision: what the rules saw, the message, and what they wanted. Names, telephone numbers, addresses, ids,
            attributes and the like are replaced by words such as <phone:1f2e3d4c5b6a>; the same value has the same word within one
            export and another one in the next. Times, counts, tags, teams and the names of rules stay.
              luadesk rules export --data DIR --since 7d --output decisions.jsonl
              luadesk rules export --data DIR --last 1000 --hide-texts
            A stranger's name or a place in the middle of a sentence is not found: --hide-texts replaces customers' sentences, too.
            Who took what out of the desk stands in the journal and in the history of the rules page (rules.exported).
            """)

    @OptionGroup var folder: FolderOptions
    @Option(help: ArgumentHelp("From then on: a time, or how far back, such as 7d or 12h.", valueName: "time"))
    var since: String?
    @Option(help: ArgumentHelp("Before then; the same. Default: up to now.", valueName: "time"))
    var until: String?
    @Option(help: "Only the last so many of them.") var last: Int?
    @Option(
        name: [.short, .long], help: ArgumentHelp("A new file, for its owner only. Default: standard output.", valueName: "file"))
    var output: String?
    @Flag(help: "Each text of a customer becomes one word, too.") var hideTexts = false
    @Flag(help: "Everything as it is, with all personal data: for whoever answers for that.") var unmasked = false

    func validate() throws {
        for (name, text) in [("since", since), ("until", until)] {
            if let text, DecisionExport.Options.time(text, now: Instant.systemNow()) == nil {
                throw ValidationError("--\(name): '\(text)' is no time such as 2026-11-21T09:30:00Z and no duration such as 7d.")
            }
        }
        if let last, last < 1 { throw ValidationError("--last is at least 1.") }
        if unmasked, hideTexts { throw ValidationError("either --unmasked or --hide-texts, not both.") }
    }

    func run() async throws {
        try await complaining {
            let now = Instant.systemNow()
            var options = DecisionExport.Options()
            options.since = since.flatMap { DecisionExport.Options.time($0, now: now) }
            options.until = until.flatMap { DecisionExport.Options.time($0, now: now) }
            options.last = last
            options.isUnmasked = unmasked
            options.keepsTexts = !hideTexts
            let sink = try ExportFile(output)
            do {
                let count = try await folder.withStore { store in
                    var export = try await DecisionExport.begin(
                        options, from: store, by: NSUserName(), as: .system, at: Instant.systemNow())
                    var count = 0
                    while let page = try await export.next() {
                        try sink.write(page.lines)
                        count += page.count
                    }
                    return count
                }
                try sink.finish()
                complain("\(count) decisions, \(unmasked ? "with all personal data" : "masked").")
            } catch {
                sink.discard()
                throw error
            }
        }
    }
}

/// Where an export goes: standard output, or a file that is there only when it is whole.
private final class ExportFile {
    private let path: String?
    private let file: FileHandle
    /// Beside the file until it is whole.
    private var draft: String { "\(path ?? "").part" }

    /// - Throws: if something lies at the path already.
    init(_ path: String?) throws {
        self.path = path
        guard let path else {
            file = .standardOutput
            return
        }
        guard !FileManager.default.fileExists(atPath: path) else {
            throw Complaint("\(path) is there already. Name another file, or remove it.")
        }
        let descriptor = open("\(path).part", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Complaint("\(path) cannot be written: \(String(cString: strerror(errno))).") }
        // Of an earlier try it may have been anybody's.
        fchmod(descriptor, 0o600)
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    func write(_ bytes: [UInt8]) throws {
        do { try file.write(contentsOf: bytes) } catch {
            throw Complaint("\(path ?? "standard output") cannot be written: \(error.localizedDescription)")
        }
    }

    func finish() throws {
        guard let path else { return }
        try file.synchronize()
        // Never over a file that somebody made meanwhile.
        guard link(draft, path) == 0 else {
            throw Complaint("\(path) cannot be written: \(String(cString: strerror(errno))).")
        }
        unlink(draft)
    }

    func discard() { if path != nil { unlink(draft) } }
}
