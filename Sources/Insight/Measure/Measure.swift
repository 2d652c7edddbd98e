// SPDX-License-Identifier: Apache-2.0
import Desk

/// One thing the desk measures, with the one definition everybody uses.
package enum Measure: String, Sendable, Hashable, CaseIterable {
    /// Conversations that began or were reopened. By team: conversations that came to it.
    case arrivals
    /// Entering the queue → accepted. `max` also knows who waits now, however long nobody has been served.
    case queueWait = "queue_wait"
    /// The start of the present wait for a person (hand-off at creation, by the bot, after a reopening) → the first public reply by a
    /// person; once for each wait. A transfer between teams is no new wait, and acceptance is no reply.
    case firstResponseTime = "first_response_time"
    /// Rules that failed.
    case ruleErrors = "rule_errors"
    /// Left the queue without being accepted: stands beside `queue_wait`, which knows only those who were served.
    case queueAbandoned = "queue_abandoned"

    /// Whether its values are times, in seconds; otherwise it is only counted.
    package var isDuration: Bool { self == .queueWait || self == .firstResponseTime }

    /// What may be asked of it.
    package var statistics: [AlertRule.Statistic] { isDuration ? AlertRule.Statistic.allCases : [.count, .rate] }

    /// By what it can be divided.
    package var labels: [String] { self == .ruleErrors ? ["channel", "rule"] : ["channel", "team"] }
}

/// Names and values that tell one series of a measure from another: `["team": "after_sales"]`; empty for all together.
package typealias Labels = [String: String]
