// SPDX-License-Identifier: Apache-2.0
import Desk

/// Names and values that tell one series of a measure from another: `["team": "after_sales"]`; empty for all together.
package typealias Labels = [String: String]

/// What a series holds. Most measures are one series; some are judged from two.
enum Track: Sendable, Hashable {
    case measure(Measure)
    /// What was known at once of a measure that is final only later.
    case provisional(Measure)
    /// Turns that ended without an answer: how long they had lasted.
    case unanswered
    /// Times to the first response under an SLA, and waits that ended without one.
    case slaResponse, slaResponseMissed
    /// Times to the resolution under an SLA.
    case slaResolution
    /// A measure of an author's own, by its number.
    case own(Int)

    /// How a share is kept: 1 for each that counts, 0 for each other; as milliseconds, so that the mean in seconds is the share.
    static func share(_ count: Int) -> Int64 { Int64(count) * 1000 }
}
