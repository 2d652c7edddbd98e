// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal

extension DeskEngine {
    /// Sets an agent's presence; own presence for agents, anybody's for leads.
    ///
    /// Going offline keeps what the agent has: a lead or the agent gives it back. Coming online drains the queue at once.
    package func setPresence(
        _ id: ID<Agent>, _ presence: Agent.Presence, by principal: Principal
    ) async throws -> Agent {
        if principal.agent != id { try principal.require(.manageTeam) }
        return try await work {
            guard var agent = self.roster.read({ $0.agents[id] }) else { throw DeskError.missing("agent", id) }
            guard agent.presence != presence else { return agent }
            if presence == .online { agent.idleSince = self.clock() }
            agent.presence = presence
            let event = Event.Draft(
                .agentPresence, actor: principal.actor,
                payload: [
                    "agent": .string(id.text), "presence": .string(presence.rawValue),
                ])
            _ = try await self.store.append(Entry(at: self.clock(), events: [event], changes: [.agent(agent)]))
            self.roster.change { [agent] in $0.put(agent) }
            self.hub.pass(.presence(agent: id, presence), customer: nil)
            self.queueBell.ring()
            return agent
        }
    }

    /// Makes an agent (`id` nil) or changes one: `name`, `role`, `teams`, `skills`, `capacity`.
    package func putAgent(_ patch: Value, id: ID<Agent>?, by principal: Principal) async throws -> Agent {
        try principal.require(.manageTeam)
        try Patch.check(patch, allowed: ["name", "role", "teams", "skills", "capacity"])
        return try await work {
            var agent: Agent
            if let id {
                guard let known = self.roster.read({ $0.agents[id] }) else { throw DeskError.missing("agent", id) }
                agent = known
            } else {
                guard patch["name"] != nil else { throw DeskError(.invalid, "name: missing.", facts: ["field": "name"]) }
                agent = Agent(id: self.ids.next(), name: "", teams: [], idleSince: self.clock())
            }
            if let name = try Patch.text(patch, "name", limit: 100) { agent.name = name }
            if let role = try Patch.choice(patch, "role", Role.self) { agent.role = role }
            if let teams = try Patch.texts(patch, "teams") {
                for team in teams where self.roster.read({ $0.teams[team] }) == nil {
                    throw DeskError(.invalid, "teams: there is no team \(team).", facts: ["field": "teams"])
                }
                agent.teams = teams
            }
            if let skills = try Patch.texts(patch, "skills") { agent.skills = skills }
            if let capacity = try Patch.int(patch, "capacity", in: 0...100) { agent.capacity = capacity }
            try await self.write(agent, by: principal.actor)
            return agent
        }
    }

    private func write(_ agent: Agent, by actor: Actor) async throws {
        let event = Event.Draft(.agentChanged, actor: actor, payload: ["agent": agent.value])
        _ = try await store.append(Entry(at: clock(), events: [event], changes: [.agent(agent)]))
        roster.change { $0.put(agent) }
        queueBell.ring()
    }

    /// Makes or changes a team: `name`, `strategy`, `hours`.
    package func putTeam(_ patch: Value, id: String, by principal: Principal) async throws -> Team {
        try principal.require(.manageTeam)
        try Patch.check(patch, allowed: ["name", "strategy", "hours"])
        guard !id.isEmpty, id.count <= 64, id.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") })
        else {
            throw DeskError(.invalid, "A team's id is a word of letters, digits, _ and -.", facts: ["field": "id"])
        }
        return try await work {
            var team = self.roster.read { $0.teams[id] } ?? Team(id: id, name: id)
            if let name = try Patch.text(patch, "name", limit: 100) { team.name = name }
            if let strategy = try Patch.choice(patch, "strategy", AssignmentStrategy.self) { team.strategy = strategy }
            if let hours = patch["hours"] {
                guard let parsed = BusinessHours(value: hours) else {
                    throw DeskError(.invalid, "hours: not understood.", facts: ["field": "hours"])
                }
                team.hours = parsed
            }
            try await self.write(team, by: principal.actor)
            return team
        }
    }

    private func write(_ team: Team, by actor: Actor) async throws {
        let event = Event.Draft(.teamChanged, actor: actor, payload: ["team": team.value])
        _ = try await store.append(Entry(at: clock(), events: [event], changes: [.team(team)]))
        roster.change { $0.put(team) }
    }

    /// Writes the configuration's teams, agents and channels where they are new or changed. Agents are found by name; what an
    /// operator changed through the API is kept unless the configuration changed too.
    func seedPeople() async throws {
        let teams = Dictionary(try await store.teams().map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        var wanted = options.teams
        if !wanted.contains(where: { $0.id == options.fallbackTeam }), teams[options.fallbackTeam] == nil {
            wanted.append(Team(id: options.fallbackTeam, name: options.fallbackTeam))
        }
        for team in wanted where teams[team.id] != team { try await write(team, by: .system) }
        let agents = Dictionary(try await store.agents().map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        for seed in options.agents where agents[seed.name] == nil {
            try await write(
                Agent(
                    id: ids.next(), name: seed.name, role: seed.role, teams: seed.teams, skills: seed.skills,
                    capacity: seed.capacity, idleSince: clock()),
                by: .system)
        }
        for channel in options.channels {
            let record = ChannelRecord(id: channel.id, plugin: channel.plugin)
            _ = try await store.append(Entry(at: clock(), changes: [.channel(record)]))
        }
    }

    /// Changes a customer: `name`, `language`, `attributes` (laid over), `tags`.
    package func changeCustomer(_ id: ID<Customer>, patch: Value, by principal: Principal) async throws -> Customer {
        guard principal.role.may(.editCustomers) || principal.role.may(.answer) else {
            throw DeskError(.forbidden, "Role \(principal.role.rawValue) may not change customers.")
        }
        try Patch.check(patch, allowed: ["name", "language", "attributes", "tags", "is_test"])
        return try await work {
            let changed = try await self.inTurn(of: id) { id in
                var file = try await self.customerFile(id)
                if let name = try Patch.text(patch, "name", limit: 100) { file.customer.name = name }
                if let language = try Patch.text(patch, "language", limit: 20) { file.customer.language = language }
                if let tags = try Patch.texts(patch, "tags") { file.customer.tags = tags }
                if let isTest = patch["is_test"]?.bool { file.customer.isTest = isTest }
                if let attributes = try Patch.object(patch, "attributes") {
                    file.customer.attributes = file.customer.attributes.merging(attributes).compact()
                }
                let event = Event.Draft(
                    .customerChanged, conversation: file.conversation?.id, customer: id, actor: principal.actor, payload: patch)
                _ = try await self.store.append(Entry(at: self.clock(), events: [event], changes: [.customer(file.customer)]))
                self.files[id] = file
                return file.customer
            }
            try await self.releaseHeldReplies(of: changed.id)
            return changed
        }
    }
}
