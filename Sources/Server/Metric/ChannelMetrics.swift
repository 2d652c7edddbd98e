// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Journal
import Plugins

/// What channels and plugins have done since the start, as Prometheus text.
enum ChannelMetrics {
    typealias Series = (labels: [(String, String)], value: Double)

    /// - Parameters:
    ///   - plugins: what is behind each channel.
    ///   - depths: what is in the outbox, by channel and state.
    static func text(
        _ counts: [String: ChannelMeter.Counts], plugins: [String: String], depths: [OutboxDepth]
    ) -> String {
        let channels = counts.sorted { $0.key < $1.key }
        func labels(_ channel: String) -> [(String, String)] {
            [("channel", channel), ("plugin", plugins[channel] ?? "")]
        }
        func by<Key: Comparable>(
            _ name: String, _ label: String, _ part: (ChannelMeter.Counts) -> [Key: Int]
        ) -> String {
            family(
                name, "counter",
                channels.flatMap { channel, counts in
                    part(counts).sorted { $0.key < $1.key }.map { key, count in
                        (labels(channel) + [(label, "\(key)")], Double(count))
                    }
                })
        }
        return family("luadesk_channel_received_total", "counter", channels.map { (labels($0.key), Double($0.value.received)) })
            + family("luadesk_channel_sent_total", "counter", channels.map { (labels($0.key), Double($0.value.sent)) })
            + by("luadesk_channel_failed_total", "code") { $0.failed }
            + by("luadesk_channel_refused_total", "status") { $0.refused }
            + family(
                "luadesk_channel_outbox_depth", "gauge",
                channels.flatMap { channel, _ in
                    ["waiting", "held", "dead"].map { state in
                        let depth = depths.first { $0.channel == channel && $0.state == state }?.count ?? 0
                        return (labels(channel) + [("state", state)], Double(depth))
                    }
                })
    }

    static func text(_ calls: [PluginCallCounts], _ plugins: [PluginStatistics], counted: [String: Int64]) -> String {
        func labels(_ call: PluginCallCounts) -> [(String, String)] { [("plugin", call.plugin), ("function", call.function)] }
        var text = family("luadesk_plugin_calls_total", "counter", calls.map { (labels($0), Double($0.calls.count)) })
        text += family(
            "luadesk_plugin_errors_total", "counter",
            calls.flatMap { call in
                call.failures.sorted { $0.key < $1.key }.map { (labels(call) + [("code", $0.key)], Double($0.value)) }
            })
        text += histogram("luadesk_plugin_call_seconds", calls.map { (labels($0), $0.calls) })
        text += histogram("luadesk_plugin_step_seconds", calls.map { (labels($0), $0.steps) })
        text += family("luadesk_plugin_running", "gauge", plugins.map { ([("plugin", $0.plugin)], Double($0.running)) })
        text += family("luadesk_plugin_memory_bytes", "gauge", plugins.map { ([("plugin", $0.plugin)], Double($0.byteCount)) })
        text += family(
            "luadesk_plugin_counted_total", "counter",
            counted.sorted { $0.key < $1.key }.map { key, count in
                let parts = key.split(separator: " ", maxSplits: 1).map(String.init)
                return ([("plugin", parts.first ?? ""), ("name", parts.last ?? "")], Double(count))
            })
        return text
    }

    private static func family(_ name: String, _ kind: String, _ series: [Series]) -> String {
        series.reduce(into: "# TYPE \(name) \(kind)\n") { text, one in
            text += PrometheusText.line(name, PrometheusText.labels(one.labels), one.value)
        }
    }

    private static func histogram(_ name: String, _ series: [(labels: [(String, String)], times: PluginTimes)]) -> String {
        series.reduce(into: "# TYPE \(name) histogram\n") { text, one in
            let labels = PrometheusText.labels(one.labels)
            var seen = 0
            for (bound, count) in zip(PluginTimes.bounds + [.infinity], one.times.counts) {
                seen += count
                let le = PrometheusText.labels(labels, and: "le", PrometheusText.number(bound))
                text += PrometheusText.line("\(name)_bucket", le, Double(seen))
            }
            text += PrometheusText.line("\(name)_sum", labels, one.times.seconds)
            text += PrometheusText.line("\(name)_count", labels, Double(seen))
        }
    }
}
