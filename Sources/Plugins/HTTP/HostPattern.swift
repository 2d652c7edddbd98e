// SPDX-License-Identifier: Apache-2.0

/// A host as a manifest names it: exactly, or any name below it with `*.`.
struct HostPattern: Sendable, Hashable {
    private let suffix: String
    private let isWildcard: Bool

    /// - Returns: nil for addresses, ports, schemes, `*` alone and anything else that is no name.
    init?(_ text: String) {
        isWildcard = text.hasPrefix("*.")
        suffix = (isWildcard ? String(text.dropFirst(2)) : text).lowercased()
        guard let address = WebAddress("https://\(suffix)/"), address.host == suffix, address.authority == suffix,
            suffix.contains("."), NetworkAddress(suffix) == nil
        else { return nil }
    }

    func matches(_ host: String) -> Bool {
        isWildcard ? host.hasSuffix("." + suffix) : host == suffix
    }
}
