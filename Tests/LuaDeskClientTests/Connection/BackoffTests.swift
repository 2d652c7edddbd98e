// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import LuaDeskClient

@Suite("Tries come later and later, never all clients at once")
struct BackoffTests {
    /// Stays near one end of the range; always the same number would make the library draw again for ever.
    private struct OneSided: RandomNumberGenerator {
        private(set) var value: UInt64
        static let low = OneSided(value: 0)
        static let high = OneSided(value: .max - (1 << 44))
        mutating func next() -> UInt64 {
            value += 12_345
            return value
        }
    }

    private func isNearly(_ wait: Duration, _ seconds: Double) -> Bool {
        wait > .seconds(seconds * 0.99) && wait < .seconds(seconds * 1.01)
    }

    @Test("half to whole of 0.5 s, doubled up to 30 s")
    func table() {
        var least = Backoff()
        var most = Backoff()
        var low = OneSided.low
        var high = OneSided.high
        for whole in [0.5, 1, 2, 4, 8, 16, 30, 30, 30] {
            let (shortest, longest) = (least.next(using: &low), most.next(using: &high))
            #expect(isNearly(shortest, whole / 2))
            #expect(isNearly(longest, whole) && longest <= .seconds(whole))
        }
    }

    @Test("it never overflows, and begins again")
    func reset() {
        var backoff = Backoff()
        var low = OneSided.low
        for _ in 0..<200 { _ = backoff.next(using: &low) }
        let late = backoff.next(using: &low)
        backoff.reset()
        let early = backoff.next(using: &low)
        #expect(isNearly(late, 15))
        #expect(isNearly(early, 0.25))
    }

    @Test("sockets first, then the long poll; without sockets in the system only the long poll")
    func choice() {
        var choice = TransportChoice(.automatic)
        #expect(choice.order == [.webSocket, .longPoll])
        #expect(choice.pollLife == .seconds(300))
        choice.foundNoSockets()
        #expect(choice.order == [.longPoll])
        #expect(choice.pollLife == nil)
        #expect(TransportChoice(.webSocket).order == [.webSocket])
        #expect(TransportChoice(.longPoll).order == [.longPoll])
        #expect(TransportChoice(.longPoll).pollLife == nil)
    }

    @Test("addresses stand below the server's own path, and names are coded")
    func addresses() throws {
        let door = HTTPDoor(server: try #require(URL(string: "https://example.com/desk/")))
        #expect(
            door.address("/v1/live/media", ["name": "a b+&é.png"]).absoluteString
                == "https://example.com/desk/v1/live/media?name=a%20b%2B%26%C3%A9.png")
        #expect(door.address("/v1/live", scheme: "wss").absoluteString == "wss://example.com/desk/v1/live")
    }
}
