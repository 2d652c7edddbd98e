// SPDX-License-Identifier: Apache-2.0
import Desk

/// Whether an agent is signed in, what the agent has, and since when that is so and not yet counted.
struct Shift: Sendable, Hashable {
    var teams: [String] = []
    var isSignedIn = false
    /// Conversations that are not pending.
    var held: Set<ID<Conversation>> = []
    /// Up to here it is in the series.
    var counted: Instant

    /// Milliseconds of the last part of a window that is not in the series yet.
    func uncounted(over window: Duration, to now: Instant) -> Int64 {
        isSignedIn ? max(0, min(now - counted, window).inMilliseconds) : 0
    }
}

/// How busy the agents are.
extension DeskMeter {
    /// Takes in a team as it is, from its event or, at a start in the middle of a journal, from the store.
    package mutating func know(_ team: Team) { hours.put(team.hours, of: team.id) }

    /// Takes in an agent as it is; whether one is signed in only of those it has not heard of.
    package mutating func know(_ agent: Agent, at now: Instant) {
        let name = agent.id.text
        if shifts[name] == nil {
            shifts[name] = Shift(isSignedIn: Self.isSignedIn(agent.presence), counted: now)
            shifts[name]?.held = Set(open.filter { $0.value.holder == name }.keys)
        }
        count(name, until: now)
        shifts[name]?.teams = agent.teams
    }

    mutating func signIn(_ event: Event) {
        guard let name = event.payload["agent"]?.string,
            let presence = event.payload["presence"]?.string.flatMap(Agent.Presence.init(rawValue:))
        else { return }
        count(name, until: event.at)
        shifts[name, default: Shift(counted: event.at)].isSignedIn = Self.isSignedIn(presence)
    }

    /// Who is busy gets nothing new and works; who is away does not.
    private static func isSignedIn(_ presence: Agent.Presence) -> Bool { presence == .online || presence == .busy }

    mutating func hand(over conversation: ID<Conversation>, from before: String?, to after: String?, at now: Instant) {
        guard before != after else { return }
        if let before {
            count(before, until: now)
            shifts[before]?.held.remove(conversation)
        }
        if let after {
            count(after, until: now)
            shifts[after, default: Shift(counted: now)].held.insert(conversation)
        }
    }

    /// Counts every whole minute that is over, so that the series are the same whenever it is called.
    mutating func accountForShifts(until now: Instant) {
        let minute = now.milliseconds / 60_000 * 60_000
        guard minute > shiftsCountedUntil else { return }
        shiftsCountedUntil = minute
        for (name, shift) in shifts where shift.counted.milliseconds < minute {
            count(name, until: Instant(milliseconds: minute))
        }
    }

    /// Counts an agent's time up to an instant, each minute by itself; by the hour where it is long past.
    private mutating func count(_ name: String, until now: Instant) {
        guard var shift = shifts[name], shift.counted < now else { return }
        while shift.counted < now {
            let width: Int64 = now - shift.counted > .seconds(25 * 3600) ? 3_600_000 : 60_000
            let end = min(now, Instant(milliseconds: (shift.counted.milliseconds / width + 1) * width))
            if shift.isSignedIn { count(shift, (end - shift.counted).inMilliseconds, of: name, at: end) }
            shift.counted = shift.isSignedIn ? end : now
        }
        shifts[name] = shift
    }

    private mutating func count(_ shift: Shift, _ time: Int64, of name: String, at end: Instant) {
        let held = Int64(shift.held.count)
        var sums: [(Track, Int64)] = [(.signedIn, time)]
        if held > 0 { sums += [(.occupied, time), (.held, time * held)] }
        // What ends with a minute belongs to it, not to the next.
        let at = end - .milliseconds(1)
        for (track, sum) in sums {
            store.record(track, sum, at: at, labels: ["agent": name])
            for team in shift.teams { store.record(track, sum, at: at, labels: ["agent": name, "team": team], needed: ["team"]) }
        }
    }

    /// Milliseconds signed in, with a conversation, and with conversations, each counted.
    func shiftTimes(over window: Duration, to now: Instant, _ labels: Labels, knowsNow: Bool) -> (Int64, Int64, Int64) {
        func past(_ track: Track) -> Int64 { store.window(track, labels, over: window, to: now).sum }
        var (signedIn, occupied, held) = (past(.signedIn), past(.occupied), past(.held))
        guard knowsNow else { return (signedIn, occupied, held) }
        for (name, shift) in shifts
        where labels["agent"].map({ $0 == name }) ?? true && labels["team"].map(shift.teams.contains) ?? true {
            let time = shift.uncounted(over: window, to: now)
            signedIn += time
            if !shift.held.isEmpty { occupied += time }
            held += time * Int64(shift.held.count)
        }
        return (signedIn, occupied, held)
    }
}
