// SPDX-License-Identifier: Apache-2.0
import Desk

/// A situation as `match` looks at it: what costs something is worked out once for a decision, when first asked for.
///
/// Belongs to one decision on one thread.
final class Facts {
    let situation: Situation
    /// Local time minus UTC, of the rule set.
    let offset: Duration

    let scratch: MatchScratch
    /// Where candidates are counted; nil: nowhere.
    let statistics: RuleCounters?

    init(_ situation: Situation, offset: Duration, scratch: MatchScratch = .init(), statistics: RuleCounters? = nil) {
        self.situation = situation
        self.offset = offset
        self.scratch = scratch
        self.statistics = statistics
    }

    private(set) lazy var foldedText = FoldedText(situation.message?.content.text ?? "")
    private(set) lazy var local: LocalTime = LocalTime(situation.now, offset: offset)

    /// The customer's language if known, else that of the message.
    var language: String? { situation.customer.language ?? situation.understanding.language }

    /// Name of the event that a message of kind `event` reports.
    var event: String? {
        guard let content = situation.message?.content, content.kind == .event else { return nil }
        return content.fields["name"]?.string ?? content.fields["event"]?.string
    }

    subscript(path: MatchPath) -> Fact {
        let conversation = situation.conversation
        switch path {
        case .customerID: return .text(situation.customer.id.text)
        case .customerName: return Fact(situation.customer.name)
        case .customerLanguage: return Fact(situation.customer.language)
        case .customerTags: return .texts(situation.customer.tags)
        case .customerIsTest: return .flag(situation.customer.isTest)
        case .customerCreated: return .time(situation.customer.createdAt)
        case .customerSeen: return .time(situation.customer.lastSeenAt)
        case .customerAttribute(let names): return Fact(Self.attribute(names, of: situation.customer.attributes))
        case .conversationID: return .text(conversation.id.text)
        case .state: return .text(conversation.state.rawValue)
        case .team: return Fact(conversation.team)
        case .agent: return Fact(conversation.agent?.text)
        case .priority: return .number(Double(conversation.priority))
        case .conversationTags: return .texts(conversation.tags)
        case .sla: return Fact(conversation.sla)
        case .startedAt: return .time(conversation.startedAt)
        case .waitingSince: return Fact(conversation.waitingSince)
        case .queuedAt: return Fact(conversation.queuedAt)
        case .assignedAt: return Fact(conversation.assignedAt)
        case .personWantedSince: return Fact(conversation.personWantedSince)
        case .lastMessageAt: return Fact(conversation.lastCustomerMessageAt)
        case .lastReplyAt: return Fact(conversation.lastReplyAt)
        case .reopenings: return .number(Double(conversation.reopenings))
        case .repliesLeft: return Fact(conversation.repliesLeft(at: situation.now))
        case .replyUntil: return Fact(conversation.replyUntil)
        case .waitingSeconds: return seconds(since: conversation.waitsSince)
        case .queuedSeconds: return seconds(since: conversation.queuedAt)
        case .conversationAttribute(let names): return Fact(Self.attribute(names, of: conversation.attributes))
        case .messageKind: return Fact(situation.message?.content.kind.rawValue)
        case .messageText: return Fact(situation.message?.content.text)
        case .messageEvent: return Fact(event)
        case .messageMood: return situation.message == nil ? .none : .number(situation.understanding.mood)
        case .messageField(let names): return Fact(Self.attribute(names, of: situation.message?.content.fields ?? .null))
        case .channel: return .text(conversation.channel)
        case .plugin: return Fact(situation.plugin)
        case .mood: return .number(conversation.mood)
        case .intent: return Fact(situation.understanding.intents.first?.intent)
        case .confidence: return .number(situation.understanding.intents.first?.confidence ?? 0)
        case .language: return Fact(language)
        case .hour: return .number(Double(local.hour))
        case .minute: return .number(Double(local.minute))
        case .weekday: return .number(Double(local.day.weekday))
        case .date: return .text(local.day.text)
        case .queueLength: return .number(Double(situation.desk.queueLength))
        case .queue(let team): return .number(Double(situation.desk.queues[team] ?? 0))
        case .online(let team): return .number(Double(situation.desk.online[team] ?? 0))
        case .open(let team): return .flag(situation.desk.open[team] ?? true)
        }
    }

    /// A text as `contains` and `prefix` look at it.
    func folded(_ path: MatchPath) -> FoldedText? {
        if path == .messageText { return situation.message == nil ? nil : foldedText }
        guard case .text(let text) = self[path] else { return nil }
        return FoldedText(text)
    }

    private func seconds(since start: Instant?) -> Fact {
        start.map { .number(max(0, (situation.now - $0).inSeconds)) } ?? .number(0)
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
