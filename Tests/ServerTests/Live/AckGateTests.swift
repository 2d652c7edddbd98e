// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Server

@Suite("Acks wait until everything before them has been given out")
struct AckGateTests {
    @Test("an ack never overtakes an event with a lower seq") func waits() {
        var gate = AckGate()
        gate.begin(at: 5)
        let early = gate.admits([1], seq: 4)
        let late = gate.admits([2], seq: 7)
        let behind = gate.admits([3], seq: 3)
        #expect(early && !late && !behind, "acks keep their own order")
        #expect(gate.passed(6).isEmpty)
        #expect(gate.passed(7) == [[2], [3]])
        let after = gate.admits([4], seq: 7)
        #expect(after)
    }
}

@Suite("The pulse of a socket")
struct SocketPulseTests {
    private let start = ContinuousClock.now

    private func limits() -> ServerLimits {
        var limits = ServerLimits()
        limits.pingInterval = .seconds(30)
        limits.helloTimeout = .seconds(10)
        limits.stallTimeout = .seconds(10)
        return limits
    }

    @Test("pings after 30 s of silence and cuts after two pings without an answer") func silence() {
        var pulse = SocketPulse(limits: limits(), now: start)
        pulse.greeted()
        #expect(pulse.tick(at: start + .seconds(29)) == .nothing)
        #expect(pulse.tick(at: start + .seconds(30)) == .ping)
        #expect(pulse.tick(at: start + .seconds(31)) == .nothing)
        #expect(pulse.tick(at: start + .seconds(60)) == .ping)
        #expect(pulse.tick(at: start + .seconds(89)) == .nothing)
        #expect(pulse.tick(at: start + .seconds(90)) == .cut(.silent))
    }

    @Test("any sign of life begins the silence anew") func life() {
        var pulse = SocketPulse(limits: limits(), now: start)
        pulse.greeted()
        #expect(pulse.tick(at: start + .seconds(30)) == .ping)
        pulse.hear(at: start + .seconds(40))
        #expect(pulse.tick(at: start + .seconds(69)) == .nothing)
        #expect(pulse.tick(at: start + .seconds(70)) == .ping)
    }

    @Test("who says no hello within 10 s is cut") func hello() {
        var pulse = SocketPulse(limits: limits(), now: start)
        #expect(pulse.tick(at: start + .seconds(9)) == .nothing)
        #expect(pulse.tick(at: start + .seconds(10)) == .cut(.noHello))
    }

    @Test("a write that waits 10 s without progress cuts; progress does not") func stall() {
        var pulse = SocketPulse(limits: limits(), now: start)
        pulse.greeted()
        pulse.beginWrite(at: start)
        pulse.beginWrite(at: start + .seconds(1))
        pulse.endWrite(at: start + .seconds(9))
        #expect(pulse.tick(at: start + .seconds(18)) == .nothing)
        #expect(pulse.tick(at: start + .seconds(19)) == .cut(.tooSlow))
    }
}
