// SPDX-License-Identifier: Apache-2.0

/// The files of a new channel plugin: code that works, with tests that pass.
package enum PluginTemplate {
    /// - Parameter name: of the plugin and its folder: small letters, digits, `-` and `_`.
    /// - Returns: paths within the folder.
    package static func files(name: String) -> [(path: String, text: String)] {
        let code = String(decoding: PackageResources.template_plugin_lua, as: UTF8.self).replacing("my-channel", with: name)
        let readme = """
            # \(name)

            What the platform is, and for whom this channel is.

            ## Settings

            Where in the platform's console each value is found. `luadesk plugin list --settings` shows them all.

            ## Trying it

                luadesk plugin test \(name)

            `plugins/README.md` explains how a plugin is written.

            """
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        return [
            ("plugin.lua", code), ("platform.lua", text(PackageResources.template_platform_lua)),
            ("tests/\(name.replacing("-", with: "_")).lua", text(PackageResources.template_test_lua)),
            ("fixtures/text.http", text(PackageResources.template_text_http)),
            ("fixtures/attack.http", text(PackageResources.template_attack_http)),
            ("fixtures/conformance.json", text(PackageResources.template_conformance_json)), ("README.md", readme),
        ]
    }
}
