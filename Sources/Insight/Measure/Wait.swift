// SPDX-License-Identifier: Apache-2.0
import Desk

/// Something a customer waits for, from its start to its end, and who let it last how long.
struct Wait: Sendable, Hashable {
    let since: Instant
    /// The team that has it now, since when, and the teams that had it before.
    private(set) var team: String?
    private var teamSince: Instant
    private var earlier: [Part] = []

    private struct Part: Sendable, Hashable {
        let team: String
        let from: Instant
        let to: Instant
    }

    struct Stint: Sendable, Hashable {
        let team: String
        var duration: Duration
        /// The part of it in which the team worked.
        var worked: Duration

        func length(_ time: MeasureOptions.Time) -> Duration { time == .business ? worked : duration }
    }

    init(since: Instant, team: String?) {
        self.since = since
        self.team = team
        teamSince = since
    }

    mutating func move(to next: String?, at now: Instant) {
        guard let next, next != team else { return }
        if let team { earlier.append(Part(team: team, from: teamSince, to: now)) }
        // The time before the first team belongs to it: somebody had to choose it.
        if team != nil { teamSince = now }
        team = next
    }

    /// What each team's part came to, in order; a team that had it twice is there once, with the sum.
    func stints(until end: Instant, hours: Calendars) -> [Stint] {
        let parts = earlier + (team.map { [Part(team: $0, from: teamSince, to: end)] } ?? [])
        var stints: [Stint] = []
        for part in parts {
            let worked = hours.worked(part.team, from: part.from, to: part.to)
            if let index = stints.firstIndex(where: { $0.team == part.team }) {
                stints[index].duration += part.to - part.from
                stints[index].worked += worked
            } else {
                stints.append(Stint(team: part.team, duration: part.to - part.from, worked: worked))
            }
        }
        return stints
    }

    /// How long it has lasted for all teams together, or for the one that has it now; nil for a team that does not.
    func age(for team: String?, _ time: MeasureOptions.Time, at now: Instant, hours: Calendars) -> Duration? {
        guard team == nil || team == self.team else { return nil }
        let since = team == nil ? self.since : teamSince
        guard time == .business, let last = self.team else { return now - since }
        let before = team == nil ? earlier.reduce(Duration.zero) { $0 + hours.worked($1.team, from: $1.from, to: $1.to) } : .zero
        return before + hours.worked(last, from: teamSince, to: now)
    }
}

/// When the teams work.
struct Calendars: Sendable, Hashable {
    private var hours: [String: BusinessHours] = [:]

    /// - Parameter hours: nil: always.
    mutating func put(_ hours: BusinessHours?, of team: String) { self.hours[team] = hours }

    /// Of the time between two instants, that in which a team works; all of it for one without hours, and where there is no team.
    func worked(_ team: String?, from start: Instant, to end: Instant) -> Duration {
        guard let team, let hours = hours[team] else { return max(.zero, end - start) }
        return hours.worked(from: start, to: end)
    }
}
