// SPDX-License-Identifier: Apache-2.0

/// The schema as an example that can be read, cut down and used.
enum ConfigurationReference {
    /// YAML with every key, its default, its meaning and its environment variable.
    static func text() -> String {
        """
        # Configuration of LuaDesk: every key with its default. Copy what you need; all of it may be left out.
        #
        # Any key can be overridden by the environment variable that stands behind it. Elements of lists go by their
        # id: LUADESK_CHANNELS_SHOP_WECHAT_APP_SECRET sets app_secret of channel shop-wechat.
        # Texts may be given as env:NAME or file:PATH, so that no secret has to stand here.
        # LUADESK_HOME names the folder with the shipped rules/ and plugins/ where the program does not find them itself.
        #
        # A team's hours:  { utc_offset: "+08:00", week: { mon-fri: "09:00-12:00, 13:00-18:00", sat: "10:00-16:00" },
        #                    holidays: [2026-10-01], exceptions: { 2026-10-10: "09:00-18:00" } }

        """ + lines(DeskSchema.keys, indent: "", variable: "LUADESK").joined(separator: "\n")
    }

    private static func lines(_ keys: [ConfigurationKey], indent: String, variable: String) -> [String] {
        var lines: [String] = []
        for key in keys {
            let name = "\(variable)_\(EnvironmentOverlay.word(key.name))"
            switch key.shape {
            case .section(let inner):
                lines += ["", "\(indent)# \(key.help)", "\(indent)\(key.name):"]
                lines += self.lines(inner, indent: indent + "  ", variable: name)
            case .list(let inner):
                lines += ["", "\(indent)# \(key.help)", "\(indent)# \(key.name):"]
                for (index, item) in inner.enumerated() {
                    // A section within an element stands on one line.
                    let text = "\(indent)#   \(index == 0 ? "-" : " ") \(item.name): \(item.standard ?? sample(item))"
                    lines.append(row(text, item.help, "\(name)_<ID>_\(Self.variable(of: item))"))
                }
            default:
                let example = key.standard ?? sample(key)
                lines.append(row("\(indent)\(key.standard == nil ? "# " : "")\(key.name): \(example)", key.help, name))
            }
        }
        return lines
    }

    private static func variable(of key: ConfigurationKey) -> String {
        let word = EnvironmentOverlay.word(key.name)
        guard case .section(let inner) = key.shape else { return word }
        return "\(word)_<\(inner.map { EnvironmentOverlay.word($0.name) }.joined(separator: "|"))>"
    }

    private static func row(_ text: String, _ help: String, _ variable: String) -> String {
        text + String(repeating: " ", count: max(1, 40 - text.count)) + "# \(help) [\(variable)]"
    }

    private static func sample(_ key: ConfigurationKey) -> String {
        switch key.shape {
        case .texts: "[]"
        case .section(let keys): "{ \(keys.map { "\($0.name): \($0.standard ?? sample($0))" }.joined(separator: ", ")) }"
        case .settings: "{}"
        case .hours: "always"
        default: "…"
        }
    }
}
