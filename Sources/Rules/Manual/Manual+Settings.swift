// SPDX-License-Identifier: Apache-2.0
import Lua

extension Manual {
    private static func setting(_ owner: String, _ name: String, _ type: String, _ summary: String, _ example: ManualExample)
        -> ManualEntry
    {
        .value(owner, name, type, summary, in: [.settings], example)
    }

    private static func limit(
        _ name: String, _ summary: String, _ value: Int, _ refused: Int,
        _ holds: @escaping @Sendable (ScriptLimits) -> Bool
    ) -> ManualEntry {
        setting(
            "limits", name, "integer?", summary,
            .settings(
                "return { limits = { \(name) = \(value) } }", "\(value)", refused: "return { limits = { \(name) = \(refused) } }"
            ) { holds($0.limits) })
    }

    static let settings = Chapter(
        title: "rules.lua",
        introduction: "The file returns a table with what holds for the whole set. All of it may be left out.",
        entries: [
            setting(
                "settings", "name", "string?", "What the history shows.",
                .settings(#"return { name = "shop" }"#, "is called shop", refused: "return { name = 1 }") { $0.name == "shop" }),
            setting(
                "settings", "api", "1?", "The API that the rules are written for.",
                .settings("return { api = 1 }", "is taken", refused: "return { api = 2 }") { _ in true }),
            setting(
                "settings", "language", "string?",
                "Of customers whose language is unknown, and where a text is missing; `zh-CN` if absent.",
                .settings(#"return { language = "en" }"#, "English", refused: "return { language = 1 }") { $0.language == "en" }),
            setting(
                "settings", "time_zone", "string?", "Of `now.hour` and its like; `+08:00` if absent.",
                .settings(
                    #"return { time_zone = "-05:30" }"#, "five and a half hours behind UTC",
                    refused: #"return { time_zone = "noon" }"#
                ) { $0.offset == .seconds(-19_800) }),
            setting(
                "settings", "attributes", "{ customer: string[] }?",
                "What is known about customers: other names in conditions are mistakes; without it any name goes.",
                .settings(#"return { attributes = { customer = { "city", "vip_level" } } }"#, "two names") {
                    $0.customerAttributes == ["city", "vip_level"]
                }),
            setting(
                "settings", "limits", "Limits?", "What the functions of the rules may use; what is absent stays as it is.",
                .settings("return { limits = { when_ms = 2 } }", "2 ms for each `when`", refused: "return { limits = 1 }") {
                    $0.limits.when.time == .milliseconds(2)
                }),
            limit("memory_mb", "What one state of the rules may hold: 1 to 512 MB, 32 if absent.", 64, 0) {
                $0.memory == 64 << 20
            },
            limit("block_kb", "The largest text or table: 16 to 65536 KiB, 1024 if absent.", 2048, 1) { $0.block == 2 << 20 },
            limit(
                "when_instructions", "Of one `when` or text function, in checks, tests and replay; 20000 if absent.", 50_000, 1
            ) { $0.when.instructions == 50_000 },
            limit("when_ms", "The same live: 1 to 1000 ms, 1 if absent.", 3, 0) { $0.when.time == .milliseconds(3) },
            limit(
                "decision_instructions",
                "Of all functions of a decision together, in checks, tests and replay; 200000 if absent.", 400_000, 10
            ) { $0.decision.instructions == 400_000 },
            limit("decision_ms", "The same live: 1 to 1000 ms, 5 if absent.", 8, 1001) {
                $0.decision.time == .milliseconds(8)
            },
            limit(
                "flow_step_instructions",
                "Of a stage up to its next wait, in checks, tests and replay; 500000 if absent.", 1_000_000, 0
            ) { $0.flowStep.instructions == 1_000_000 },
            limit("flow_step_ms", "The same live: 1 to 1000 ms, 20 if absent.", 30, 0) {
                $0.flowStep.time == .milliseconds(30)
            },
            limit("load_ms", "Of one file when it is read: 10 to 10000 ms, 500 if absent.", 1000, 1) {
                $0.load.time == .milliseconds(1000)
            },
            setting(
                "settings", "gates", "Gates?", "What must not change in recorded traffic when the set goes live.",
                .settings(#"return { gates = { max_changed = "20%" } }"#, "at most a fifth", refused: "return { gates = 1 }") {
                    $0.activationGates.maxChanged == 0.2
                }),
            setting(
                "gates", "max_changed", "string|number|nil", "The largest part of the decisions that may change.",
                .settings(
                    "return { gates = { max_changed = 0.1 } }", "at most a tenth",
                    refused: "return { gates = { max_changed = 2 } }"
                ) { $0.activationGates.maxChanged == 0.1 }),
            setting(
                "gates", "never_change", "string[]?", "Tags of conversations about which no decision may change.",
                .settings(
                    #"return { gates = { never_change = { "complaint" } } }"#, "nothing about complaints",
                    refused: #"return { gates = { never_change = "complaint" } }"#
                ) { $0.activationGates.neverChange == ["complaint"] }),
            setting(
                "gates", "sample", "integer?", "How many of the latest decisions are tried; 500 if absent.",
                .settings("return { gates = { sample = 500 } }", "500", refused: "return { gates = { sample = 0 } }") {
                    $0.activationGates.sample == 500
                }),
            setting(
                "gates", "least", "integer?", "With fewer on record `max_changed` is not judged; 100 if absent.",
                .settings("return { gates = { least = 10 } }", "10", refused: "return { gates = { least = -1 } }") {
                    $0.activationGates.least == 10
                }),
            setting(
                "settings", "watch", "Watch|false|nil",
                "How a set is watched once it is live, and when the desk goes back by itself; `false`: not at all.",
                .settings("return { watch = false }", "is not watched", refused: "return { watch = 1 }") {
                    $0.watch.window == .zero
                }),
            setting(
                "watch", "window", "Duration?", "For how long; at most a day, `10m` if absent.",
                .settings(
                    #"return { watch = { window = "30m" } }"#, "half an hour", refused: #"return { watch = { window = "2d" } }"#
                ) {
                    $0.watch.window == .seconds(1800)
                }),
            setting(
                "watch", "least", "integer?", "With fewer decisions times and arrivals are not judged; 50 if absent.",
                .settings("return { watch = { least = 20 } }", "20", refused: "return { watch = { least = 0 } }") {
                    $0.watch.least == 20
                }),
            setting(
                "watch", "errors", "string|number|nil",
                "So much larger may the part of decisions be in which a rule fails; `2%` if absent.",
                .settings(#"return { watch = { errors = "5%" } }"#, "a twentieth", refused: "return { watch = { errors = 2 } }") {
                    $0.watch.errors == 0.05
                }),
            setting(
                "watch", "slower", "number?", "So many times longer may a decision take; 5 if absent.",
                .settings("return { watch = { slower = 2 } }", "twice", refused: "return { watch = { slower = 0.5 } }") {
                    $0.watch.slower == 2
                }),
            setting(
                "watch", "fallback", "string|number|nil",
                "So much larger may the part of arrivals be that no route wanted; `20%` if absent.",
                .settings(#"return { watch = { fallback = "10%" } }"#, "a tenth", refused: "return { watch = { fallback = -1 } }")
                {
                    $0.watch.fallback == 0.1
                }),
        ])
}
