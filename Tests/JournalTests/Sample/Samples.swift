// SPDX-License-Identifier: Apache-2.0
import Desk

extension Conversation {
    /// Every field set.
    static func full(_ id: ID<Conversation>, customer: ID<Customer>, at: Instant) -> Conversation {
        var it = Conversation(id: id, customer: customer, channel: "wx", startedAt: at)
        it.state = .assigned
        it.team = "after_sales"
        it.agent = ID(11)
        it.priority = 7
        it.tags = ["angry", "退款"]
        it.attributes = ["order": "A1", "n": 3]
        it.mood = -0.625
        it.sla = "vip"
        it.updatedAt = at + .seconds(1)
        it.waitingSince = at + .seconds(2)
        it.personWantedSince = at + .seconds(3)
        it.queuedAt = at + .seconds(4)
        it.assignedAt = at + .seconds(5)
        it.lastCustomerMessageAt = at + .seconds(6)
        it.lastReplyAt = at + .seconds(7)
        it.resolvedAt = at + .seconds(8)
        it.lastAgent = ID(12)
        it.fired = ["angry_and_waiting": at, "b": at + .seconds(9)]
        it.reopenings = 2
        it.strategy = .sticky
        it.skills = ["en"]
        var flow = FlowRecord(
            flow: "return_goods", version: 3, ruleSet: "cafe", stage: "ask", state: ["order": "A1"], startedAt: at)
        flow.journal = [.init(label: "order", hash: "h1", result: "A1")]
        flow.wait = .init(
            kind: .ask, label: "reason", hash: "h2", until: at + .seconds(600), detail: ["retries": 2])
        flow.step = 4
        it.flow = flow
        return it
    }
}

extension Ticket {
    /// Every field set.
    static func full(_ id: ID<Ticket>, at: Instant) -> Ticket {
        var it = Ticket(
            id: id, number: 12, status: .pending, subject: "坏了", category: "repair", type: "incident", priority: .urgent,
            requester: ID(1), conversation: ID(2), team: "after_sales", assignee: ID(3), tags: ["x"],
            fields: ["serial": "S1"], createdAt: at)
        it.followers = [ID(4), ID(5)]
        it.updatedAt = at + .seconds(1)
        it.firstReplyAt = at + .seconds(2)
        it.solvedAt = at + .seconds(3)
        it.closedAt = at + .seconds(4)
        it.pausedSince = at + .seconds(5)
        it.paused = .milliseconds(90_500)
        it.reopenings = 1
        it.satisfaction = 5
        return it
    }
}
