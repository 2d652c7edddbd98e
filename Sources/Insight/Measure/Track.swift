// SPDX-License-Identifier: Apache-2.0
import Desk

/// Names and values that tell one series of a measure from another: `["team": "after_sales"]`; empty for all together.
package typealias Labels = [String: String]

/// What a series holds. Most measures are one series; some are judged from two.
enum Track: Sendable, Hashable {
    typealias Time = MeasureOptions.Time

    case measure(Measure, Time = .wall)
    /// What was known at once of a measure that is final only later.
    case provisional(Measure)
    /// Turns that ended without an answer: how long they had lasted.
    case unanswered(Time = .wall)
    /// Times to the first response under an SLA, and waits that ended without one.
    case slaResponse(Time = .wall), slaResponseMissed(Time = .wall)
    /// Times to the resolution under an SLA.
    case slaResolution(Time = .wall)
    /// Milliseconds in which an agent was signed in; had a conversation; had conversations, each counted.
    case signedIn, occupied, held
    /// A measure of an author's own, by its number.
    case own(Int)

    /// How a share is kept: 1 for each that counts, 0 for each other; as milliseconds, so that the mean in seconds is the share.
    /// How a rating from 0 to 10 is kept: a detractor nothing, a promoter 2; the mean in seconds is the score, from 0 to 2.
    static func promotion(_ rating: Double) -> Int64 { share(rating >= 9 ? 2 : rating > 6 ? 1 : 0) }

    static func share(_ count: Int) -> Int64 { Int64(count) * 1000 }
}
