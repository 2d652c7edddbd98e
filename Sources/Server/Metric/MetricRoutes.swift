// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Foundation
import HummingbirdCore
import Journal
import NIOCore
import Plugins
import Rules

/// `/metrics` and reports.
enum MetricRoutes {
    static let all = [
        Route.get("/metrics", "readMetrics", "Counters and gauges as Prometheus text.", .open, answer: nil) { call in
            try await authorize(call)
            let plugins = call.engine.plugins
            let channels = ChannelMetrics.text(
                call.engine.watch.channels.all, plugins: call.engine.rules.channelPlugins,
                depths: try await call.engine.store.outboxDepths())
            let text =
                call.desk.options.registry.text() + gauges(call) + RuleMetrics.text(await call.engine.rules.statistics())
                + WebHookMetrics.text(call.engine.webHooks.all, head: call.engine.store.head, at: call.engine.clock())
                + RuleMetrics.rollout(call.engine.rules.rolloutStatus)
                + RuleMetrics.limits(call.engine.rules.active.settings.limits) + channels
                + ChannelMetrics.text(plugins.callCounts(), await plugins.statistics(), counted: plugins.counts())
            return Reply(
                status: 200, body: nil,
                raw: RawReply(
                    contentType: "text/plain; version=0.0.4; charset=utf-8",
                    body: ResponseBody(byteBuffer: ByteBuffer(string: text))))
        },
        Route.get(
            "/v1/reports", "readReport", "The measures now: 5 minutes, 15 minutes, an hour, a day; by team and channel.",
            .may(.readDesk),
            answer: .reference("Report")
        ) { call in .ok(call.engine.watch.snapshot()) },
        ReportRoute.history,
    ]

    private static func authorize(_ call: Call) async throws {
        switch call.desk.options.metrics {
        case .open: return
        case .automatic where SocketCount.isLoopback(call.address?.ipAddress ?? ""): return
        case .automatic, .token:
            guard let token = FrontDesk.bearer(call.request) else { throw Problem.unauthorized }
            try await call.engine.authenticate(token: token).require(.readDesk)
        }
    }

    /// What nobody counts because it can be looked up.
    private static func gauges(_ call: Call) -> String {
        var text = ""
        func gauge(_ name: String, _ series: [([(String, String)], Double)]) {
            text += "# TYPE \(name) gauge\n"
            for (labels, value) in series { text += PrometheusText.line(name, PrometheusText.labels(labels), value) }
        }
        let engine = call.engine
        let listeners = engine.hub.listeners
        gauge("luadesk_ready", [([], engine.isReady ? 1 : 0)])
        gauge("luadesk_journal_seq", [([], Double(engine.store.head))])
        gauge("luadesk_live_sockets", [([], Double(call.desk.sockets.total))])
        gauge(
            "luadesk_live_listeners",
            [([("audience", "customer")], Double(listeners.customers)), ([("audience", "desk")], Double(listeners.desk))])
        if let bytes = residentBytes() { gauge("process_resident_memory_bytes", [([], bytes)]) }
        for (name, series) in measures(engine.watch.snapshot()) { gauge(name, series) }
        return text
    }

    /// Of the report, the queue and the last five minutes.
    private static func measures(_ report: Value) -> [(String, [([(String, String)], Double)])] {
        var found: [(String, [([(String, String)], Double)])] = []
        for (field, name) in [
            ("waiting", "luadesk_queue_waiting"), ("longest_waiting_s", "luadesk_queue_longest_waiting_seconds"),
        ] {
            var series: [([(String, String)], Double)] = [([], report["queue"]?[field]?.double ?? 0)]
            for team in report["queue"]?["by_team"]?.object?.pairs ?? [] {
                series.append(([("team", team.name)], team.value[field]?.double ?? 0))
            }
            found.append((name, series))
        }
        for measure in report["measures"]?.object?.pairs ?? [] {
            func series(_ windows: Value) -> [([(String, String)], Double)] {
                (windows["5m"]?.object?.pairs ?? []).compactMap { statistic in
                    statistic.value.double.map { ([("statistic", statistic.name)], $0) }
                }
            }
            let all = series(measure.value)
            if !all.isEmpty { found.append(("luadesk_measure_\(measure.name)_5m", all)) }
            let business = measure.value["business"].map(series) ?? []
            if !business.isEmpty { found.append(("luadesk_measure_\(measure.name)_business_5m", business)) }
        }
        return found
    }

    /// Of this process; Linux only.
    private static func residentBytes() -> Double? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let parts = text.split(separator: " ")
        return parts.count > 1 ? Double(parts[1]).map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) } : nil
    }
}
