// SPDX-License-Identifier: Apache-2.0
import CoreMetrics
import Testing

@testable import Server

@Suite("Prometheus text")
struct MetricRegistryTests {
    @Test("counters, gauges and histograms are written as the format wants") func text() {
        let registry = MetricRegistry()
        let counter = Counter(label: "desk.messages", dimensions: [("channel", "we\"b\n\\")], factory: registry)
        counter.increment(by: 2)
        Counter(label: "desk.messages", dimensions: [("channel", "we\"b\n\\")], factory: registry).increment()
        Meter(label: "desk.queue", factory: registry).set(7)
        Gauge(label: "desk.depth", factory: registry).record(1.5)
        let timer = Timer(label: "desk.commit", factory: registry)
        timer.recordNanoseconds(2_000_000)
        timer.recordNanoseconds(20_000_000_000)
        let lines = registry.text().split(separator: "\n").map(String.init)
        #expect(lines.contains("# TYPE desk_messages_total counter"))
        #expect(lines.contains(#"desk_messages_total{channel="we\"b\n\\"} 3"#))
        #expect(lines.contains("desk_queue 7"))
        #expect(lines.contains("desk_depth 1.5"))
        #expect(lines.contains("# TYPE desk_commit_seconds histogram"))
        #expect(lines.contains(#"desk_commit_seconds_bucket{le="0.001"} 0"#))
        #expect(lines.contains(#"desk_commit_seconds_bucket{le="0.0025"} 1"#))
        #expect(lines.contains(#"desk_commit_seconds_bucket{le="10"} 1"#))
        #expect(lines.contains(#"desk_commit_seconds_bucket{le="+Inf"} 2"#))
        #expect(lines.contains("desk_commit_seconds_count 2"))
        #expect(lines.contains("desk_commit_seconds_sum 20.002"))
    }

    @Test("labels are bounded: what comes beyond shares one series") func bounded() {
        let registry = MetricRegistry()
        for number in 0..<(MetricRegistry.seriesBound + 50) {
            Counter(label: "x", dimensions: [("id", "\(number)")], factory: registry).increment()
        }
        let lines = registry.text().split(separator: "\n")
        #expect(lines.count == MetricRegistry.seriesBound + 2)
        #expect(lines.contains(#"x_total{overflow="true"} 50"#))
    }

    @Test("a destroyed counter is gone") func destroyed() {
        let registry = MetricRegistry()
        let counter = Counter(label: "x", factory: registry)
        counter.increment()
        counter.destroy()
        #expect(!registry.text().contains("x_total 1"))
    }
}
