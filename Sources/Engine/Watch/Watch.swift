// SPDX-License-Identifier: Apache-2.0
import Desk
import Insight
import Journal
import Logging
import Metrics
import Plugins
import Rules
import Synchronization

/// Measures what the journal tells and raises alerts on it, once a second.
package final class Watch: Sendable {
    private struct State {
        var meter = DeskMeter()
        var board = AlertBoard()
        /// What has been observed since somebody began to keep it.
        var tail: [Event]?
    }
    private let state = Mutex(State())
    private let clock: Clock
    /// What came and went through the channels.
    package let channels: ChannelMeter

    init(clock: @escaping Clock, channels: some Sequence<String>) {
        self.clock = clock
        self.channels = ChannelMeter(channels: channels)
    }

    func observe(_ events: [Event]) {
        channels.observe(events)
        state.withLock { state in
            for event in events { state.meter.observe(event) }
            state.tail?.append(contentsOf: events)
        }
        var counts: [Event.Kind: Int64] = [:]
        for event in events { counts[event.kind, default: 0] += 1 }
        for (kind, count) in counts {
            Counter(label: "luadesk.events", dimensions: [("kind", kind.rawValue)]).increment(by: count)
        }
    }

    /// Feeds what happened before this start, so that measures do not begin at zero.
    func recall(_ events: [Event], rules: [AlertRule]) {
        state.withLock { state in
            state.meter.count(rules.compactMap(\.options.own))
            for event in events {
                state.meter.observe(event)
                state.board.recall(event, rules: rules)
            }
        }
    }

    /// What stands in the store before anything is recalled; the events then say what became of it.
    func begin(with teams: [Team], _ tickets: [Ticket]) {
        state.withLock { state in
            for team in teams { state.meter.know(team) }
            for ticket in tickets { state.meter.know(ticket) }
        }
    }

    /// Whom no recalled event mentions.
    func know(_ agents: [Agent]) {
        let now = clock()
        state.withLock { state in for agent in agents { state.meter.know(agent, at: now) } }
    }

    /// Keeps what is observed from now on, for `replace`.
    func keepTail() { state.withLock { $0.tail = [] } }

    /// Puts a meter that has seen more in the place of the present one.
    /// - Parameter meter: has seen everything up to the kept tail.
    func replace(with meter: DeskMeter, rules: [AlertRule]) {
        let (now, fuller) = (clock(), meter)
        state.withLock { state in
            var meter = fuller
            meter.count(rules.compactMap(\.options.own))
            for event in state.tail ?? [] { meter.observe(event) }
            meter.advance(to: now)
            (state.meter, state.tail) = (meter, nil)
        }
    }

    /// - Returns: nil if it were too much.
    package func history(_ wanted: MeasureHistory) -> [Value]? { state.withLock { $0.meter.history(wanted) } }

    /// The measures now, for reports and the dashboard.
    package func snapshot() -> Value { state.withLock { $0.meter.snapshot(at: clock()) } }

    func alerts(of rules: [AlertRule]) -> [AlertState] {
        let now = clock()
        return state.withLock { $0.board.states(of: rules, at: now) }
    }

    /// - Returns: the labels of the instances that nobody had acknowledged.
    func acknowledge(_ alert: String, labels: [String: String], by name: String) -> [[String: String]] {
        let now = clock()
        return state.withLock { $0.board.acknowledge(alert, labels: labels, .init(by: name, at: now)) }
    }

    /// - Parameter until: nil ends a silence.
    /// - Returns: false if there was none to end.
    func silence(_ alert: String, labels: [String: String], until: Instant?, by name: String) -> Bool {
        state.withLock { state in
            guard let until else { return state.board.endSilence(of: alert) }
            state.board.silence(AlertSilence(alert: alert, labels: labels, until: until, by: name))
            return true
        }
    }

    func run(engine: DeskEngine) async {
        while !Task.isCancelled {
            let rules = engine.rules.active.watched
            let now = clock()
            let changes = state.withLock { state in
                state.meter.count(rules.compactMap(\.options.own))
                state.meter.advance(to: now)
                return state.board.evaluate(rules: rules, on: state.meter, at: now)
            }
            for change in changes { await engine.tell(change) }
            await engine.tellSetAsides(at: now)
            await engine.rules.lookAfterRollout(at: now)
            try? await Task.sleep(for: .seconds(1))
        }
    }
}

extension DeskEngine {
    /// Writes, once for each time, that a rule has been set aside because it kept failing.
    func tellSetAsides(at now: Instant) async {
        for aside in rules.newSetAsides(at: now) {
            let event = Event.Draft(
                .ruleSetAside, actor: .bot(aside.rule),
                payload: [
                    "rule": .string(aside.rule), "rule_set": .string(aside.ruleSet), "since": .string(aside.since.rfc3339),
                    "until": .string(aside.until.rfc3339),
                ])
            _ = try? await store.append(Entry(at: now, events: [event]))
            logger.warning(
                "A rule keeps failing and is set aside for a while.",
                metadata: [
                    "rule": "\(aside.rule)", "set": "\(aside.ruleSet.prefix(12))", "until": "\(aside.until.rfc3339)",
                ])
        }
    }

    /// Writes that an alert began or ended, and tells whom the rule names.
    func tell(_ change: AlertChange) async {
        if change.isTransition {
            do { _ = try await store.append(Entry(at: clock(), events: [change.draft])) } catch {
                logger.error("An alert could not be written.", metadata: ["alert": "\(change.rule.id)", "error": "\(error)"])
            }
        }
        guard change.notifies else { return }
        tellOutside(change.rule.notify, change.text, by: change.rule.id)
    }

    /// Tells whom a rule names beyond the desk, by plugins that can; who is at the desk reads it there. Each ends by the notifier's own
    /// time limit.
    func tellOutside(_ names: [String], _ text: String, by rule: String) {
        for to in names where !to.hasPrefix("team:") && !to.hasPrefix("agent:") {
            Task {
                let why: String
                switch await plugins.notify(to: to, text: text) {
                case .sent: return
                case .retry(let reason, _), .held(let reason), .failed(let reason), .withheld(let reason),
                    .misconfigured(let reason):
                    why = reason
                }
                // Without the address behind the channel: it is somebody's.
                let channel = to.split(separator: ":", maxSplits: 1).first.map(String.init) ?? to
                logger.warning(
                    "A rule's notification told nobody.", metadata: ["rule": "\(rule)", "to": "\(channel)", "why": "\(why)"])
            }
        }
    }
}

extension AlertChange {
    /// A line for a person: what, by how much, where.
    var text: String {
        let place = labels.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        let figure = value.map { "\(rule.measure) \(rule.statistic.rawValue) = \(($0 * 100).rounded() / 100)" } ?? rule.measure
        let state = kind == .raised ? "raised" : "over"
        return "[\(rule.severity)] \(rule.id) \(state): \(figure)\(place.isEmpty ? "" : " (\(place))"). \(rule.why)"
    }
}
