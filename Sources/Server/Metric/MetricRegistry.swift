// SPDX-License-Identifier: Apache-2.0
import CoreMetrics
import Synchronization

/// Counters, gauges and histograms of the program, written as Prometheus text by `/metrics`.
///
/// The backend of swift-metrics: the program hands it to `MetricsSystem.bootstrap`. The same name and labels give the same handler.
/// A name has at most `seriesBound` combinations of labels; what comes beyond shares one series, labelled `overflow="true"`.
package final class MetricRegistry: MetricsFactory {
    static let seriesBound = 500

    private struct State {
        var families: [String: Family] = [:]
        /// By what callers give, so that asking again is one look-up.
        var known: [Key: any Metered] = [:]
    }
    private struct Key: Hashable {
        let kind: MetricKind
        let label: String
        let dimensions: [Dimension]
    }
    private struct Dimension: Hashable {
        let name: String
        let value: String
    }
    private struct Family {
        let kind: MetricKind
        var series: [String: any Metered] = [:]
    }
    private let state = Mutex(State())

    package init() {}

    private func handler<Handler: Metered>(
        _ kind: MetricKind, _ label: String, _ dimensions: [(String, String)], make: () -> Handler
    ) -> Handler {
        let key = Key(kind: kind, label: label, dimensions: dimensions.map { Dimension(name: $0.0, value: $0.1) })
        return state.withLock { state in
            if let known = state.known[key] as? Handler { return known }
            let name = PrometheusText.name(label, kind)
            var family = state.families[name] ?? Family(kind: kind)
            // Two kinds under one name would be no valid text: the second one counts, but is not shown.
            guard family.kind == kind else { return make() }
            let isFull = family.series.count >= Self.seriesBound
            let labels = isFull ? PrometheusText.labels([("overflow", "true")]) : PrometheusText.labels(dimensions)
            let handler = family.series[labels] as? Handler ?? make()
            family.series[labels] = handler
            state.families[name] = family
            if !isFull { state.known[key] = handler }
            return handler
        }
    }

    /// The text format 0.0.4, families and series sorted.
    package func text() -> String {
        let families = state.withLock { $0.families }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            text += "# TYPE \(name) \(family.kind.rawValue)\n"
            for (labels, handler) in family.series.sorted(by: { $0.key < $1.key }) { handler.write(name, labels, to: &text) }
        }
        return text
    }

    private func forget(_ handler: AnyObject) {
        state.withLock { state in
            state.known = state.known.filter { $0.value !== handler }
            state.families = state.families.mapValues { family in
                Family(kind: family.kind, series: family.series.filter { $0.value !== handler })
            }
        }
    }
}

extension MetricRegistry {
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        handler(.counter, label, dimensions) { PrometheusCounter() }
    }
    package func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
        handler(.counter, label, dimensions) { PrometheusCounter() }
    }
    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        handler(.gauge, label, dimensions) { PrometheusGauge() }
    }
    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return handler(.gauge, label, dimensions) { PrometheusGauge() } }
        return handler(.histogram, label, dimensions) { PrometheusHistogram(bounds: PrometheusHistogram.sizes) }
    }
    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        handler(.timer, label, dimensions) { PrometheusHistogram(bounds: PrometheusHistogram.seconds) }
    }

    package func destroyCounter(_ handler: any CounterHandler) { forget(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { forget(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { forget(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { forget(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { forget(handler) }
}
