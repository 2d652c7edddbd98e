// SPDX-License-Identifier: Apache-2.0
import Desk

/// A situation as `match` looks at it: what costs something is worked out once for a decision, when first asked for.
///
/// Belongs to one decision at a time, on one thread.
final class Facts {
    @exclusivity(unchecked) private(set) var situation: Situation
    /// Local time minus UTC, of the rule set.
    let offset: Duration

    let scratch: MatchScratch
    /// Where candidates are counted; nil: nowhere.
    @exclusivity(unchecked) private(set) var statistics: RuleCounters?
    @exclusivity(unchecked) private var folded = FoldedText()
    @exclusivity(unchecked) private var isFolded = false
    @exclusivity(unchecked) private var knownLocal: LocalTime?

    init(_ situation: Situation, offset: Duration, scratch: MatchScratch = .init(), statistics: RuleCounters? = nil) {
        self.situation = situation
        self.offset = offset
        self.scratch = scratch
        self.statistics = statistics
    }

    /// Turns to another situation; what was made room for stays.
    func turn(to situation: Situation, statistics: RuleCounters?) {
        self.situation = situation
        self.statistics = statistics
        isFolded = false
        knownLocal = nil
    }

    /// The message's text; empty where there is none.
    var foldedText: FoldedText {
        if !isFolded {
            folded.fold(situation.parts.message?.content.text ?? "")
            isFolded = true
        }
        return folded
    }

    var local: LocalTime {
        if let knownLocal { return knownLocal }
        let local = LocalTime(situation.parts.now, offset: offset)
        knownLocal = local
        return local
    }

    /// The customer's language if known, else that of the message.
    var language: String? { situation.parts.customer.language ?? situation.parts.understanding.language }

    /// Name of the event that a message of kind `event` reports.
    var event: String? {
        guard let content = situation.parts.message?.content, content.kind == .event else { return nil }
        return content.fields["name"]?.string ?? content.fields["event"]?.string
    }

    subscript(path: MatchPath) -> Fact {
        let seen = situation.parts
        switch path {
        case .customerID: return .text(seen.customer.id.text)
        case .customerName: return Fact(seen.customer.name)
        case .customerLanguage: return Fact(seen.customer.language)
        case .customerTags: return .texts(seen.customer.tags)
        case .customerIsTest: return .flag(seen.customer.isTest)
        case .customerCreated: return .time(seen.customer.createdAt)
        case .customerSeen: return .time(seen.customer.lastSeenAt)
        case .customerAttribute(let names): return Fact(Self.attribute(names, of: seen.customer.attributes))
        case .conversationID: return .text(seen.conversation.id.text)
        case .state: return .text(seen.conversation.state.rawValue)
        case .team: return Fact(seen.conversation.team)
        case .agent: return Fact(seen.conversation.agent?.text)
        case .priority: return .number(Double(seen.conversation.priority))
        case .conversationTags: return .texts(seen.conversation.tags)
        case .sla: return Fact(seen.conversation.sla)
        case .startedAt: return .time(seen.conversation.startedAt)
        case .waitingSince: return Fact(seen.conversation.waitingSince)
        case .queuedAt: return Fact(seen.conversation.queuedAt)
        case .assignedAt: return Fact(seen.conversation.assignedAt)
        case .personWantedSince: return Fact(seen.conversation.personWantedSince)
        case .lastMessageAt: return Fact(seen.conversation.lastCustomerMessageAt)
        case .lastReplyAt: return Fact(seen.conversation.lastReplyAt)
        case .reopenings: return .number(Double(seen.conversation.reopenings))
        case .repliesLeft: return Fact(seen.conversation.repliesLeft(at: seen.now))
        case .replyUntil: return Fact(seen.conversation.replyUntil)
        case .waitingSeconds: return seconds(since: seen.conversation.waitsSince)
        case .queuedSeconds: return seconds(since: seen.conversation.queuedAt)
        case .conversationAttribute(let names): return Fact(Self.attribute(names, of: seen.conversation.attributes))
        case .messageKind: return Fact(seen.message?.content.kind.rawValue)
        case .messageText: return Fact(seen.message?.content.text)
        case .messageEvent: return Fact(event)
        case .messageMood: return seen.message == nil ? .none : .number(seen.understanding.mood)
        case .messageField(let names): return Fact(Self.attribute(names, of: seen.message?.content.fields ?? .null))
        case .channel: return .text(seen.conversation.channel)
        case .plugin: return Fact(seen.plugin)
        case .mood: return .number(seen.conversation.mood)
        case .intent: return Fact(seen.understanding.intents.first?.intent)
        case .confidence: return .number(seen.understanding.intents.first?.confidence ?? 0)
        case .language: return Fact(language)
        case .hour: return .number(Double(local.hour))
        case .minute: return .number(Double(local.minute))
        case .weekday: return .number(Double(local.day.weekday))
        case .date: return .text(local.day.text)
        case .queueLength: return .number(Double(seen.desk.queueLength))
        case .queue(let team): return .number(Double(seen.desk.queues[team] ?? 0))
        case .online(let team): return .number(Double(seen.desk.online[team] ?? 0))
        case .open(let team): return .flag(seen.desk.open[team] ?? true)
        }
    }

    /// A text as `contains` and `prefix` look at it.
    func folded(_ path: MatchPath) -> FoldedText? {
        if path == .messageText { return situation.parts.message == nil ? nil : foldedText }
        guard case .text(let text) = self[path] else { return nil }
        return FoldedText(text)
    }

    private func seconds(since start: Instant?) -> Fact {
        start.map { .number(max(0, (situation.parts.now - $0).inSeconds)) } ?? .number(0)
    }

    private static func attribute(_ names: [String], of attributes: Value) -> Value? {
        var value = attributes
        for name in names {
            guard let next = value[name] else { return nil }
            value = next
        }
        return value
    }
}

/// A point in time on a wall clock.
struct LocalTime: Sendable, Hashable {
    let day: CalendarDay
    let hour: Int
    let minute: Int

    init(_ instant: Instant, offset: Duration) {
        let local = instant.milliseconds + offset.inMilliseconds
        let days = local >= 0 ? local / 86_400_000 : (local - 86_399_999) / 86_400_000
        let minutes = Int((local - days * 86_400_000) / 60_000)
        day = CalendarDay(daysSince1970: Int(days))
        hour = minutes / 60
        minute = minutes % 60
    }
}
