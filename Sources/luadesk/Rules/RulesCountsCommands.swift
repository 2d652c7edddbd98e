// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Desk

/// What the live rules have done, in one order or another.
enum RuleCounts {
    /// - Parameters:
    ///   - wanted: which rules are shown.
    ///   - order: the greatest first.
    static func show(
        _ folder: FolderOptions, limit: Int, none: String, wanted: (Value) -> Bool, order: (Value) -> Int64
    ) async throws {
        let statistics = try await folder.runningDesk().get("/v1/rules/statistics")
        let since = statistics["since"]?.string ?? "?"
        let rules = (statistics["items"]?.array ?? []).filter(wanted)
            .sorted { a, b in
                order(a) != order(b) ? order(a) > order(b) : (a["rule"]?.string ?? "") < (b["rule"]?.string ?? "")
            }
        guard !rules.isEmpty else { return print("\(none) since \(since).") }
        print("Since \(since):")
        printTable(
            ["RULE", "KIND", "LOOKED AT", "MATCHED", "ERRORS", "P50 µs", "P99 µs", "LAST MATCH", "WHERE"],
            rules.prefix(limit).map { rule in
                func number(_ name: String) -> String { rule[name]?.int.map(String.init) ?? "-" }
                let rest = rule["resting_until"]?.string.map { " (set aside until \($0))" } ?? ""
                return [
                    (rule["rule"]?.string ?? "") + rest, rule["kind"]?.string ?? "", number("evaluations"),
                    number("matches"), number("errors"), number("p50_us"), number("p99_us"),
                    rule["last_match"]?.string ?? "-", "\(rule["file"]?.string ?? ""):\(number("line"))",
                ]
            })
    }

    static func count(_ rule: Value, _ name: String) -> Int64 { rule[name]?.int ?? 0 }
    /// Alerts are evaluated elsewhere.
    static func isCounted(_ rule: Value) -> Bool { rule["kind"]?.string != "alert" }
}

/// `luadesk rules top`
struct RulesTopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top", abstract: "The live rules that match most.")

    @OptionGroup var folder: FolderOptions
    @Option(help: "At most so many.") var limit = 20

    func run() async throws {
        try await complaining {
            try await RuleCounts.show(folder, limit: limit, none: "No rule has matched") {
                RuleCounts.count($0, "matches") > 0
            } order: {
                RuleCounts.count($0, "matches")
            }
        }
    }
}

/// `luadesk rules slow`
struct RulesSlowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slow", abstract: "The live rules whose functions take longest.")

    @OptionGroup var folder: FolderOptions
    @Option(help: "At most so many.") var limit = 20

    func run() async throws {
        try await complaining {
            try await RuleCounts.show(folder, limit: limit, none: "No function of a rule was called") {
                RuleCounts.count($0, "calls") > 0
            } order: {
                RuleCounts.count($0, "p99_us")
            }
        }
    }
}

/// `luadesk rules dead`
struct RulesDeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead", abstract: "The live rules that have never matched since they went live.")

    @OptionGroup var folder: FolderOptions
    @Option(help: "At most so many.") var limit = 100

    func run() async throws {
        try await complaining {
            try await RuleCounts.show(folder, limit: limit, none: "Every rule has matched") {
                RuleCounts.isCounted($0) && RuleCounts.count($0, "matches") == 0
            } order: {
                RuleCounts.count($0, "evaluations")
            }
        }
    }
}

/// `luadesk rules noisy`
struct RulesNoisyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "noisy", abstract: "The live rules that fail, and those that are set aside.")

    @OptionGroup var folder: FolderOptions
    @Option(help: "At most so many.") var limit = 100

    func run() async throws {
        try await complaining {
            try await RuleCounts.show(folder, limit: limit, none: "No rule has failed") {
                RuleCounts.count($0, "errors") > 0 || $0["resting_until"] != nil
            } order: {
                RuleCounts.count($0, "errors")
            }
        }
    }
}
