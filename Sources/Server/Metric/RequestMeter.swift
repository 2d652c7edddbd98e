// SPDX-License-Identifier: Apache-2.0
import CoreMetrics
import Synchronization

/// Counts requests by route and status, and how long they took; never by raw path, which anybody can make up.
final class RequestMeter: Sendable {
    private struct Key: Hashable {
        let route: String
        let status: Int
    }
    private struct Handlers {
        let count: Counter
        let time: Timer
    }
    private let handlers = Mutex<[Key: Handlers]>([:])
    private let registry: MetricRegistry

    init(_ registry: MetricRegistry) { self.registry = registry }

    func count(_ route: String, _ status: Int, since start: ContinuousClock.Instant) {
        let key = Key(route: route, status: status)
        let handlers = handlers.withLock { known in
            if let found = known[key] { return found }
            let made = Handlers(
                count: Counter(
                    label: "http.server.requests", dimensions: [("route", route), ("status", "\(status)")], factory: registry),
                time: Timer(label: "http.server.request.duration", dimensions: [("route", route)], factory: registry))
            known[key] = made
            return made
        }
        handlers.count.increment()
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        handlers.time.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
