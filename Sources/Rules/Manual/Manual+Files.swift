// SPDX-License-Identifier: Apache-2.0

extension Manual {
    /// What `luadesk rules meta` writes, by path below a folder of rules. Nothing of it is part of a rule set.
    package static var files: [String: String] {
        [
            "meta/rules.lua": annotations, "meta/tests.lua": testAnnotations, ".luarc.json": editorSettings,
            ".luacheckrc": luacheckSettings, "REFERENCE.md": reference,
        ]
    }

    static let notice = "Made by `luadesk rules meta`; changes here are lost."

    /// For the language server that editors use (LuaLS).
    private static let editorSettings = """
        {
          "$schema": "https://raw.githubusercontent.com/LuaLS/vscode-lua/master/setting/schema.json",
          "runtime.version": "Lua 5.4",
          "runtime.path": ["?.lua"],
          "runtime.builtin": { "io": "disable", "os": "disable", "debug": "disable", "package": "disable", "coroutine": "disable" },
          "workspace.library": ["meta"],
          "workspace.checkThirdParty": false
        }

        """
}
