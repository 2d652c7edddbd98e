// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Plugins

extension ConfigurationReader {
    /// Addresses that are none, secrets that anybody guesses, and events that never happen.
    mutating func checkWebHooks(_ root: ConfigurationNode) {
        for (index, hook) in (root["webhooks"]?.items ?? []).enumerated() {
            let path = "webhooks[\(index)]"
            if let node = hook["url"], let written = node.text, let url = try? secrets.resolve(written),
                WebAddress(url) == nil
            {
                report(node.origin, "\(path).url", "should be an address: https://crm.example.com/luadesk")
            }
            for key in ["secret", "second_secret"] {
                guard let node = hook[key], let written = node.text, let secret = try? secrets.resolve(written),
                    secret.utf8.count < 16
                else { continue }
                report(node.origin, "\(path).\(key)", "should have 16 characters at least: openssl rand -hex 32 makes one")
            }
            checkEvents(hook["events"], at: "\(path).events")
        }
    }

    private mutating func checkEvents(_ node: ConfigurationNode?, at path: String) {
        guard let node, !node.isNull else { return }
        let words = node.items.isEmpty ? (node.text ?? "").split(separator: ",").map(String.init) : node.items.compactMap(\.text)
        if words.isEmpty { report(node.origin, path, "names no event. Name kinds, or [\"*\"] for all") }
        for word in words where WebHook.kinds(meantBy: word).isEmpty {
            let kinds = Event.Kind.allCases.map(\.rawValue)
            let families = Set(kinds.compactMap { $0.split(separator: ".").first.map { "\($0).*" } })
            report(node.origin, path, "there is no event '\(word)'. \(Self.hint(word, kinds + families.sorted()))")
        }
    }
}
