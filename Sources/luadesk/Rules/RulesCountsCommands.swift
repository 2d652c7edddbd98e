// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Desk

/// Which of the live rules are shown, and in which order.
struct RuleCounts: Sendable {
    /// Said where there are none.
    let none: String
    let isWanted: @Sendable (Value) -> Bool
    /// The greatest first.
    let order: @Sendable (Value) -> Int64

    static let top = RuleCounts(none: "No rule has matched") {
        count($0, "matches") > 0
    } order: {
        count($0, "matches")
    }
    static let slow = RuleCounts(none: "No function of a rule was called") {
        count($0, "calls") > 0
    } order: {
        count($0, "p99_us")
    }
    /// Without alerts, which are evaluated elsewhere.
    static let dead = RuleCounts(none: "Every rule has matched") {
        $0["kind"]?.string != "alert" && count($0, "matches") == 0
    } order: {
        count($0, "evaluations")
    }
    static let noisy = RuleCounts(none: "No rule has failed") {
        count($0, "errors") > 0 || $0["resting_until"] != nil
    } order: {
        count($0, "errors")
    }

    private init(
        none: String, isWanted: @escaping @Sendable (Value) -> Bool, order: @escaping @Sendable (Value) -> Int64
    ) {
        self.none = none
        self.isWanted = isWanted
        self.order = order
    }

    private static func count(_ rule: Value, _ name: String) -> Int64 { rule[name]?.int ?? 0 }

    struct Options: ParsableArguments {
        @OptionGroup var folder: FolderOptions
        @Option(help: "At most so many.") var limit = 50
    }

    func show(_ options: Options) async throws {
        try await complaining {
            let statistics = try await options.folder.runningDesk().get("/v1/rules/statistics")
            let since = statistics["since"]?.string ?? "?"
            let rules = (statistics["items"]?.array ?? []).filter(isWanted)
                .sorted { a, b in
                    order(a) != order(b) ? order(a) > order(b) : (a["rule"]?.string ?? "") < (b["rule"]?.string ?? "")
                }
            guard !rules.isEmpty else { return print("\(none) since \(since).") }
            print("Since \(since):")
            printTable(
                ["RULE", "KIND", "LOOKED AT", "MATCHED", "ERRORS", "P50 µs", "P99 µs", "LAST MATCH", "WHERE"],
                rules.prefix(max(1, options.limit)).map(Self.row))
        }
    }

    private static func row(_ rule: Value) -> [String] {
        func number(_ name: String) -> String { rule[name]?.int.map(String.init) ?? "-" }
        let rest = rule["resting_until"]?.string.map { " (set aside until \($0))" } ?? ""
        return [
            (rule["rule"]?.string ?? "") + rest, rule["kind"]?.string ?? "", number("evaluations"), number("matches"),
            number("errors"), number("p50_us"), number("p99_us"), rule["last_match"]?.string ?? "-",
            "\(rule["file"]?.string ?? ""):\(number("line"))",
        ]
    }
}

/// `luadesk rules top`
struct RulesTopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "top", abstract: "The live rules that match most.")
    @OptionGroup var options: RuleCounts.Options
    func run() async throws { try await RuleCounts.top.show(options) }
}

/// `luadesk rules slow`
struct RulesSlowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slow", abstract: "The live rules whose functions take longest.")
    @OptionGroup var options: RuleCounts.Options
    func run() async throws { try await RuleCounts.slow.show(options) }
}

/// `luadesk rules dead`
struct RulesDeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead", abstract: "The live rules that have never matched since they went live.")
    @OptionGroup var options: RuleCounts.Options
    func run() async throws { try await RuleCounts.dead.show(options) }
}

/// `luadesk rules noisy`
struct RulesNoisyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "noisy", abstract: "The live rules that fail, and those that are set aside.")
    @OptionGroup var options: RuleCounts.Options
    func run() async throws { try await RuleCounts.noisy.show(options) }
}
