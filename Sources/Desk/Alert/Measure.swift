// SPDX-License-Identifier: Apache-2.0

/// One thing the desk measures, with the one definition everybody uses. Each is computed from events of the journal alone.
package enum Measure: String, Sendable, Hashable, CaseIterable {
    /// The start of the present wait for a person (hand-off at creation, by the bot, after a reopening) → the first public reply by a
    /// person; once for each wait. A transfer between teams is no new wait, and acceptance is no reply.
    case firstResponseTime = "first_response_time"
    /// For each turn of a customer: the first message that nobody has answered → the first public reply by a person.
    case responseTime = "response_time"
    /// Turns answered within the target ÷ all turns that wanted a person's answer: also those that were never answered, or still wait
    /// and are over the target.
    case timelyResponseRate = "timely_response_rate"
    /// Spans in which something happened in the conversation while a person had it; a gap of more than four minutes counts nothing.
    /// The time from the last word to the end is wrap-up, and counts likewise.
    case handlingTime = "handling_time"
    /// Entering the queue → accepted. `max` also knows who waits now, however long nobody has been served.
    case queueWait = "queue_wait"
    /// Left the queue before acceptance ÷ left it at all.
    case abandonmentRate = "abandonment_rate"
    /// Creation or reopening → resolved, for each cycle.
    case resolutionTime = "resolution_time"
    /// Resolved with at most one stint with people, without reopening or a new conversation on the same topic within 72 h. The topic is the
    /// attribute `topic` of conversations; where it is not known, every new conversation is on the same one.
    case firstContactResolution = "first_contact_resolution"
    /// Ratings of 4 and 5 ÷ ratings: of tickets, and the attribute `satisfaction` (1 to 5) of conversations.
    case satisfaction
    /// Ratings of 9 and 10 less those of 0 to 6, ÷ all ratings, from -100 to 100: the attribute `nps` (0 to 10) of conversations.
    case netPromoterScore = "net_promoter_score"
    /// Rated ÷ asked: whom a flow asked at its end, and who has rated within 72 h.
    case satisfactionResponseRate = "satisfaction_response_rate"
    /// Targets met ÷ (met + breached), of conversations under an SLA; open and overdue is breached.
    case slaAttainment = "sla_attainment"
    /// Resolved without a person ÷ conversations in which the bot spoke. Who gave up with a question open, wanted a person, or came back
    /// within 72 h was not contained.
    case botContainment = "bot_containment"
    /// Of what looked contained at its end, the part whose customer came back within 72 h.
    case falseContainment = "false_containment"
    /// Conversations that the bot had spoken in and that then wanted a person.
    case botHandoffs = "bot_handoffs"
    /// Of the messages that customers wrote to the bot outside a dialogue, the part that was answered from the knowledge.
    case knowledgeHitRate = "knowledge_hit_rate"
    /// Reopened within 7 days ÷ resolved.
    case reopenRate = "reopen_rate"
    /// Transfers to another agent or team ÷ conversations with people.
    case transferRate = "transfer_rate"

    /// Conversations that began or were reopened. By team: conversations that came to it.
    case arrivals
    /// Conversations that are with people now and not resolved; times are their ages, since people were wanted.
    case backlog
    /// Tickets that are neither solved nor closed now; times are their ages, since they were opened or reopened.
    case ticketBacklog = "ticket_backlog"
    /// Of the time in which agents were signed in (online or busy), the part in which they had a conversation that was not pending.
    case occupancy
    /// How many such conversations an agent had at once, on the average of the time in which it was at least one.
    case concurrency
    /// Messages that came in and went out; notes are none.
    case messages
    /// Messages that a platform did not take or did not deliver.
    case deliveryFailures = "delivery_failures"
    /// Rules that failed.
    case ruleErrors = "rule_errors"
    /// Left the queue without being accepted, and after how long: stands beside `queue_wait`, which knows only those who were served.
    case queueAbandoned = "queue_abandoned"

    package enum Form: Sendable, Hashable {
        /// Times, in seconds.
        case duration
        /// A part of all, from 0 to 1.
        case share
        /// Only counted.
        case count
        /// A number of its own scale; its mean is what is asked for.
        case level
    }

    package var form: Form {
        switch self {
        case .firstResponseTime, .responseTime, .handlingTime, .queueWait, .resolutionTime, .queueAbandoned, .backlog,
            .ticketBacklog:
            .duration
        case .timelyResponseRate, .abandonmentRate, .firstContactResolution, .satisfaction, .satisfactionResponseRate,
            .slaAttainment, .botContainment, .falseContainment, .knowledgeHitRate, .reopenRate, .transferRate, .occupancy:
            .share
        case .arrivals, .messages, .deliveryFailures, .ruleErrors, .botHandoffs: .count
        case .netPromoterScore, .concurrency: .level
        }
    }

    /// What may be asked of it; of a share, `count` says of how many it is one.
    package var statistics: [AlertRule.Statistic] {
        switch form {
        case .duration where isOfNow: [.count, .mean, .p50, .p90, .p99, .max]
        case .duration: [.count, .mean, .p50, .p90, .p99, .max, .rate]
        case .share where self == .occupancy: [.share]
        case .share: [.share, .count]
        case .level where self == .concurrency: [.mean]
        case .level: [.mean, .count]
        case .count: [.count, .rate]
        }
    }

    /// What is asked where an alert does not say.
    package var usualStatistic: AlertRule.Statistic {
        switch self {
        case .queueWait: .max
        case .backlog, .ticketBacklog, .queueAbandoned: .count
        default:
            switch form {
            case .duration: .p90
            case .share: .share
            case .count: .count
            case .level: .mean
            }
        }
    }

    /// By what it can be divided.
    package var labels: [String] {
        switch self {
        case .queueWait, .abandonmentRate, .queueAbandoned: ["channel", "team", "tag"]
        case .slaAttainment: ["channel", "team", "sla", "tag"]
        case .botContainment, .falseContainment, .satisfactionResponseRate: ["channel", "tag"]
        case .botHandoffs: ["channel", "team", "tag"]
        case .knowledgeHitRate: ["channel"]
        case .occupancy, .concurrency: ["team", "agent"]
        case .arrivals: ["channel", "team"]
        case .messages: ["channel", "team", "direction"]
        case .deliveryFailures: ["channel"]
        case .ruleErrors: ["channel", "rule"]
        default: ["channel", "team", "agent", "tag"]
        }
    }

    /// Whether it looks only at what is now, and over no window.
    package var isOfNow: Bool { self == .backlog || self == .ticketBacklog }

    /// Whether it is a time, or judges one, that can also be counted in the team's business hours. What was worked was worked.
    package var hasBusinessTime: Bool {
        switch self {
        case .firstResponseTime, .responseTime, .timelyResponseRate, .queueWait, .queueAbandoned, .resolutionTime, .slaAttainment,
            .backlog, .ticketBacklog:
            true
        default: false
        }
    }

    /// Whether the desk knows what is usual of it: not where what still waits has a say.
    package var hasSeasons: Bool {
        ![
            .backlog, .ticketBacklog, .timelyResponseRate, .slaAttainment, .reopenRate, .occupancy, .concurrency,
            .netPromoterScore,
        ]
        .contains(self)
    }

    /// Whether it is final only some time after what it judges, and can be asked for what is known so far.
    package var isProvisionalAtFirst: Bool { [.firstContactResolution, .botContainment, .reopenRate].contains(self) }

    /// Whether it judges by a target, `within`.
    package var hasTarget: Bool { self == .timelyResponseRate || self == .slaAttainment }
}
