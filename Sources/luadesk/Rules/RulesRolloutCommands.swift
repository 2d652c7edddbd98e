// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Desk

/// How `activate` tries a set before it is live for all.
struct RolloutOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Live for this part of the conversations only, such as 10%.", valueName: "share"))
    var canary: String?
    @Flag(help: "Let it decide beside the live set: nothing it wants is done, what differs is counted.") var shadow = false
    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "How long. Then a canary goes live for all if nothing spoke against it, and a shadow ends. Default: until you say.",
            valueName: "duration"))
    var lasting: String?

    func validate() throws {
        if canary != nil, shadow { throw ValidationError("--canary or --shadow, not both.") }
        if canary == nil, !shadow, lasting != nil { throw ValidationError("--for goes with --canary or --shadow.") }
        if let canary, Self.share(canary) == nil {
            throw ValidationError("--canary: '\(canary)' is no share above 0% and below 100%, such as 10%.")
        }
        if let lasting, Duration(text: lasting) ?? .zero <= .zero {
            throw ValidationError("--for: '\(lasting)' is no duration such as 30m or 12h.")
        }
    }

    var isTried: Bool { canary != nil || shadow }

    /// As the API takes them.
    var fields: Value {
        var fields: Value = [:]
        if let share = canary.flatMap(Self.share) { fields["canary"] = .double(share) }
        if shadow { fields["shadow"] = true }
        if let lasting { fields["for"] = .string(lasting) }
        return fields
    }

    /// "10%" or "0.1".
    static func share(_ text: String) -> Double? {
        let isPercent = text.hasSuffix("%")
        guard let number = Double(isPercent ? text.dropLast() : text[...]) else { return nil }
        let share = isPercent ? number / 100 : number
        return share > 0 && share < 1 ? share : nil
    }
}

extension FolderOptions {
    /// The server on this folder; what is tried is tried on live traffic.
    func runningDesk() async throws -> LocalDesk {
        guard let desk = await LocalDesk.running(in: folder) else {
            throw Complaint("no server runs on \(folder): there is no traffic to try rules on.")
        }
        return desk
    }
}

/// `luadesk rules promote`
struct RulesPromoteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote", abstract: "Let the rules that are tried go live for all.")

    @OptionGroup var folder: FolderOptions
    @Flag(help: "Past running flows that could not go on; such a conversation goes to a person.") var force = false

    func run() async throws {
        try await complaining {
            let record = try await folder.runningDesk().post("/v1/rules/rollout/promote", ["force": .bool(force)])
            print("Live: \(record["id"]?.string?.prefix(12) ?? "").")
        }
    }
}

/// `luadesk rules stop`
struct RulesStopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "End a canary or a shadow; the live rules decide everything again.")

    @OptionGroup var folder: FolderOptions

    func run() async throws {
        try await complaining {
            try await folder.runningDesk().delete("/v1/rules/rollout")
            print("Stopped. The live rules decide everything.")
        }
    }
}

/// `luadesk rules status`
struct RulesStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show what is live, what is tried beside it, and how both do.")

    @OptionGroup var folder: FolderOptions
    @Flag(help: "Print it as JSON.") var json = false

    func run() async throws {
        try await complaining {
            let status = try await folder.runningDesk().get("/v1/rules/rollout")
            print(json ? status.jsonText : RolloutText.lines(status).joined(separator: "\n"))
        }
    }
}

/// A rollout's status for people.
enum RolloutText {
    static func lines(_ status: Value) -> [String] {
        var lines: [String] = []
        if let live = status["live"] {
            lines.append("live     \(set(live)) since \(live["since"]?.string ?? "?")")
            lines += vitals(live["vitals"])
        }
        if let watch = status["watch"] {
            lines.append(
                "watched  until \(watch["until"]?.string ?? "?"); if it does badly, the desk goes back to \(watch["previous"]?.string?.prefix(12) ?? "?")"
            )
            lines += vitals(watch["before"]).map { $0 + ", before" }
        }
        if let candidate = status["candidate"] {
            let plan = candidate["plan"]?.string ?? ""
            let share = candidate["share"].flatMap { $0.double ?? $0.int.map(Double.init) }
            let part = share.map { " for \(percent($0)) of conversations" } ?? ""
            let until = candidate["until"]?.string.map { ", until \($0)" } ?? ""
            let column = plan + String(repeating: " ", count: max(1, 9 - plan.count))
            lines.append("\(column)\(set(candidate))\(part)\(until), by \(candidate["by"]?.string ?? "?")")
            lines += vitals(candidate["vitals"])
            if let report = candidate["report"] { lines += ReplayText.lines(report).map { "         " + $0 } }
        } else {
            lines.append("nothing is tried beside it")
        }
        return lines
    }

    private static func set(_ value: Value) -> String {
        "\(value["id"]?.string?.prefix(12) ?? "?") (\(value["name"]?.string ?? ""))"
    }

    private static func vitals(_ vitals: Value?) -> [String] {
        guard let vitals else { return [] }
        func count(_ name: String) -> Int64 { vitals[name]?.int ?? 0 }
        let mean = vitals["mean_us"].flatMap { $0.double ?? $0.int.map(Double.init) } ?? 0
        return [
            "         \(count("settlements")) decided, \(count("failed")) with a failing rule, \(mean) µs on average, "
                + "\(count("fallen_back")) of \(count("arrived")) arrivals to the fallback team"
        ]
    }

    private static func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
}
