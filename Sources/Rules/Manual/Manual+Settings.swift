// SPDX-License-Identifier: Apache-2.0

extension Manual {
    private static func setting(_ owner: String, _ name: String, _ type: String, _ summary: String, _ example: ManualExample)
        -> ManualEntry
    {
        .value(owner, name, type, summary, in: [.settings], example)
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
                "settings", "limits", "{ memory_mb: integer }?",
                "What one state of the rules may take: 1 to 512 MB, 32 if absent.",
                .settings("return { limits = { memory_mb = 64 } }", "64 MB", refused: "return { limits = { memory_mb = 0 } }") {
                    $0.memory == 64 << 20
                }),
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
                "gates", "sample", "integer?", "How many of the latest decisions are tried; 2000 if absent.",
                .settings("return { gates = { sample = 500 } }", "500", refused: "return { gates = { sample = 0 } }") {
                    $0.activationGates.sample == 500
                }),
            setting(
                "gates", "least", "integer?", "With fewer on record `max_changed` is not judged; 100 if absent.",
                .settings("return { gates = { least = 10 } }", "10", refused: "return { gates = { least = -1 } }") {
                    $0.activationGates.least == 10
                }),
        ])
}
