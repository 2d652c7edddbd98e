// SPDX-License-Identifier: Apache-2.0

extension Manual {
    /// The names that luacheck knows in rules, and in tests beside them.
    static var luacheckSettings: String {
        let rules = globals(in: [.loading, .function, .stage]).sorted().map(standard)
        let tests = globals(in: [.test]).subtracting(globals(in: [.loading, .function, .stage])).sorted().map(standard)
        return """
            -- SPDX-License-Identifier: Apache-2.0
            -- \(notice)
            stds.luadesk_rules = {
              read_globals = {
            \(rules.joined(separator: "\n"))
              },
            }
            stds.luadesk_tests = {
              read_globals = {
            \(tests.joined(separator: "\n"))
              },
            }

            std = "luadesk_rules"
            files["tests"] = { std = "+luadesk_tests" }
            exclude_files = { "meta" }
            -- What a function is called with is the host's choice, and a text is as long as it is.
            unused_args = false
            max_line_length = false

            """
    }

    private static func standard(_ name: String) -> String {
        if name == "_G" { return "    _G = { other_fields = true }," }
        let fields = names(of: name)
        guard !fields.isEmpty, luaLibraries.contains(name) || ["pattern", "log"].contains(name) else {
            return "    \(name) = {},"
        }
        return "    \(name) = { fields = { \(fields.map { "\"\($0)\"" }.joined(separator: ", ")) } },"
    }
}
