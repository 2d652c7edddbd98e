// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import Testing

@testable import Engine

@Suite("Merging customers", .timeLimit(.minutes(10)))
struct MergingTests {
    private func say(
        _ text: String, _ desk: TestDesk, on channel: String, as sender: String, id: String = UUID().uuidString
    ) async throws -> Intake {
        try await desk.engine.receive(InboundMessage(channel: channel, sender: sender, externalID: id, content: .text(text)))
    }

    private func identities(_ id: ID<Customer>, _ desk: TestDesk) async throws -> [String] {
        try await desk.engine.store.identities(of: id).map { "\($0.channel):\($0.externalID)" }
    }

    private func conversations(_ id: ID<Customer>, _ desk: TestDesk) async throws -> [ID<Conversation>] {
        try await desk.engine.store.conversations(ConversationFilter(customer: id), Page(limit: 50)).map(\.id)
    }

    @Test("a merge takes all of the other along, and the way back gives each what was theirs") func thereAndBack() async throws {
        try await JoiningTests.with { desk in
            let engine = desk.engine
            let one = try await say("one", desk, on: "mini", as: "a")
            let other = try await say("other", desk, on: "sms", as: "b")
            _ = try await engine.changeCustomer(other.customer, patch: ["name": "Lin", "tags": ["vip"]], by: TestDesk.admin)
            let ticket = try await engine.openTicket(
                TicketDraft(subject: "Broken"), requester: other.customer, conversation: other.conversation, by: TestDesk.admin)
            let before = (
                try await engine.store.customer(one.customer), try await engine.store.customer(other.customer),
                try await engine.store.conversation(other.conversation)
            )

            let kept = try await engine.mergeCustomer(one.customer, with: other.customer, by: TestDesk.admin)
            #expect(kept.id == one.customer && kept.name == "Lin" && kept.tags == ["vip"] && kept.merged == [other.customer])
            #expect(try await identities(kept.id, desk) == ["mini:a", "sms:b"])
            #expect(try await identities(other.customer, desk).isEmpty)
            #expect(try await conversations(kept.id, desk) == [one.conversation, other.conversation])
            #expect(try await engine.store.ticket(ticket.id)?.requester == kept.id)
            #expect(try await engine.changeCustomer(other.customer, patch: ["language": "en"], by: TestDesk.admin).id == kept.id)
            let again = await #expect(throws: DeskError.self) {
                try await engine.mergeCustomer(other.customer, with: one.customer, by: TestDesk.admin)
            }
            #expect(again?.code == .conflict)

            let parted = try await engine.unmergeCustomer(one.customer, from: nil, by: TestDesk.admin)
            #expect(try await identities(one.customer, desk) == ["mini:a"])
            #expect(try await identities(other.customer, desk) == ["sms:b"])
            #expect(try await conversations(one.customer, desk) == [one.conversation])
            #expect(try await engine.store.conversation(other.conversation) == before.2)
            #expect(try await engine.store.ticket(ticket.id)?.requester == other.customer)
            #expect(parted.customer.name == before.0?.name && parted.customer.tags == before.0?.tags)
            #expect(parted.other.name == "Lin" && parted.other.tags == ["vip"] && parted.other.mergedInto == nil)
            let kinds = try await desk.kinds()
            #expect(kinds.filter { $0 == .customerMerged || $0 == .customerUnmerged } == [.customerMerged, .customerUnmerged])
            let nothing = await #expect(throws: DeskError.self) {
                try await engine.unmergeCustomer(one.customer, from: nil, by: TestDesk.admin)
            }
            #expect(nothing?.code == .conflict)
        }
    }

    @Test("an auditor and an integration without the right merge nobody") func forbidden() async throws {
        try await JoiningTests.with { desk in
            let one = try await say("one", desk, on: "mini", as: "a")
            let other = try await say("other", desk, on: "sms", as: "b")
            let auditor = Principal(name: "audit", role: .auditor)
            let error = await #expect(throws: DeskError.self) {
                try await desk.engine.mergeCustomer(one.customer, with: other.customer, by: auditor)
            }
            #expect(error?.code == .forbidden)
        }
    }

    @Test("what came in since the merge goes with the identity it came through") func since() async throws {
        try await JoiningTests.with { desk in
            let engine = desk.engine
            let one = try await say("one", desk, on: "mini", as: "a")
            let other = try await say("other", desk, on: "sms", as: "b")
            for each in [one, other] { _ = try await engine.resolve(each.conversation, by: TestDesk.admin) }
            _ = try await engine.mergeCustomer(one.customer, with: other.customer, by: TestDesk.admin)
            desk.clock.advance(by: .seconds(3 * 86_400))
            let byOther = try await say("new", desk, on: "sms", as: "b")
            #expect(byOther.customer == one.customer && byOther.conversation != other.conversation)
            _ = try await engine.resolve(byOther.conversation, by: TestDesk.admin)
            desk.clock.advance(by: .seconds(3 * 86_400))
            let byOne = try await say("newer", desk, on: "mini", as: "a")
            _ = try await engine.unmergeCustomer(other.customer, from: nil, by: TestDesk.admin)
            #expect(try await conversations(one.customer, desk) == [one.conversation, byOne.conversation])
            #expect(try await conversations(other.customer, desk) == [other.conversation, byOther.conversation])
            #expect(try await say("still", desk, on: "sms", as: "b").customer == other.customer)
            #expect(try await say("still", desk, on: "mini", as: "a").customer == one.customer)
        }
    }

    @Test("a conversation that moved to the other's channel answers its own customer after the parting") func repliesGoHome()
        async throws
    {
        try await JoiningTests.with { desk in
            let engine = desk.engine
            let one = try await say("one", desk, on: "mini", as: "a")
            _ = try await engine.handOff(one.conversation, team: "service", note: nil, by: TestDesk.admin)
            let other = try await say("other", desk, on: "sms", as: "b")
            _ = try await engine.mergeCustomer(one.customer, with: other.customer, by: TestDesk.admin)
            // People have it: there it goes on, whatever began later.
            #expect(try await say("me again", desk, on: "sms", as: "b").conversation == one.conversation)
            #expect(try await desk.conversation(one.conversation).channel == "sms")
            _ = try await engine.unmergeCustomer(one.customer, from: nil, by: TestDesk.admin)
            let home = try await desk.conversation(one.conversation)
            #expect(home.customer == one.customer && home.channel == "mini" && home.sender == "a")
            let reply = try await engine.reply(
                in: one.conversation, .text("for a"), note: false, clientID: nil, by: TestDesk.admin)
            #expect(reply.channel == "mini")
        }
    }

    @Test("who was said to be two people is not joined again by what both are known by") func apart() async throws {
        try await JoiningTests.with { desk in
            let phone = Arrival.sms("13800138000")
            let caller = try await JoiningTests.arrive(phone, desk)
            let mother = try await say("hello", desk, on: "mini", as: "m")
            _ = try await desk.engine.mergeCustomer(caller, with: mother.customer, by: TestDesk.admin)
            _ = try await desk.engine.unmergeCustomer(caller, from: mother.customer, by: TestDesk.admin)
            let profile: Value = ["phone": "13800138000", "verified": ["phone"]]
            let again = try await desk.engine.receive(
                InboundMessage(channel: "mini", sender: "m", externalID: "x", content: .text("hi"), profile: profile))
            #expect(again.customer == mother.customer)
            #expect(try await JoiningTests.arrive(phone, desk) == caller)
            // A person may still say so.
            #expect(try await desk.engine.mergeCustomer(caller, with: mother.customer, by: TestDesk.admin).id == caller)
        }
    }

    @Test("merges of merges answer for all, and each can be taken back") func nested() async throws {
        try await JoiningTests.with { desk in
            var intakes: [Intake] = []
            for name in ["a", "b", "c"] { intakes.append(try await say(name, desk, on: "mini", as: name)) }
            let (a, b, c) = (intakes[0].customer, intakes[1].customer, intakes[2].customer)
            _ = try await desk.engine.mergeCustomer(b, with: c, by: TestDesk.admin)
            _ = try await desk.engine.mergeCustomer(a, with: b, by: TestDesk.admin)
            #expect(try await desk.engine.survivor(of: c) == a)
            _ = try await desk.engine.unmergeCustomer(c, from: nil, by: TestDesk.admin)
            #expect(try await identities(c, desk) == ["mini:c"])
            #expect(try await identities(a, desk) == ["mini:a", "mini:b"])
            _ = try await desk.engine.unmergeCustomer(a, from: nil, by: TestDesk.admin)
            for (name, id) in [("a", a), ("b", b), ("c", c)] {
                #expect(try await identities(id, desk) == ["mini:\(name)"])
                #expect(try await say("again", desk, on: "mini", as: name).customer == id)
            }
        }
    }

    @Test("a merge outlives the process") func restart() async throws {
        let first = try await TestDesk(channels: JoiningTests.channels)
        let one = try await say("one", first, on: "mini", as: "a")
        let other = try await say("other", first, on: "sms", as: "b")
        _ = try await first.engine.mergeCustomer(one.customer, with: other.customer, by: TestDesk.admin)
        try await first.stop()
        let second = try await TestDesk(on: first, channels: JoiningTests.channels)
        #expect(try await say("again", second, on: "sms", as: "b").customer == one.customer)
        _ = try await second.engine.unmergeCustomer(one.customer, from: nil, by: TestDesk.admin)
        #expect(try await say("and again", second, on: "sms", as: "b").customer == other.customer)
        try await second.stop()
        second.remove()
    }

    @Test("a conversation in which both wrote stays whole, and agents are told where the other's words are") func shared()
        async throws
    {
        try await JoiningTests.with { desk in
            let engine = desk.engine
            let one = try await say("one", desk, on: "mini", as: "a")
            let other = try await say("other", desk, on: "sms", as: "b")
            _ = try await engine.handOff(one.conversation, team: "service", note: nil, by: TestDesk.admin)
            desk.clock.advance(by: .seconds(60))
            let merged = desk.clock.now()
            _ = try await engine.mergeCustomer(one.customer, with: other.customer, by: TestDesk.admin)
            desk.clock.advance(by: .seconds(60))
            #expect(try await say("in the other's", desk, on: "sms", as: "b").conversation == one.conversation)
            let seq = engine.store.head
            _ = try await engine.unmergeCustomer(one.customer, from: nil, by: TestDesk.admin)
            #expect(try await desk.conversation(one.conversation).customer == one.customer)
            let told = try await engine.store.events(after: seq, limit: 100, matching: .all).filter {
                $0.payload["parted"] != nil
            }
            #expect(told.map(\.conversation) == [one.conversation, other.conversation])
            #expect(told.map(\.customer) == [one.customer, other.customer])
            #expect(
                told.map(\.payload) == [
                    ["parted": ["since": .string(merged.rfc3339), "from": .string(other.customer.text)]],
                    [
                        "parted": [
                            "since": .string(merged.rfc3339), "from": .string(one.customer.text),
                            "conversation": .string(one.conversation.text),
                        ]
                    ],
                ])
            // Nobody wrote in between: there is nothing to tell.
            desk.clock.advance(by: .seconds(60))
            _ = try await engine.mergeCustomer(one.customer, with: other.customer, by: TestDesk.admin)
            desk.clock.advance(by: .seconds(60))
            let later = engine.store.head
            _ = try await engine.unmergeCustomer(one.customer, from: nil, by: TestDesk.admin)
            let events = try await engine.store.events(after: later, limit: 100, matching: .all)
            #expect(events.map(\.kind) == [.customerUnmerged])
        }
    }

    @Test(
        "messages that come in while customers are merged and parted are neither lost nor doubled, and keep their order",
        arguments: (1...12).map(UInt64.init))
    func interleaved(_ seed: UInt64) async throws {
        try await JoiningTests.with { desk in
            let engine = desk.engine
            let senders = [("mini", "a"), ("sms", "b"), ("mini", "c")]
            var firsts: [Intake] = []
            for (channel, sender) in senders { firsts.append(try await say("0", desk, on: channel, as: sender)) }
            let customers = firsts.map(\.customer)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, (channel, sender)) in senders.enumerated() {
                    group.addTask {
                        var dice = SplitMix(state: seed &* 100 &+ UInt64(index))
                        for number in 1...15 {
                            for _ in 0..<dice.next(below: 12) { await Task.yield() }
                            let id = "\(sender)-\(number)"
                            let intake = try await say("\(number)", desk, on: channel, as: sender, id: id)
                            // Platforms post a message again now and then.
                            if dice.next(below: 3) == 0 {
                                let again = try await say("\(number)", desk, on: channel, as: sender, id: id)
                                #expect(again.isDuplicate && again.message == intake.message)
                            }
                        }
                    }
                }
                group.addTask {
                    var dice = SplitMix(state: seed)
                    for _ in 0..<8 {
                        for _ in 0..<dice.next(below: 60) { await Task.yield() }
                        let (one, other) = (customers[dice.next(below: 3)], customers[dice.next(below: 3)])
                        do {
                            if dice.next(below: 3) == 0 {
                                _ = try await engine.unmergeCustomer(one, from: nil, by: TestDesk.admin)
                            } else {
                                _ = try await engine.mergeCustomer(one, with: other, by: TestDesk.admin)
                            }
                        } catch let error as DeskError where error.code == .conflict {}
                    }
                }
                try await group.waitForAll()
            }
            // Each message once, each sender's in order; each row's owner is one who stands for themselves.
            let messages = try await engine.store.messages(MessageFilter(), Page(limit: 1000))
            for (channel, sender) in senders {
                let own = messages.filter { $0.channel == channel && $0.externalID?.hasPrefix("\(sender)-") == true }
                #expect(own.map(\.content.text) == (1...15).map(String.init))
            }
            for conversation in try await engine.store.conversations(ConversationFilter(), Page(limit: 100)) {
                #expect(try await engine.survivor(of: conversation.customer) == conversation.customer)
            }
            // Taken apart again, everybody is who they were.
            for customer in customers {
                while try await engine.survivor(of: customer) != customer {
                    _ = try await engine.unmergeCustomer(customer, from: nil, by: TestDesk.admin)
                }
            }
            for (index, (channel, sender)) in senders.enumerated() {
                #expect(try await engine.store.customer(channel: channel, externalID: sender)?.id == customers[index])
                let home = try await desk.conversation(firsts[index].conversation)
                #expect(home.customer == customers[index] && home.sender == sender)
            }
        }
    }
}
