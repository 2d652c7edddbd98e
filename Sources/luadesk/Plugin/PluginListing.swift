// SPDX-License-Identifier: Apache-2.0
import Plugins

/// Plugins as `luadesk plugin list` shows them: by the folder they are loaded from, then what is built in.
struct PluginListing {
    /// As the desk looks in them: the first one that has a name wins.
    let folders: [String]
    let manifests: [PluginManifest]
    let showsSettings: Bool

    func print() { for line in lines { Swift.print(line) } }

    var lines: [String] {
        var lines: [String] = []
        var left = manifests
        for folder in folders {
            let names = Set(PluginCatalogue.names(in: folder))
            let here = left.filter { names.contains($0.name) }
            left.removeAll { names.contains($0.name) }
            if folders.count > 1, !here.isEmpty { lines.append("in \(folder):") }
            for manifest in here { lines += self.lines(of: manifest) }
        }
        if folders.count > 1 { lines.append("built in:") }
        return lines + builtIn("live", "our own chat on web pages, in mini programs and apps", PluginSetting.live)
            + builtIn("email", "a mailbox over IMAP and SMTP", PluginSetting.email)
    }

    private func lines(of manifest: PluginManifest) -> [String] {
        var lines = ["\(manifest.name) \(manifest.version)  \(manifest.kind.rawValue)  \(manifest.title)"]
        lines += PluginCatalogue.hidden(behind: manifest.name, in: folders).map { "    in place of \($0)" }
        guard showsSettings else { return lines }
        for field in manifest.settings {
            let notes = [field.required ? "required" : nil, field.secret ? "secret" : nil].compactMap { $0 }
            lines.append("    \(field.name)\(notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))"): \(field.help)")
        }
        return lines
    }

    private func builtIn(_ name: String, _ title: String, _ settings: [PluginSetting]) -> [String] {
        ["\(name)  channel  built in: \(title)"] + (showsSettings ? settings.map { "    \($0.name): \($0.help)" } : [])
    }
}
