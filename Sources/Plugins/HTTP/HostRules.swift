// SPDX-License-Identifier: Apache-2.0
import Desk

/// Where one plugin, for one channel, may go.
struct HostRules: Sendable {
    private let patterns: [HostPattern]
    /// Authorities the operator wrote into the settings; these may be private.
    private let configured: Set<String>

    enum Verdict: Hashable {
        case forbidden
        /// Allowed if all of its addresses are public.
        case checked
        /// The operator chose it.
        case trusted
    }

    init(hosts: [String], settings: Value) {
        patterns = hosts.compactMap { HostPattern($0) }
        configured = Set(
            hosts.compactMap { host in
                guard host.hasPrefix("setting:"), let text = settings[String(host.dropFirst(8))]?.string,
                    let address = WebAddress(text)
                else { return nil }
                return Self.key(address)
            })
    }

    private static func key(_ address: WebAddress) -> String { "\(address.scheme)://\(address.host):\(address.port)" }

    func verdict(on address: WebAddress) -> Verdict {
        if configured.contains(Self.key(address)) { return .trusted }
        guard address.port == 80 || address.port == 443 else { return .forbidden }
        return patterns.contains { $0.matches(address.host) } ? .checked : .forbidden
    }
}
