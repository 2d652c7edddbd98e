// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// The names that plugins can use, read from a state as plugins get it.
package enum PluginNames {
    /// Fields by global; empty for what is no table.
    package static func globals() throws -> [String: [String]] {
        let state = try PluginState.bare()
        let chunk = try state.load(
            source: Array(
                """
                local found = {}
                for name, value in pairs(_G) do
                  local fields = {}
                  if type(value) == "table" and name ~= "_G" then
                    for field in pairs(value) do fields[field] = true end
                  end
                  found[name] = { fields = fields }
                end
                return found
                """.utf8), chunk: "names")
        let found = try state.call(chunk, [], budget: .load).first?.object?.pairs ?? []
        return Dictionary(
            found.map { ($0.name, ($0.value["fields"]?.object?.names ?? []).sorted()) }, uniquingKeysWith: { first, _ in first })
    }

    /// What stands in `plugins/.luacheckrc`.
    package static func luacheckSettings() throws -> String {
        let names = try globals().sorted { $0.key < $1.key }.map { name, fields in
            if name == "_G" { return "    _G = { other_fields = true }," }
            guard !fields.isEmpty else { return "    \(name) = {}," }
            return "    \(name) = { fields = { \(fields.map { "\"\($0)\"" }.joined(separator: ", ")) } },"
        }
        return """
            -- SPDX-License-Identifier: Apache-2.0
            -- Made by `luadesk plugin luacheck`; changes here are lost.
            stds.luadesk_plugins = {
              read_globals = {
            \(names.joined(separator: "\n"))
              },
            }

            std = "luadesk_plugins"
            files["*/tests"] = { read_globals = { "test" } }
            exclude_files = { "meta" }
            -- What a function is called with is the host's choice, and a text is as long as it is.
            unused_args = false
            max_line_length = false

            """
    }
}
