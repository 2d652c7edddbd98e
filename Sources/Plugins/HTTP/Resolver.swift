// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Turns a host name into addresses. Tests give their own.
package typealias Resolve = @Sendable (_ host: String) async -> [NetworkAddress]

/// The system's resolver, on threads of its own because `getaddrinfo` blocks.
final class SystemResolver: Sendable {
    private let threads = [LaneThread(name: "resolver 1"), LaneThread(name: "resolver 2")]

    func resolve(_ host: String) async -> [NetworkAddress] {
        guard let thread = threads.min(by: { $0.waiting < $1.waiting }), thread.waiting < 64 else { return [] }
        return await withCheckedContinuation { continuation in
            let isTaken = thread.submit { continuation.resume(returning: Self.lookUp(host)) }
            if !isTaken { continuation.resume(returning: []) }
        }
    }

    func stop() { threads.forEach { $0.stop() } }

    private static func lookUp(_ host: String) -> [NetworkAddress] {
        var list: UnsafeMutablePointer<addrinfo>?
        var hints = addrinfo()
        hints.ai_socktype = streamSocket
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var out: [NetworkAddress] = []
        var item = list
        while let entry = item?.pointee {
            var text = [CChar](repeating: 0, count: 128)
            if getnameinfo(entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 {
                let name = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                // A zone (`fe80::1%eth0`) makes it unreadable, and so refused.
                if let address = NetworkAddress(name), !out.contains(address) { out.append(address) }
                if name.contains("%") { return [] }
            }
            item = entry.ai_next
        }
        return out
    }

    #if canImport(Glibc)
    private static let streamSocket = Int32(SOCK_STREAM.rawValue)
    #else
    private static let streamSocket = SOCK_STREAM
    #endif
}
