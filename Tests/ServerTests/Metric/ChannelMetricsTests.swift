// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Journal
import Plugins
import Testing

@testable import Server

@Suite("Metrics of channels and plugins") struct ChannelMetricsTests {
    @Test("every channel has its counts and depths, also those that are zero") func channels() {
        let text = ChannelMetrics.text(
            ["wechat": .init(received: 3, sent: 2, failed: ["window_closed": 1], refused: [401: 4])],
            plugins: ["wechat": "wechat-miniprogram"], depths: [OutboxDepth(channel: "wechat", state: "held", count: 5)])
        let lines = text.split(separator: "\n").map(String.init)
        let names = #"channel="wechat",plugin="wechat-miniprogram""#
        #expect(lines.contains("luadesk_channel_received_total{\(names)} 3"))
        #expect(lines.contains("luadesk_channel_sent_total{\(names)} 2"))
        #expect(lines.contains("luadesk_channel_failed_total{\(names),code=\"window_closed\"} 1"))
        #expect(lines.contains("luadesk_channel_refused_total{\(names),status=\"401\"} 4"))
        #expect(lines.contains("luadesk_channel_outbox_depth{\(names),state=\"held\"} 5"))
        #expect(lines.contains("luadesk_channel_outbox_depth{\(names),state=\"waiting\"} 0"))
    }

    @Test("calls of plugins have errors by code, and histograms that add up") func plugins() {
        var call = PluginCallCounts(plugin: "shop", function: "call.order")
        call.calls.note(.milliseconds(20))
        call.calls.note(.seconds(60))
        call.failures = ["late": 1]
        let text = ChannelMetrics.text([call], [], counted: ["shop orders": 7])
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.contains(#"luadesk_plugin_calls_total{plugin="shop",function="call.order"} 2"#))
        #expect(lines.contains(#"luadesk_plugin_errors_total{plugin="shop",function="call.order",code="late"} 1"#))
        #expect(lines.contains(#"luadesk_plugin_call_seconds_bucket{plugin="shop",function="call.order",le="0.025"} 1"#))
        #expect(lines.contains(#"luadesk_plugin_call_seconds_bucket{plugin="shop",function="call.order",le="+Inf"} 2"#))
        #expect(lines.contains(#"luadesk_plugin_call_seconds_sum{plugin="shop",function="call.order"} 60.02"#))
        #expect(lines.contains(#"luadesk_plugin_counted_total{plugin="shop",name="orders"} 7"#))
    }
}
