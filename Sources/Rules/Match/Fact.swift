// SPDX-License-Identifier: Apache-2.0
import Desk

/// What stands at a path in a situation.
enum Fact: Sendable, Hashable {
    case none
    case text(String)
    case number(Double)
    case flag(Bool)
    case texts([String])
    case time(Instant)

    init(_ text: String?) { self = text.map(Fact.text) ?? .none }
    init(_ time: Instant?) { self = time.map(Fact.time) ?? .none }
    init(_ number: Int?) { self = number.map { .number(Double($0)) } ?? .none }
    init(_ flag: Bool?) { self = flag.map(Fact.flag) ?? .none }

    /// An attribute: texts that are times stay texts, `within` reads them.
    init(_ value: Value?) {
        switch value {
        case .string(let text): self = .text(text)
        case .int(let number): self = .number(Double(number))
        case .double(let number): self = .number(number)
        case .bool(let flag): self = .flag(flag)
        case .array(let items): self = .texts(items.compactMap(\.string))
        default: self = .none
        }
    }

    var number: Double? { if case .number(let number) = self { number } else { nil } }

    /// A time: an instant, RFC 3339, a calendar day (its beginning in UTC), or seconds since 1970.
    var time: Instant? {
        switch self {
        case .time(let instant): instant
        case .text(let text):
            Instant(rfc3339: text) ?? CalendarDay(text: text).map { Instant(seconds: Int64($0.daysSince1970) * 86_400) }
        case .number(let seconds) where seconds.isFinite && abs(seconds) < 1e12: Instant(milliseconds: Int64(seconds * 1000))
        default: nil
        }
    }

    /// As `explain` shows it.
    var shown: String {
        switch self {
        case .none: "nothing"
        case .text(let text): "\"\(text.count > 60 ? String(text.prefix(60)) + "…" : text)\""
        case .number(let number): Fact.shown(number)
        case .flag(let flag): flag ? "true" : "false"
        case .texts(let texts): texts.isEmpty ? "none" : texts.map { "\"\($0)\"" }.joined(separator: ", ")
        case .time(let instant): instant.rfc3339
        }
    }

    static func shown(_ number: Double) -> String {
        Int64(exactly: number).map(String.init) ?? String((number * 1000).rounded() / 1000)
    }
}

/// A constant that a rule compares with.
enum Constant: Sendable, Hashable {
    case text(String)
    case number(Double)
    case flag(Bool)

    init?(_ value: Value) {
        switch value {
        case .string(let text): self = .text(text)
        case .int(let number): self = .number(Double(number))
        case .double(let number): self = .number(number)
        case .bool(let flag): self = .flag(flag)
        default: return nil
        }
    }

    func equals(_ fact: Fact) -> Bool {
        switch (self, fact) {
        case (.text(let a), .text(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.flag(let a), .flag(let b)): a == b
        case (.text(let a), .texts(let b)): b.contains(a)
        case (.text(let a), .time(let b)): Fact.text(a).time == b
        default: false
        }
    }

    var shown: String {
        switch self {
        case .text(let text): "\"\(text)\""
        case .number(let number): Fact.shown(number)
        case .flag(let flag): flag ? "true" : "false"
        }
    }
}
