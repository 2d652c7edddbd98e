// SPDX-License-Identifier: Apache-2.0
import Desk

extension PluginManifest {
    /// What each channel can do, as a table in Markdown: `plugins/README.md` holds it, made by `luadesk plugin list --table`.
    package static func table(of manifests: [PluginManifest]) -> String {
        let kinds: [MessageContent.Kind] = [.text, .image, .voice, .video, .file, .location, .card, .menu]
        var lines = [
            "| channel | sends | text limit | replies | typing | files in | login | after the window |",
            "| --- | --- | --- | --- | --- | --- | --- | --- |",
        ]
        for manifest in manifests.filter({ $0.kind == .channel }).sorted(by: { $0.name < $1.name }) {
            let able = manifest.capabilities
            func replies(_ quota: ReplyQuota) -> String {
                [quota.messages.map { "\($0)" } ?? "any", quota.window.map { "in \($0.inMilliseconds / 3_600_000) h" }]
                    .compactMap(\.self).joined(separator: " ")
            }
            func mark(_ isThere: Bool) -> String { isThere ? "yes" : "–" }
            let cells = [
                "`\(manifest.name)`", kinds.filter(able.kinds.contains).map(\.rawValue).joined(separator: ", "),
                able.textLimit.map { "\($0) bytes" } ?? "–",
                able.replyQuota.map(replies) ?? "any",
                mark(able.typing), mark(able.media), mark(manifest.functions.contains("login")),
                able.afterWindow.map { "`\($0)`" } ?? "–",
            ]
            lines.append("| " + cells.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n")
    }
}
