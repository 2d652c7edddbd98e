// SPDX-License-Identifier: Apache-2.0
import Synchronization

#if canImport(Glibc)
import Glibc
import SwiftOverlayShims  // where some builds find the members of timespec
#elseif canImport(Darwin)
import Darwin
#endif

/// A point in time: Unix milliseconds, UTC.
package struct Instant: Sendable, Hashable, Comparable {
    package let milliseconds: Int64
    package init(milliseconds: Int64) { self.milliseconds = milliseconds }
    package init(seconds: Int64) { milliseconds = seconds * 1000 }

    package static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }
    package static func + (a: Instant, b: Duration) -> Instant { Instant(milliseconds: a.milliseconds + b.inMilliseconds) }
    package static func - (a: Instant, b: Duration) -> Instant { Instant(milliseconds: a.milliseconds - b.inMilliseconds) }
    package static func - (a: Instant, b: Instant) -> Duration { .milliseconds(a.milliseconds - b.milliseconds) }

    /// The system's wall clock. Called at the edge only; everything inside gets a `Clock`.
    package static func systemNow() -> Instant {
        var time = timespec(tv_sec: 0, tv_nsec: 0)
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

/// Where the time comes from: the system's clock in service, a hand-turned one in tests.
package typealias Clock = @Sendable () -> Instant

/// A clock that moves only when told to.
package final class ManualClock: Sendable {
    private let time: Mutex<Instant>
    package init(_ start: Instant = Instant(seconds: 1_750_000_000)) { time = Mutex(start) }
    package var now: Clock { { [self] in time.withLock { $0 } } }
    package func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }
    package func set(_ instant: Instant) { time.withLock { $0 = instant } }
}

extension Duration {
    /// Rounded down to whole milliseconds.
    package var inMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
    package var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }

    /// Reads `250ms`, `60s`, `10m`, `1h30m`, `7d`, `2w`; nil if it is anything else or negative.
    package init?(text: some StringProtocol) {
        var milliseconds = 0.0
        var rest = text[...]
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            let units: [String: Double] = [
                "ms": 1, "s": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000,
            ]
            guard let number = Double(String(digits)), let factor = units[String(unit)] else { return nil }
            milliseconds += number * factor
        }
        guard milliseconds < 1e14 else { return nil }
        self = .milliseconds(Int64(milliseconds.rounded()))
    }
}
