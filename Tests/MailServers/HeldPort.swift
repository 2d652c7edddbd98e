// SPDX-License-Identifier: Apache-2.0
import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// A port of 127.0.0.1 that is ours while this lives: for a server that wants a number, and for one that is to come back at its address.
///
/// It is bound and never listened at. Nobody who asks the system for any port is given it, not even a client that knocks there while
/// no server is up, which is refused. A server that asks for it by its number gets it: Linux shares a port among sockets with
/// SO_REUSEADDR, which servers set, as long as only one of them listens.
package final class HeldPort: Sendable {
    package let number: UInt16
    private let descriptor: Int32

    package init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var isShared: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isShared, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        self.descriptor = descriptor
        number = UInt16(bigEndian: address.sin_port)
        guard isBound else { throw Waited(what: "the system gave a port: \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    /// Waits until a server listens at it.
    package func answers() async throws {
        try await eventually("port \(number) answers") {
            let caller = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            defer { close(caller) }
            var address = sockaddr_in(port: number)
            return withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(caller, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
        }
    }
}

extension sockaddr_in {
    /// Of 127.0.0.1.
    fileprivate init(port: UInt16) {
        self.init()
        sin_family = sa_family_t(AF_INET)
        sin_port = port.bigEndian
        sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    }
}
