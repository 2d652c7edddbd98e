// SPDX-License-Identifier: Apache-2.0

/// An absolute http(s) address, read strictly: what two parsers could read differently is refused.
///
/// No user info, no backslashes, no white space, no control or non-ASCII characters, no empty host. The host is in lower case.
package struct WebAddress: Sendable, Hashable {
    package let scheme: String
    /// A name, a dotted IPv4 address, or an IPv6 address without brackets.
    package let host: String
    package let port: Int
    /// Path and query, beginning with `/`, as given.
    package let target: String

    package init?(_ text: String) {
        guard text.utf8.count <= 4096, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }) else {
            return nil
        }
        let lowered = text.prefix(8).lowercased()
        guard lowered.hasPrefix("https://") || lowered.hasPrefix("http://") else { return nil }
        scheme = lowered.hasPrefix("https://") ? "https" : "http"
        var rest = text.dropFirst(scheme.utf8.count + 3)
        if let fragment = rest.firstIndex(of: "#") { rest = rest[..<fragment] }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let authority = rest[..<end]
        let tail = rest[end...]
        target = tail.hasPrefix("/") ? String(tail) : "/" + tail
        guard let (host, port) = Self.split(authority) else { return nil }
        self.host = host
        self.port = port ?? (scheme == "https" ? 443 : 80)
    }

    private static func split(_ authority: Substring) -> (String, Int?)? {
        guard !authority.contains("@") else { return nil }
        var host = authority
        var port: Substring?
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<close]
            let after = authority[authority.index(after: close)...]
            guard after.isEmpty || after.hasPrefix(":") else { return nil }
            if !after.isEmpty { port = after.dropFirst() }
            guard NetworkAddress(String(host)) != nil else { return nil }
        } else {
            if let colon = authority.firstIndex(of: ":") {
                host = authority[..<colon]
                port = authority[authority.index(after: colon)...]
            }
            guard isName(host) else { return nil }
        }
        guard let port else { return (host.lowercased(), nil) }
        guard let number = Int(port), (1...65535).contains(number), port.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return (host.lowercased(), number)
    }

    /// Letters, digits, hyphens and underscores between single dots. A name whose last label is a number must be a plain dotted
    /// IPv4 address: `127.1`, `0x7f.0.0.1` and `2130706433` are addresses to some and names to others.
    private static func isName(_ host: Substring) -> Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard !host.isEmpty, host.utf8.count <= 253 else { return false }
        let areClean = labels.allSatisfy { label in
            !label.isEmpty && label.utf8.count <= 63
                && label.utf8.allSatisfy {
                    (0x61...0x7a).contains($0) || (0x41...0x5a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
                        || $0 == 0x5f
                }
        }
        guard areClean, let last = labels.last?.lowercased() else { return false }
        let isNumber = last.utf8.allSatisfy { (0x30...0x39).contains($0) } || last.hasPrefix("0x")
        return isNumber ? NetworkAddress(String(host)) != nil : true
    }

    /// `host`, with the port where it is not the scheme's own.
    package var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (scheme == "https" ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// Put together again from the parts, so that what was checked is what is fetched.
    package var text: String { "\(scheme)://\(authority)\(target)" }

    /// For logs and errors: without the query, where tokens travel.
    package var shown: String {
        "\(scheme)://\(authority)\(target.prefix { $0 != "?" })"
    }
}
