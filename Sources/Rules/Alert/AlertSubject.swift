// SPDX-License-Identifier: Apache-2.0
import Desk

/// What an alert looks at: a measure and a statistic of it, as far as they could be read.
struct AlertSubject {
    /// As people are told it; "" where it could not be read.
    private(set) var name = ""
    private(set) var measure: Measure?
    private(set) var statistic = AlertRule.Statistic.count
    private(set) var options = MeasureOptions()

    var isOfNow: Bool { measure?.isOfNow ?? false }
    var isShare: Bool { measure?.form == .share && statistic == .share }
    var hasSeasons: Bool {
        measure.map { $0.hasSeasons || (options.isProvisional && $0.isProvisionalAtFirst && $0 != .reopenRate) } ?? true
    }
    /// nil: unknown, so not checked.
    var labels: [String]? { options.own != nil ? AlertRule.ownLabels : measure?.labels }

    init(_ reader: SpecReader) {
        if reader.value("measure")?.object != nil {
            options.own = reader.table("measure") { $0.table("count") { Self.eventCount($0, reader) } ?? nil } ?? nil
            if let own = options.own {
                name = "count of \(own.kind.rawValue)"
            } else if reader.value("measure")?["count"] == nil {
                reader.report("value", "measure", "a measure of your own counts events", hint: Self.ownHint)
            }
        } else if reader.has("measure") {
            readName(reader)
        } else {
            reader.report(
                "value", "", "alert \"\(reader.declaration.id)\" needs a measure", hint: "write measure = \"queue_wait\"")
        }
        readStatistic(reader)
        readOptions(reader)
    }

    private static let ownHint = "write measure = { count = { event = \"ticket.created\", match = { category = \"refund\" } } }"

    private mutating func readName(_ reader: SpecReader) {
        if reader.value("measure")?.string == "reopen_and_transfer_rate" {
            reader.report(
                "value", "measure", "'measure' cannot be \"reopen_and_transfer_rate\": it is two",
                hint: "write \"reopen_rate\" or \"transfer_rate\"")
            return
        }
        guard let word = reader.word("measure", of: Measure.allCases.map(\.rawValue).sorted()) else { return }
        name = word
        measure = Measure(rawValue: word)
    }

    private mutating func readStatistic(_ reader: SpecReader) {
        let known: [AlertRule.Statistic] =
            options.own != nil ? [.count, .rate] : measure?.statistics ?? AlertRule.Statistic.allCases
        statistic = measure?.usualStatistic ?? .count
        guard let word = reader.word("stat", of: AlertRule.Statistic.allCases.map(\.rawValue)),
            let found = AlertRule.Statistic(rawValue: word)
        else { return }
        statistic = found
        guard !known.contains(found), !name.isEmpty else { return }
        reader.report(
            "value", "stat", "\(name) has no stat \"\(word)\"",
            hint: "it has \(known.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))")
    }

    private mutating func readOptions(_ reader: SpecReader) {
        if let within = reader.duration("within") {
            options.within = within
            if let measure, !measure.hasTarget {
                reader.report("value", "within", "\(measure.rawValue) has no target to keep", hint: "leave 'within' out")
            }
        } else if measure == .slaAttainment, !reader.has("within") {
            reader.report("value", "", "sla_attainment needs what the SLA promises", hint: "write within = \"60s\"")
        }
        if let target = reader.word("target", of: MeasureOptions.Target.allCases.map(\.rawValue)) {
            options.target = MeasureOptions.Target(rawValue: target) ?? .firstResponse
            if let measure, measure != .slaAttainment {
                reader.report("value", "target", "only sla_attainment has a target of several")
            }
        }
        if let time = reader.word("time", of: MeasureOptions.Time.allCases.map(\.rawValue)) {
            options.time = MeasureOptions.Time(rawValue: time) ?? .wall
            if options.time == .business, let measure, !measure.hasBusinessTime {
                reader.report(
                    "value", "time", "\(measure.rawValue) is no time that business hours change", hint: "leave 'time' out")
            }
        }
        if reader.flag("provisional") == true {
            options.isProvisional = true
            if let measure, !measure.isProvisionalAtFirst {
                reader.report("value", "provisional", "\(measure.rawValue) is final at once", hint: "leave 'provisional' out")
            }
        }
    }

    private static func eventCount(_ table: SpecReader, _ reader: SpecReader) -> EventCount? {
        let kind = table.word("event", of: Event.Kind.allCases.map(\.rawValue)).flatMap(Event.Kind.init(rawValue:))
        if !table.has("event") { reader.report("value", "measure", "'measure.count' needs an event", hint: ownHint) }
        var match: [String: [Value]] = [:]
        for pair in table.value("match")?.object?.pairs ?? [] {
            let values = pair.value.array ?? [pair.value]
            if values.isEmpty || !values.allSatisfy({ $0.string != nil || $0.double != nil || $0.bool != nil }) {
                reader.report(
                    "type", "measure",
                    "'measure.count.match.\(pair.name)' must be a text, a number, true or false, or a list of them")
            }
            match[pair.name] = values
        }
        return kind.map { EventCount(kind: $0, match: match) }
    }
}
