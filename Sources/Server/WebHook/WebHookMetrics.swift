// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine

/// The web hooks as Prometheus text.
enum WebHookMetrics {
    static func text(_ hooks: [(hook: WebHook, status: WebHookStatus, position: Int64)], head: Int64, at now: Instant) -> String {
        var text = ""
        func family(_ name: String, _ kind: String, _ number: (WebHookStatus, Int64) -> Double) {
            text += "# TYPE \(name) \(kind)\n"
            for (hook, status, position) in hooks {
                text += PrometheusText.line(name, PrometheusText.labels([("hook", hook.name)]), number(status, position))
            }
        }
        guard !hooks.isEmpty else { return "" }
        family("luadesk_webhook_delivered_total", "counter") { status, _ in Double(status.delivered) }
        family("luadesk_webhook_failures_total", "counter") { status, _ in Double(status.failures) }
        family("luadesk_webhook_refused_total", "counter") { status, _ in Double(status.refused) }
        family("luadesk_webhook_failing", "gauge") { status, _ in status.failingSince == nil ? 0 : 1 }
        // Events of the journal, whether the hook wants them or not.
        family("luadesk_webhook_behind_events", "gauge") { _, position in Double(max(0, head - position)) }
        // Of the event that is being told.
        family("luadesk_webhook_lag_seconds", "gauge") { status, _ in
            status.current.map { max(0, (now - $0.at).inSeconds) } ?? 0
        }
        return text
    }
}
