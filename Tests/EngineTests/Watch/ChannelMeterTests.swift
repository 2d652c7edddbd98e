// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Engine

@Suite("Counts by channel") struct ChannelMeterTests {
    private func event(_ kind: Event.Kind, _ channel: String, _ payload: Value) -> Event {
        Event(seq: 1, at: Instant(seconds: 0), draft: Event.Draft(kind, channel: channel, payload: payload))
    }

    @Test("what came, went and failed, each once; drafts in the outbox have not gone yet") func counts() {
        let meter = ChannelMeter(channels: ["live", "wechat"])
        meter.observe([
            event(.messageReceived, "wechat", ["direction": "in", "delivery": "delivered"]),
            event(.messageSent, "wechat", ["direction": "out", "delivery": "queued"]),
            event(.deliveryChanged, "wechat", ["direction": "out", "delivery": "sent"]),
            event(.deliveryChanged, "wechat", ["direction": "out", "delivery": "failed", "reason": "errcode 45015: 138…"]),
            event(.messageSent, "wechat", ["direction": "out", "delivery": "failed", "failure": "window_closed"]),
            event(.messageSent, "live", ["direction": "out", "delivery": "sent"]),
            event(.deliveryChanged, "live", ["direction": "out", "delivery": "delivered"]),
            event(.messageReceived, "unknown", [:]),
        ])
        meter.refused("wechat", status: 401)
        meter.refused("unknown", status: 401)
        #expect(
            meter.all == [
                "wechat": .init(received: 1, sent: 1, failed: ["errcode": 1, "window_closed": 1], refused: [401: 1]),
                "live": .init(received: 0, sent: 1),
            ])
    }

    @Test("reasons become words of a bounded number") func codes() {
        #expect(ChannelMeter.code(of: "window_closed") == "window_closed")
        #expect(ChannelMeter.code(of: "用户拒收") == "other")
        #expect(ChannelMeter.code(of: "") == "other")
        let meter = ChannelMeter(channels: ["live"])
        meter.observe((0..<100).map { event(.deliveryChanged, "live", ["delivery": "failed", "reason": .string("code\($0)")]) })
        let failed = meter.all["live"]?.failed ?? [:]
        #expect(failed.count == 41)
        #expect(failed["other"] == 60)
    }
}
