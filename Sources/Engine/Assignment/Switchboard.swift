// SPDX-License-Identifier: Apache-2.0
import Desk

/// Who waits and who is free: the plain state behind assignment.
///
/// A pure value; `Roster` guards it with a lock. A place with an agent is taken here *before* the commit that records it and given
/// back if the commit fails, so that two conversations never take the same last place.
struct Switchboard: Sendable {
    /// A conversation that waits for a person.
    struct Waiting: Sendable, Hashable {
        let conversation: ID<Conversation>
        let customer: ID<Customer>
        let priority: Int
        let queuedAt: Instant
        let team: String?
        let skills: [String]
        let strategy: AssignmentStrategy
        let lastAgent: ID<Agent>?

        init(_ conversation: Conversation) {
            self.conversation = conversation.id
            customer = conversation.customer
            priority = conversation.priority
            queuedAt = conversation.queuedAt ?? conversation.updatedAt
            team = conversation.team
            skills = conversation.skills
            strategy = conversation.strategy
            lastAgent = conversation.lastAgent
        }

        /// Higher priority first, then the longer wait.
        func isServed(before other: Waiting) -> Bool {
            if priority != other.priority { return priority > other.priority }
            return queuedAt != other.queuedAt ? queuedAt < other.queuedAt : conversation < other.conversation
        }
    }

    private(set) var agents: [ID<Agent>: Agent] = [:]
    private(set) var teams: [String: Team] = [:]
    private(set) var queue: [ID<Conversation>: Waiting] = [:]
    /// How many of the queue each team has; "": no team yet. Counted as they come and go: on a sale day thousands wait.
    private var queues: [String: Int] = [:]
    /// Whose each conversation is: those that fill a place.
    private var places: [ID<Conversation>: ID<Agent>] = [:]
    private var loads: [ID<Agent>: Int] = [:]
    private var lastGiven: [ID<Agent>: Instant] = [:]

    mutating func put(_ agent: Agent) { agents[agent.id] = agent }
    mutating func put(_ team: Team) { teams[team.id] = team }

    func load(of agent: ID<Agent>) -> Int { loads[agent] ?? 0 }

    /// Brings the picture of one conversation up to date after a commit.
    mutating func note(_ conversation: Conversation) {
        wait(conversation.id, conversation.state == .queued ? Waiting(conversation) : nil)
        let holder = conversation.state == .assigned ? conversation.agent : nil
        move(conversation.id, to: holder)
    }

    mutating func forget(_ conversation: ID<Conversation>) {
        wait(conversation, nil)
        move(conversation, to: nil)
    }

    private mutating func wait(_ conversation: ID<Conversation>, _ waiting: Waiting?) {
        let before = queue[conversation]
        queue[conversation] = waiting
        guard before?.team != waiting?.team || (before == nil) != (waiting == nil) else { return }
        if let before {
            let left = queues[before.team ?? "", default: 0] - 1
            queues[before.team ?? ""] = left > 0 ? left : nil
        }
        if let waiting { queues[waiting.team ?? "", default: 0] += 1 }
    }

    /// Takes a place with the agent whom the strategy picks, and the conversation out of the queue.
    mutating func reserve(_ waiting: Waiting, at now: Instant) -> ID<Agent>? {
        let candidates = agents.values.map { Candidate(agent: $0, load: load(of: $0.id), lastGiven: lastGiven[$0.id]) }
        guard
            let chosen = waiting.strategy.pick(
                from: candidates, team: waiting.team, skills: waiting.skills, last: waiting.lastAgent)
        else { return nil }
        let agent = chosen.agent.id
        wait(waiting.conversation, nil)
        move(waiting.conversation, to: agent)
        lastGiven[agent] = now
        agents[agent]?.idleSince = now
        return agent
    }

    /// The next conversation that somebody free may take, with the place already taken.
    mutating func next(at now: Instant) -> (waiting: Waiting, agent: ID<Agent>)? {
        guard agents.values.contains(where: { $0.presence == .online && load(of: $0.id) < $0.capacity }) else { return nil }
        for waiting in queue.values.sorted(by: { $0.isServed(before: $1) }) {
            if let agent = reserve(waiting, at: now) { return (waiting, agent) }
        }
        return nil
    }

    private mutating func move(_ conversation: ID<Conversation>, to agent: ID<Agent>?) {
        let before = places[conversation]
        guard before != agent else { return }
        if let before { loads[before] = max(0, load(of: before) - 1) }
        if let agent { loads[agent] = load(of: agent) + 1 }
        places[conversation] = agent
    }

    /// What rules may know about the desk.
    func view(at now: Instant) -> DeskView {
        var view = DeskView(queueLength: queue.count)
        view.queues = queues
        for agent in agents.values where agent.presence == .online {
            for team in agent.teams { view.online[team, default: 0] += 1 }
        }
        for team in teams.values { if let hours = team.hours { view.open[team.id] = hours.isOpen(at: now) } }
        return view
    }
}
