// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@Suite("what the domain's values write, they read again")
struct DeskValueTests {
    let at = Instant(milliseconds: 1_763_700_000_123)

    @Test("a customer, full and bare")
    func customer() throws {
        let bare = Customer(id: ID(77), createdAt: at)
        #expect(Customer(value: bare.value) == bare)
        let full = Customer(
            id: ID(78), name: "王芳", language: "zh-CN", attributes: ["vip_level": 4, "none": nil, "list": [1, 2.5]],
            tags: ["a", "b"], isTest: true, createdAt: at, lastSeenAt: at + .seconds(5))
        #expect(Customer(value: full.value) == full)
        #expect(try Customer(value: Value(json: full.value.json)) == full)
        #expect(Customer(value: ["id": "c0000000000001"]) == nil)
        #expect(bare.value.object?.names == ["id", "attributes", "tags", "is_test", "created_at", "last_seen_at"])
    }

    @Test("an identity")
    func identity() {
        let identity = Identity(channel: "wx", externalID: "open id", customer: ID(9))
        #expect(Identity(value: identity.value) == identity)
        #expect(Identity(value: ["channel": "wx"]) == nil)
    }

    @Test("a conversation with everything in it")
    func conversation() throws {
        let full = Conversation.full(ID(5), customer: ID(6), at: at)
        #expect(Conversation(value: full.value) == full)
        #expect(try Conversation(value: Value(json: full.value.json)) == full)
        var bare = Conversation(id: ID(5), customer: ID(6), channel: "wx", startedAt: at)
        #expect(Conversation(value: bare.value) == bare)
        #expect(bare.value["_fired"] == nil)
        #expect(bare.value.object?["_flow"] == nil)
        bare.mood = 1
        #expect(Conversation(value: bare.value)?.mood == 1)
        var broken = full.value
        broken["_flow"] = ["flow": "x"]
        #expect(Conversation(value: broken) == nil)
    }

    @Test("a flow's wait may last for ever, and a result may be null")
    func flow() {
        var record = FlowRecord(flow: "f", version: 1, ruleSet: "ab", stage: "s", state: .null, startedAt: at)
        record.journal = [.init(label: "l", hash: "h", result: .null), .init(label: "m", hash: "h", result: ["a": 1])]
        record.wait = .init(kind: .event, label: "l", hash: "h", until: nil, detail: .null)
        #expect(FlowRecord(value: record.value) == record)
    }

    @Test("a ticket, with and without number")
    func ticket() {
        var ticket = Ticket(id: ID(1), subject: "退货", createdAt: at)
        #expect(Ticket(value: ticket.value) == ticket)
        #expect(ticket.value.object?["number"] == nil)
        ticket = .full(ID(2), at: at)
        #expect(Ticket(value: ticket.value) == ticket)
        #expect(ticket.value["paused_ms"] == 90_500)
    }

    @Test("agents and teams, hours with holidays and working Sundays")
    func teams() {
        let agent = Agent(
            id: ID(3), name: "李", role: .lead, teams: ["a"], skills: ["en"], capacity: 3, presence: .away, idleSince: at)
        #expect(Agent(value: agent.value) == agent)
        let hours = BusinessHours(
            offset: .seconds(-3 * 3600), week: [1: [.init(start: 0, end: 720), .init(start: 780, end: 1440)], 7: []],
            holidays: [CalendarDay(year: 2026, month: 10, day: 1)],
            exceptions: [CalendarDay(year: 2026, month: 10, day: 10): [.init(start: 540, end: 545)]])
        #expect(BusinessHours(value: hours.value) == hours)
        #expect(hours.value["week"]?["1"] == ["00:00-12:00", "13:00-24:00"])
        for team in [Team(id: "t", name: "T"), Team(id: "t", name: "T", hours: hours, strategy: .sticky)] {
            #expect(Team(value: team.value) == team)
        }
    }

    @Test(
        "hours that cannot be read are refused",
        arguments: [
            ["week": ["8": []]], ["week": ["1": ["9:00-10:00"]]], ["week": ["1": ["10:00-09:00"]]],
            ["week": ["1": ["10:00-24:30"]]], ["week": ["1": [7]]], ["holidays": ["2026-02-30"]],
            ["exceptions": ["monday": []]],
        ] as [Value])
    func brokenHours(_ value: Value) {
        #expect(BusinessHours(value: value) == nil)
        #expect(Team(value: ["id": "t", "name": "T", "hours": value]) == nil)
    }
}
