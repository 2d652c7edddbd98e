// SPDX-License-Identifier: Apache-2.0

/// Lays environment variables over the configuration: `LUADESK_SERVER_PORT` over `server.port`.
///
/// Elements of lists are named by their id (or name), in upper case with `_` for everything else, or by their number:
/// `LUADESK_CHANNELS_SHOP_WECHAT_APP_SECRET`, `LUADESK_TEAMS_0_NAME`. Lists of texts are written `a,b,c`.
struct EnvironmentOverlay {
    static let prefix = "LUADESK_"
    /// Variables with our prefix that are no keys.
    static let others: Set<String> = ["LUADESK_HOME"]

    var variables: [String: String]

    /// - Returns: variables that look like ours and lead nowhere, with the nearest one that would; they are logged and do not stop the
    ///   start: Kubernetes by itself sets `LUADESK_SERVICE_HOST` for a service of that name.
    func apply(to root: inout ConfigurationNode, keys: [ConfigurationKey]) -> [String] {
        var unknown: [String] = []
        for (name, text) in variables.sorted(by: { $0.key < $1.key }) {
            guard let rest = name.dropping(prefix: Self.prefix), !Self.others.contains(name), !text.isEmpty else { continue }
            if let path = Self.path(rest[...], in: root, keys: keys) {
                root.set(path, to: text, origin: .environment(name))
            } else {
                unknown.append(name)
            }
        }
        return unknown
    }

    /// The way to the key that this variable means; nil if there is none.
    private static func path(
        _ rest: Substring, in node: ConfigurationNode?, keys: [ConfigurationKey]
    ) -> [ConfigurationNode.Step]? {
        for key in keys {
            let name = word(key.name)
            switch key.shape {
            case .section(let inner):
                guard let rest = after(name, rest) else { continue }
                if let path = path(rest, in: node?[key.name], keys: inner) { return [.name(key.name)] + path }
            case .list(let inner):
                guard let rest = after(name, rest) else { continue }
                if let path = element(rest, of: node?[key.name], keys: inner) { return [.name(key.name)] + path }
            case .settings:
                guard let rest = after(name, rest), !rest.isEmpty else { continue }
                return [.name(key.name), .name(rest.lowercased())]
            default:
                if rest == name { return [.name(key.name)] }
            }
        }
        return nil
    }

    private static func element(
        _ rest: Substring, of list: ConfigurationNode?, keys: [ConfigurationKey]
    ) -> [ConfigurationNode.Step]? {
        let names = (list?.items ?? []).enumerated().map { index, item in
            (index, word(item["id"]?.text ?? item["name"]?.text ?? ""), item)
        }
        // The longest name first: `shop_a` before `shop`.
        for (index, name, item) in names.sorted(by: { $0.1.count > $1.1.count }) {
            guard let rest = after(name, rest) ?? after("\(index)", rest) else { continue }
            if let path = path(rest, in: item, keys: keys) { return [.index(index)] + path }
            if let settings = keys.first(where: { if case .settings = $0.shape { true } else { false } }) {
                return [.index(index), .name(settings.name), .name(rest.lowercased())]
            }
        }
        return nil
    }

    private static func after(_ name: String, _ rest: Substring) -> Substring? {
        guard !name.isEmpty, rest.hasPrefix(name + "_") else { return nil }
        return rest.dropFirst(name.count + 1)
    }

    /// `shop-wechat` as it stands in a variable's name.
    static func word(_ name: String) -> String {
        String(name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }
}
