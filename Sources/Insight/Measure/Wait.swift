// SPDX-License-Identifier: Apache-2.0
import Desk

/// Something a customer waits for, from its start to its end, and who let it last how long.
struct Wait: Sendable, Hashable {
    let since: Instant
    /// The team that has it now, since when, and the teams that had it before.
    private(set) var team: String?
    private var teamSince: Instant
    private var earlier: [Stint] = []

    struct Stint: Sendable, Hashable {
        let team: String
        let duration: Duration
    }

    init(since: Instant, team: String?) {
        self.since = since
        self.team = team
        teamSince = since
    }

    mutating func move(to next: String?, at now: Instant) {
        guard let next, next != team else { return }
        if let team { earlier.append(Stint(team: team, duration: now - teamSince)) }
        // The time before the first team belongs to it: somebody had to choose it.
        if team != nil { teamSince = now }
        team = next
    }

    /// What each team's part came to, in order; a team that had it twice is there once, with the sum.
    func stints(until end: Instant) -> [Stint] {
        let all = earlier + (team.map { [Stint(team: $0, duration: end - teamSince)] } ?? [])
        var sums: [(team: String, duration: Duration)] = []
        for stint in all {
            if let index = sums.firstIndex(where: { $0.team == stint.team }) {
                sums[index].duration += stint.duration
            } else {
                sums.append((stint.team, stint.duration))
            }
        }
        return sums.map { Stint(team: $0.team, duration: $0.duration) }
    }

    /// How long it has lasted under these labels.
    func age(for team: String?, at now: Instant) -> Duration? {
        guard let team else { return now - since }
        return team == self.team ? now - teamSince : nil
    }
}
