// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Desk
import Engine
import Foundation
import Journal
import Logging
import Rules

/// `luadesk rules activate`
struct RulesActivateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate",
        abstract: "Check, test and switch to a folder of rules: whole, or not at all.",
        discussion: """
            A running server switches between two messages; without one the set is kept and the next start runs it. For a while
            ('watch' in rules.lua, 10 minutes by default) it goes back by itself if rules fail, take long or route nobody.
            If anything is wrong, file and line are told, the old rules stay, and the status is 1.
            """)

    @OptionGroup var rules: RuleFolder
    @OptionGroup var folder: FolderOptions
    @OptionGroup var rollout: RolloutOptions
    @Flag(help: "Past the gates of rules.lua and running flows; never past checks and tests.") var force = false

    func run() async throws {
        try await complaining {
            let source = try rules.source()
            let body = source.candidate.merging(force ? ["force": true] : [:]).merging(rollout.fields)
            if rollout.isTried {
                let record = try await folder.runningDesk().post("/v1/rules/activate", body)
                print("Tried: \(record["id"]?.string?.prefix(12) ?? "") (\(source.files.count) files).")
                print("Look with 'luadesk rules status', end it with 'luadesk rules promote' or 'luadesk rules stop'.")
            } else if let desk = await LocalDesk.running(in: folder.folder) {
                let record = try await desk.post("/v1/rules/activate", body)
                print("Live: \(record["id"]?.string?.prefix(12) ?? "") (\(source.files.count) files).")
            } else {
                let record = try await folder.withRuleDesk(source: source) { rules in
                    try await rules.activate(source, by: NSUserName(), force: force)
                }
                print(
                    "Kept: \(record.id.prefix(12)) (\(source.files.count) files). No server runs here; the next start takes it.")
            }
        }
    }
}

/// `luadesk rules history`
struct RulesHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "List the rule sets that were taken, newest first.")

    @OptionGroup var folder: FolderOptions
    @Option(help: "At most so many.") var limit = 20

    func run() async throws {
        try await complaining {
            try await folder.withStore { store in
                let active = try await store.activeRuleSet()?.id
                let sets = try await store.ruleSets(limit: min(max(limit, 1), 1000))
                printTable(
                    ["", "SET", "LIVE SINCE", "BY", "NAME"],
                    sets.map { set in
                        [
                            set.id == active ? "*" : "", String(set.id.prefix(12)), set.activatedAt?.rfc3339 ?? "-", set.by,
                            set.name,
                        ]
                    })
            }
        }
    }
}

/// `luadesk rules rollback`
struct RulesRollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Go back to the rules before, or to an earlier set.",
        discussion: "The folder of the rules stays as it is; it is not taken again until something in it changes.")

    @OptionGroup var folder: FolderOptions
    @Option(help: ArgumentHelp("The beginning of a set's id, as 'history' shows it. Default: the one before.", valueName: "id"))
    var to: String?

    func run() async throws {
        try await complaining {
            if let desk = await LocalDesk.running(in: folder.folder) {
                let record = try await desk.post("/v1/rules/rollback", to.map { ["to": .string($0)] } ?? [:])
                print("Live: \(record["id"]?.string?.prefix(12) ?? "").")
            } else {
                let record = try await folder.withRuleDesk { rules in try await rules.rollback(to: to, by: NSUserName()) }
                print("Kept: \(record.id.prefix(12)). No server runs here; the next start takes it.")
            }
        }
    }
}

/// `luadesk rules explain`
struct RulesExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract:
            "Say why a message was answered, routed or left alone: every rule, and the first thing in it that did not hold.",
        discussion: "Message ids stand in /v1/messages and at /desk.")

    @OptionGroup var folder: FolderOptions
    @Argument(help: "The message's id.") var message: String
    @Flag(help: "Print all of it as JSON.") var json = false

    func run() async throws {
        try await complaining {
            guard let id = ID<Message>(text: message) else {
                throw Complaint("'\(message)' is no message id: they begin with m.")
            }
            let explanation: Value
            if let desk = await LocalDesk.running(in: folder.folder) {
                explanation = try await desk.get("/v1/rules/explain/\(id)")
            } else {
                explanation = try await folder.withRuleDesk { rules in try await rules.explain(id) }
            }
            print(json ? explanation.jsonText : ExplanationText.lines(explanation).joined(separator: "\n"))
        }
    }
}

extension FolderOptions {
    /// The rule desk of a folder that nobody serves: an engine without channels, watchers or server, for one call.
    /// - Parameter source: taken at once where the store has no rules yet.
    func withRuleDesk<Result>(source: RuleSource? = nil, _ body: (RuleDesk) async throws -> Result) async throws -> Result {
        try await withStore(creating: source != nil) { store in
            let key = try deskKey(creatingIfMissing: false)
            var options = EngineOptions(
                secret: key.derived(for: "live sessions 1"), mediaFolder: "\(folder)/media", mediaKey: key.derived(for: "media 1")
            )
            options.watchesFiles = false
            if try await store.teams().isEmpty { options.teams = DemoDesk.teams.map { Team(id: $0.0, name: $0.1) } }
            var logger = Logger(label: "rules")
            logger.logLevel = .critical
            let engine = try await DeskEngine.start(options, store: store, logger: logger)
            do {
                let result = try await body(engine.rules)
                await engine.drain()
                return result
            } catch {
                await engine.drain()
                throw error
            }
        }
    }
}
