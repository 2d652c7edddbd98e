// SPDX-License-Identifier: Apache-2.0
import CoreMetrics
import Synchronization

/// Only grows.
final class PrometheusCounter: CounterHandler, FloatingPointCounterHandler, Metered {
    private let value = Mutex(0.0)
    func increment(by amount: Int64) { value.withLock { $0 += Double(amount) } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func reset() { value.withLock { $0 = 0 } }
    func write(_ name: String, _ labels: String, to text: inout String) {
        text += PrometheusText.line(name, labels, value.withLock { $0 })
    }
}

/// What holds now.
final class PrometheusGauge: MeterHandler, RecorderHandler, Metered {
    private let value = Mutex(0.0)
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func write(_ name: String, _ labels: String, to text: inout String) {
        text += PrometheusText.line(name, labels, value.withLock { $0 })
    }
}

/// How often which size occurred.
final class PrometheusHistogram: RecorderHandler, TimerHandler, Metered {
    /// Of times in seconds, from 0.5 ms to 10 s.
    static let seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    /// Of anything else.
    static let sizes = [1.0, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000, 1_000_000]

    private struct State {
        var counts: [Int64]
        var sum = 0.0
    }
    private let bounds: [Double]
    private let state: Mutex<State>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func record(_ value: Int64) { record(Double(value)) }
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Double) {
        guard value.isFinite else { return }
        let place = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[place] += 1
            state.sum += value
        }
    }

    func write(_ name: String, _ labels: String, to text: inout String) {
        let state = state.withLock { $0 }
        var total: Int64 = 0
        for (bound, count) in zip(bounds + [.infinity], state.counts) {
            total += count
            let labels = PrometheusText.labels(labels, and: "le", PrometheusText.number(bound))
            text += PrometheusText.line("\(name)_bucket", labels, Double(total))
        }
        text += PrometheusText.line("\(name)_sum", labels, state.sum)
        text += PrometheusText.line("\(name)_count", labels, Double(total))
    }
}
