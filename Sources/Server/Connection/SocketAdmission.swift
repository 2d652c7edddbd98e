// SPDX-License-Identifier: Apache-2.0
import NIOCore
import Synchronization

/// Counts live sockets, of all and of each address.
final class SocketCount: Sendable {
    enum Refusal: Error, Sendable, Equatable {
        /// Too many of this address.
        case address(limit: Int)
        case total(limit: Int)
    }
    private struct State {
        var total = 0
        var byAddress: [String: Int] = [:]
    }
    private let state = Mutex(State())
    private let limits: ServerLimits

    init(limits: ServerLimits) { self.limits = limits }

    var total: Int { state.withLock { $0.total } }

    /// Takes a place for a socket from there; the admission gives it back.
    func admit(from address: String) -> Result<SocketAdmission, Refusal> {
        let refusal = state.withLock { state -> Refusal? in
            if let refusal = Self.refusal(address, state, limits) { return refusal }
            state.total += 1
            state.byAddress[address, default: 0] += 1
            return nil
        }
        return refusal.map(Result.failure) ?? .success(SocketAdmission(count: self, address: address))
    }

    /// Why one more socket from there would be refused now; nil if it would not.
    func refusal(from address: String) -> Refusal? {
        state.withLock { Self.refusal(address, $0, limits) }
    }

    private static func refusal(_ address: String, _ state: State, _ limits: ServerLimits) -> Refusal? {
        let own = isLoopback(address) ? limits.socketsPerLoopback : limits.socketsPerAddress
        if state.total >= limits.sockets { return .total(limit: limits.sockets) }
        if state.byAddress[address, default: 0] >= own { return .address(limit: own) }
        return nil
    }

    fileprivate func leave(_ address: String) {
        state.withLock { state in
            state.total -= 1
            let left = state.byAddress[address, default: 1] - 1
            state.byAddress[address] = left > 0 ? left : nil
        }
    }

    /// Whether this is the machine itself: a proxy in front of us, or a tool.
    static func isLoopback(_ address: String) -> Bool {
        address.hasPrefix("127.") || address == "::1" || address == "::ffff:127.0.0.1"
    }
}

/// A socket's place; given back once.
final class SocketAdmission: Sendable {
    private let count: SocketCount
    private let address: String
    private let hasLeft = Mutex(false)

    fileprivate init(count: SocketCount, address: String) {
        self.count = count
        self.address = address
    }

    func leave() {
        let isFirst = hasLeft.withLock { hasLeft in
            defer { hasLeft = true }
            return !hasLeft
        }
        if isFirst { count.leave(address) }
    }
}
