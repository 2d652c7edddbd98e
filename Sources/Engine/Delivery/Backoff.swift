// SPDX-License-Identifier: Apache-2.0
import Desk

/// Exponential back-off with full jitter between half and whole.
///
/// `first · 2^(attempt−1)`, at most `limit`, times a random share of 0.5…1: about 1 s after the first try, 2, 4, 8 … and 5 min from
/// the tenth on; eight tries span some two minutes.
package struct Backoff: Sendable, Hashable {
    package var first: Duration = .seconds(1)
    package var limit: Duration = .seconds(300)
    package init() {}

    /// - Parameter attempt: tries so far, from 1.
    /// - Parameter draw: 0…1, random.
    package func delay(after attempt: Int, draw: Double) -> Duration {
        let whole = min(limit.inSeconds, first.inSeconds * Double(1 << min(30, max(0, attempt - 1))))
        return .milliseconds(Int64(whole * (0.5 + 0.5 * draw) * 1000))
    }
}
