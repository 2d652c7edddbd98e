// SPDX-License-Identifier: Apache-2.0
import Desk
import Logging
import Testing

@testable import Engine

@Suite struct ChannelRateTests {
    @Test("a channel sends at its own rate where it has one, else at that of all")
    func rates() async throws {
        let desk = try await TestDesk(channels: [])
        var options = OutboxOptions()
        (options.rate, options.burst) = (50, 100)
        let slow = ChannelConfiguration(id: "slow", plugin: "x", rate: 2, burst: 3)
        let outbox = Outbox(
            store: desk.engine.store, options: options, channels: ["slow": slow], clock: desk.clock.now,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        func atOnce(_ channel: String) -> (count: Int, pause: Duration?) {
            var bucket = outbox.bucket(of: channel)
            for count in 0..<1000 {
                if let pause = bucket.take(at: desk.clock.now()) { return (count, pause) }
            }
            return (1000, nil)
        }
        #expect(atOnce("slow").count == 3 && atOnce("slow").pause == .milliseconds(500))
        #expect(atOnce("other").count == 100 && atOnce("other").pause == .milliseconds(20))
        try await desk.stop()
        desk.remove()
    }
}
