// SPDX-License-Identifier: Apache-2.0

/// Who of a team's free agents gets the next conversation.
package enum AssignmentStrategy: String, Sendable, Hashable, CaseIterable {
    /// In turn, by when they were given one last.
    case roundRobin = "round_robin"
    /// The smallest share of capacity in use.
    case leastLoaded = "least_loaded"
    /// Whoever has had nothing new for longest.
    case longestIdle = "longest_idle"
    /// The agent who had this customer last, if free; otherwise the least loaded.
    case sticky
}

/// An agent as assignment sees one.
package struct Candidate: Sendable, Hashable {
    package let agent: Agent
    /// Conversations now.
    package let load: Int
    /// When a conversation was last given to this agent; nil if never.
    package let lastGiven: Instant?
    package init(agent: Agent, load: Int, lastGiven: Instant?) {
        self.agent = agent
        self.load = load
        self.lastGiven = lastGiven
    }
}

extension AssignmentStrategy {
    /// Picks one of the candidates who may take it: online, in the team, with all skills, below capacity.
    ///
    /// Ties go to the lowest agent id, so that the same situation always ends the same way.
    /// - Parameter team: nil for any team.
    /// - Parameter last: the agent who had this customer before, for `sticky`.
    package func pick(
        from candidates: [Candidate], team: String?, skills: [String] = [], last: ID<Agent>? = nil
    ) -> Candidate? {
        let free = candidates.filter { candidate in
            candidate.agent.presence == .online && candidate.load < candidate.agent.capacity
                && (team.map(candidate.agent.teams.contains) ?? true)
                && skills.allSatisfy(candidate.agent.skills.contains)
        }
        func share(_ candidate: Candidate) -> Double { Double(candidate.load) / Double(max(1, candidate.agent.capacity)) }
        func first(_ key: (Candidate) -> (Double, Int64)) -> Candidate? {
            free.min { a, b in
                let (x, y) = (key(a), key(b))
                return x != y ? x < y : a.agent.id < b.agent.id
            }
        }
        switch self {
        case .sticky:
            return free.first { $0.agent.id == last } ?? first { (share($0), $0.agent.idleSince.milliseconds) }
        case .leastLoaded:
            return first { (share($0), $0.agent.idleSince.milliseconds) }
        case .roundRobin:
            return first { (0, $0.lastGiven?.milliseconds ?? 0) }
        case .longestIdle:
            return first { (0, $0.agent.idleSince.milliseconds) }
        }
    }
}

extension Conversation {
    /// Whether this queued conversation is served before another: higher priority, then the longer wait, then the older id.
    package func isServed(before other: Conversation) -> Bool {
        if priority != other.priority { return priority > other.priority }
        let (mine, theirs) = (queuedAt ?? updatedAt, other.queuedAt ?? other.updatedAt)
        return mine != theirs ? mine < theirs : id < other.id
    }
}
