// SPDX-License-Identifier: Apache-2.0
import Desk

/// A rate limit: `rate` a second, up to `burst` at once after a pause.
package struct TokenBucket: Sendable, Hashable {
    private let rate: Double
    private let burst: Double
    private var tokens: Double
    private var filledAt: Instant

    package init(rate: Double, burst: Double, now: Instant) {
        self.rate = rate
        self.burst = burst
        tokens = burst
        filledAt = now
    }

    /// Takes one token.
    /// - Returns: nil if it was there; otherwise how long until there is one, and nothing is taken.
    package mutating func take(at now: Instant) -> Duration? {
        tokens = min(burst, tokens + max(0, (now - filledAt).inSeconds) * rate)
        filledAt = max(filledAt, now)
        guard tokens < 1 else {
            tokens -= 1
            return nil
        }
        return .milliseconds(Int64(((1 - tokens) / rate * 1000).rounded(.up)))
    }
}
