// SPDX-License-Identifier: Apache-2.0
import Desk

/// What a measure came to within a window: its values, and of a share how many of how many.
struct Reading: Sendable {
    var histogram = Histogram()
    var share: (good: Int, all: Int)?
    /// Of those who still wait.
    var longestNow: Duration?
    /// A number that no histogram holds.
    var level: Double?
}

extension DeskMeter {
    /// A statistic of a measure over the window that ends at an instant.
    ///
    /// Durations are in seconds, a rate is per minute, a share is from 0 to 1. `max` of `queue_wait` includes those who still wait: a queue
    /// that nobody serves has no ended waits, and is the worst of all.
    /// - Parameter labels: all together where it is empty; names that the measure does not have give nil, and so do more than two.
    /// - Returns: nil for an unknown measure, a statistic it does not have, or a time or share where nothing has ended within the window.
    package func value(
        of measure: String, _ statistic: AlertRule.Statistic, over window: Duration, at instant: Instant,
        labels: [String: String] = [:], options: MeasureOptions = .init()
    ) -> Double? {
        guard labels.count <= 2 else { return nil }
        if let own = options.own {
            guard [.count, .rate].contains(statistic), labels.keys.allSatisfy(AlertRule.ownLabels.contains) else { return nil }
            let histogram = self.own[own].map { store.window(.own($0), labels, over: window, to: instant) }
            return Self.value(statistic, of: Reading(histogram: histogram ?? Histogram()), over: window)
        }
        guard let measure = Measure(rawValue: measure), measure.statistics.contains(statistic),
            labels.keys.allSatisfy(measure.labels.contains)
        else { return nil }
        return Self.value(statistic, of: reading(measure, over: window, at: instant, labels, options), over: window)
    }

    func reading(
        _ measure: Measure, over window: Duration, at instant: Instant, _ labels: Labels, _ options: MeasureOptions = .init(),
        knowsNow: Bool = true
    ) -> Reading {
        let time = measure.hasBusinessTime ? options.time : .wall
        func past(_ track: Track) -> Histogram { store.window(track, labels, over: window, to: instant) }
        let provisional = options.isProvisional && measure.isProvisionalAtFirst
        switch measure {
        case .backlog:
            var ages = Histogram()
            for record in open.values where record.isWithPeople && record.matches(labels) {
                ages.record(age(since: record.peopleSince ?? record.seen, record.team, time, at: instant))
            }
            return Reading(histogram: ages)
        case .ticketBacklog:
            var ages = Histogram()
            for ticket in tickets.values where ticket.matches(labels) {
                ages.record(age(since: ticket.since, ticket.team, time, at: instant))
            }
            return Reading(histogram: ages)
        case .occupancy, .concurrency:
            let (signedIn, occupied, held) = shiftTimes(over: window, to: instant, labels, knowsNow: knowsNow)
            guard measure == .concurrency else { return Reading(share: (Int(occupied), Int(signedIn))) }
            return Reading(level: occupied > 0 ? Double(held) / Double(occupied) : nil)
        case .netPromoterScore:
            let ratings = past(.measure(measure))
            return Reading(histogram: ratings, level: ratings.mean.map { ($0 / 1000 - 1) * 100 })
        case .queueWait:
            return Reading(
                histogram: past(.measure(measure, time)),
                longestNow: knowsNow ? longestWaiting(at: instant, labels: labels, time) : nil)
        case .timelyResponseRate:
            return promised(past(.measure(.responseTime, time)), past(.unanswered(time)), options.within) {
                knowsNow && $0.isWithPeople && $0.matches(labels)
                    && overdue($0.turn, labels, options.within, time, at: instant)
            }
        case .slaAttainment where options.target == .resolution:
            return promised(past(.slaResolution(time)), Histogram(), options.within) {
                knowsNow && $0.sla != nil && $0.matches(labels)
                    && $0.age(time, at: instant, hours: hours).map { $0 > options.within } ?? false
            }
        case .slaAttainment:
            return promised(past(.slaResponse(time)), past(.slaResponseMissed(time)), options.within) {
                knowsNow && $0.sla != nil && $0.matches(labels) && overdue($0.reply, [:], options.within, time, at: instant)
            }
        case .reopenRate where provisional:
            // Of what was resolved in the window, against what was reopened in it.
            let both = past(.provisional(measure))
            let reopened = Int(both.sum / Track.share(1))
            let resolved = both.count - reopened
            return Reading(histogram: both, share: (min(reopened, resolved), resolved))
        default:
            return Reading(histogram: past(provisional ? .provisional(measure) : .measure(measure, time)))
        }
    }

    /// Milliseconds, counted by the calendar of the team that has it now.
    private func age(since: Instant, _ team: String?, _ time: MeasureOptions.Time, at now: Instant) -> Int64 {
        (time == .business ? hours.worked(team, from: since, to: now) : now - since).inMilliseconds
    }

    private func overdue(
        _ wait: Wait?, _ labels: Labels, _ target: Duration, _ time: MeasureOptions.Time, at instant: Instant
    ) -> Bool {
        wait?.age(for: labels["team"], time, at: instant, hours: hours).map { $0 > target } ?? false
    }

