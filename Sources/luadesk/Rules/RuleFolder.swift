// SPDX-License-Identifier: Apache-2.0
import Answers
import ArgumentParser
import Desk
import Engine
import Foundation
import Rules

/// A working tree of rules, and the names that it may use.
struct RuleFolder: ParsableArguments {
    @Argument(help: ArgumentHelp("The folder with rules.lua. Default: rules/ here, else the shipped one.", valueName: "folder"))
    var folder: String?

    @Option(
        help: ArgumentHelp(
            "The desk's configuration: its teams and channels are the ones rules may name. Default: desk.yaml beside the folder.",
            valueName: "file"))
    var config: String?

    var path: String { get throws { try Self.path(folder) } }

    /// - Parameter folder: as it was given.
    static func path(_ folder: String?) throws -> String {
        if let folder { return URL(fileURLWithPath: folder).standardizedFileURL.path }
        let here = FileManager.default.currentDirectoryPath + "/rules"
        if FileManager.default.fileExists(atPath: here) { return here }
        guard let shipped = ShippedFolders.rules else {
            throw Complaint("there is no rules folder here. Name one after what you wrote: luadesk rules … FOLDER")
        }
        return shipped
    }

    func source() throws -> RuleSource {
        do { return try RuleSource.read(folder: path) } catch { throw Complaint("\(error)") }
    }

    /// Teams and channels of the configuration; without one, the teams of the shipped rules and any channel.
    func names() async throws -> KnownNames {
        if let config { return KnownNames(try await DeskConfiguration.load(file: config)) }
        // One that was not asked for may be unfit here, for want of its secrets for instance: then it says nothing.
        if let found = try neighbour, let configuration = try? await DeskConfiguration.load(file: found) {
            return KnownNames(configuration)
        }
        return KnownNames(teams: Set(DemoDesk.teams.map(\.0)), channels: nil, calls: nil)
    }

    /// The configuration that `luadesk init` lays beside the rules it writes.
    private var neighbour: String? {
        get throws {
            let path = try path
            guard path != ShippedFolders.rules else { return nil }
            let file = URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent("desk.yaml").path
            return FileManager.default.fileExists(atPath: file) ? file : nil
        }
    }

    /// What to think of a complaint about a team, if no configuration was given.
    func hint(about problems: [RuleProblem]) -> String? {
        guard config == nil, problems.contains(where: { $0.message.contains("team") }) else { return nil }
        if let found = try? neighbour {
            return "The teams of \(found) count if it can be read, else those of the shipped rules; --config FILE names another."
        }
        return "Teams were compared with those of the shipped rules; --config FILE takes your desk's."
    }
}

extension KnownNames {
    init(_ configuration: DeskConfiguration) {
        var teams = Set(configuration.teams.map(\.id))
        if let fallback = configuration.text("routing.fallback_team") { teams.insert(fallback) }
        self.init(
            teams: teams, channels: Set(configuration.channels.flatMap { [$0.id, $0.plugin] }),
            calls: configuration.calls)
    }
}

extension [RuleProblem] {
    var errors: [RuleProblem] { filter { $0.severity == .error } }
    var warnings: [RuleProblem] { filter { $0.severity == .warning } }
}
