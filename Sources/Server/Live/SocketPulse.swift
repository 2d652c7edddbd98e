// SPDX-License-Identifier: Apache-2.0

/// Whether a socket lives and keeps up: is told what happens and says, once a second, what to do.
struct SocketPulse {
    enum Action: Equatable {
        case nothing
        case ping
        case cut(SocketClose)
    }
    typealias Moment = ContinuousClock.Instant

    private let limits: ServerLimits
    private let opened: Moment
    private var heard: Moment
    private var pings = 0
    private var isReady = false
    /// Writes that wait for the reader, and since when none of them has got through.
    private var writes = 0
    private var stuckSince: Moment

    init(limits: ServerLimits, now: Moment) {
        self.limits = limits
        opened = now
        heard = now
        stuckSince = now
    }

    mutating func hear(at now: Moment) {
        heard = now
        pings = 0
    }
    mutating func greeted() { isReady = true }
    mutating func beginWrite(at now: Moment) {
        if writes == 0 { stuckSince = now }
        writes += 1
    }
    mutating func endWrite(at now: Moment) {
        writes -= 1
        stuckSince = now
    }

    mutating func tick(at now: Moment) -> Action {
        if writes > 0, now - stuckSince >= limits.stallTimeout { return .cut(.tooSlow) }
        if !isReady, now - opened >= limits.helloTimeout { return .cut(.noHello) }
        guard now - heard >= limits.pingInterval * (pings + 1) else { return .nothing }
        if pings >= 2 { return .cut(.silent) }
        pings += 1
        return .ping
    }
}