    /// Kept within the target, of all that were kept or missed; what ended unanswered within the target was not wanted.
    private func promised(
        _ ended: Histogram, _ unanswered: Histogram, _ target: Duration, _ isOverdue: (OpenConversation) -> Bool
    ) -> Reading {
        let good = ended.count(atMost: target.inMilliseconds)
        let missed = unanswered.count - unanswered.count(atMost: target.inMilliseconds) + open.values.count(where: isOverdue)
        return Reading(histogram: ended, share: (good, ended.count + missed))
    }

    /// Every combination of values that an alert's measure has under the names of its `by`, and that its `only` leaves: one instance of it
    /// for each, sorted.
    package func labelSets(of rule: AlertRule) -> [[String: String]] {
        let names = rule.by + rule.only.keys.filter { !rule.by.contains($0) }.sorted()
        guard names.count <= 2, !rule.by.isEmpty else { return rule.by.isEmpty ? [[:]] : [] }
        let sets: [Labels]
        if let own = rule.options.own {
            sets = self.own[own].map { Array(store.labelSets(of: .own($0), by: Set(names))) } ?? []
        } else {
            sets = labelSets(of: rule.measure, by: names)
        }
        let left = sets.filter { set in rule.only.allSatisfy { set[$0.key] == $0.value } }
        return Self.sorted(Set(left.map { set in set.filter { rule.by.contains($0.key) } }), rule.by)
    }

    /// Every combination of values that a measure has under these label names, sorted. Without names there is one: all together.
    package func labelSets(of measure: String, by names: [String]) -> [[String: String]] {
        guard let measure = Measure(rawValue: measure), names.allSatisfy(measure.labels.contains) else { return [] }
        guard !names.isEmpty else { return [[:]] }
        let wanted = Set(names)
        var sets: Set<Labels> = []
        for track in Self.tracks(of: measure) { sets.formUnion(store.labelSets(of: track, by: wanted)) }
        for record in open.values where Self.waits(record, for: measure) { sets.formUnion(record.labelSets(wanted)) }
        if measure == .ticketBacklog { for ticket in tickets.values { sets.formUnion(ticket.labelSets(wanted)) } }
        return Self.sorted(sets, names)
    }

    private static func sorted(_ sets: Set<Labels>, _ names: [String]) -> [Labels] {
        sets.sorted { a, b in names.map { a[$0] ?? "" }.lexicographicallyPrecedes(names.map { b[$0] ?? "" }) }
    }

    private static func tracks(of measure: Measure) -> [Track] {
        switch measure {
        case .timelyResponseRate: [.measure(.responseTime), .unanswered()]
        case .slaAttainment: [.slaResponse(), .slaResponseMissed(), .slaResolution()]
        case .occupancy: [.signedIn]
        case .concurrency: [.occupied]
        case .firstContactResolution, .botContainment, .reopenRate: [.measure(measure), .provisional(measure)]
        default: [.measure(measure)]
        }
    }

    /// Whether a conversation that is open has a say in a measure.
    private static func waits(_ record: OpenConversation, for measure: Measure) -> Bool {
        switch measure {
        case .queueWait: record.queue != nil
        case .firstResponseTime: record.reply != nil
        case .timelyResponseRate: record.isWithPeople && record.turn != nil
        case .slaAttainment: record.sla != nil
        case .backlog: record.isWithPeople
        default: false
        }
    }

    /// How many wait in the queue now.
    package func waiting(labels: [String: String] = [:]) -> Int {
        open.values.count { $0.queue != nil && $0.matches(labels) }
    }

    /// How long the one who has waited longest in the queue has waited; nil if nobody waits.
    package func longestWaiting(
        at instant: Instant, labels: [String: String] = [:], _ time: MeasureOptions.Time = .wall
    ) -> Duration? {
        open.values.lazy.filter { $0.queue != nil && $0.matches(labels) }
            .compactMap { $0.queue?.age(for: labels["team"], time, at: instant, hours: hours) }.max().map { max($0, .zero) }
    }

    static func value(_ statistic: AlertRule.Statistic, of reading: Reading, over window: Duration) -> Double? {
        let histogram = reading.histogram
        if let (good, all) = reading.share {
            return statistic == .count ? Double(all) : all > 0 ? Double(good) / Double(all) : nil
        }
        if statistic == .mean, let level = reading.level { return level }
        if statistic == .max, let longest = reading.longestNow {
            return max(longest.inSeconds, histogram.largest.map { Double($0) / 1000 } ?? 0)
        }
        return value(statistic, of: histogram, over: window)
    }

    static func value(_ statistic: AlertRule.Statistic, of histogram: Histogram, over window: Duration) -> Double? {
        func seconds(_ milliseconds: Double?) -> Double? { milliseconds.map { $0 / 1000 } }
        return switch statistic {
        case .count: Double(histogram.count)
        case .rate: window > .zero ? Double(histogram.count) / window.inSeconds * 60 : nil
        case .mean, .share: seconds(histogram.mean)
        case .p50: seconds(histogram.quantile(0.5))
        case .p90: seconds(histogram.quantile(0.9))
        case .p99: seconds(histogram.quantile(0.99))
        case .max: seconds(histogram.largest.map(Double.init))
        }
    }
}
