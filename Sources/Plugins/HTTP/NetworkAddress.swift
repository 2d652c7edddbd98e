// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// An IPv4 or IPv6 address, to be judged before anything connects to it.
package struct NetworkAddress: Sendable, Hashable {
    /// 4 or 16.
    package let bytes: [UInt8]

    /// Reads the plain spellings: four decimal numbers without leading zeros, or IPv6 (RFC 4291) without a zone.
    package init?(_ text: String) {
        if text.contains(":") {
            var out = [UInt8](repeating: 0, count: 16)
            guard inet_pton(AF_INET6, text, &out) == 1 else { return nil }
            bytes = out
            return
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var out: [UInt8] = []
        for part in parts {
            guard let number = UInt8(part), String(number) == part else { return nil }
            out.append(number)
        }
        bytes = out
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// Whether it is an address of the public internet: not loopback, private, link-local, multicast, reserved or documentation,
    /// nor an IPv6 form that carries such an IPv4 address.
    /// - Source: IANA special-purpose address registries (RFC 6890 and its updates).
    package var isPublic: Bool { bytes.count == 4 ? isPublic4 : isPublic6 }

    private var isPublic4: Bool {
        switch (bytes[0], bytes[1], bytes[2]) {
        case (0, _, _), (10, _, _), (127, _, _), (224..., _, _): false
        case (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _), (198, 18...19, _): false
        case (192, 0, 0), (192, 0, 2), (192, 88, 99), (198, 51, 100), (203, 0, 113): false
        default: true
        }
    }

    private var isPublic6: Bool {
        let head = bytes[0..<2]
        // Only 2000::/3 is handed out; 64:ff9b::/96 reaches IPv4 through NAT64.
        if bytes[0..<12] == [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0] { return carried(12) }
        if bytes[0..<12] == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff] { return carried(12) }
        guard bytes[0] & 0xe0 == 0x20 else { return false }
        if head == [0x20, 0x02] { return carried(2) }
        if head == [0x20, 0x01] {
            let next = (bytes[2], bytes[3])
            if next.0 < 2 || next == (0x0d, 0xb8) { return false }  // 2001::/23 special purposes, 2001:db8::/32 documentation
        }
        if head == [0x3f, 0xff], bytes[2] < 0x10 { return false }  // 3fff::/20 documentation
        return true
    }

    private func carried(_ offset: Int) -> Bool { NetworkAddress(bytes: Array(bytes[offset..<offset + 4])).isPublic }

    /// As `getaddrinfo` would print it.
    package var text: String {
        guard bytes.count == 16 else { return bytes.map { String($0) }.joined(separator: ".") }
        var out = [CChar](repeating: 0, count: 64)
        guard inet_ntop(AF_INET6, bytes, &out, socklen_t(out.count)) != nil else { return "" }
        return String(decoding: out.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
