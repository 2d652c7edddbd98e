// SPDX-License-Identifier: Apache-2.0
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Descriptors of this process that are taken, so that the next ones are above those select() can wait for.
///
/// They are freed with the last reference.
final class Crowd: Sendable {
    /// Below it no descriptor is free.
    static let size: Int32 = 1100
    private let held = Mutex<[Int32]>([])

    init() throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, 4096))
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        try fill()
    }

    deinit { for descriptor in held.withLock({ $0 }) { close(descriptor) } }

    /// Takes what others have freed since.
    func fill() throws {
        try held.withLock { held in
            while true {
                // Not for the servers that the tests start.
                let next = open("/dev/null", O_RDONLY | O_CLOEXEC)
                try #require(next >= 0)
                held.append(next)
                if next >= Self.size { return }
            }
        }
    }

    /// This process's connections to a port.
    static func connections(to port: UInt16) -> [Int32] {
        (0..<Int32(4096)).filter { descriptor in
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            return withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) } == 0
                    && pointer.pointee.sin_family == sa_family_t(AF_INET) && pointer.pointee.sin_port == port.bigEndian
            }
        }
    }
}
