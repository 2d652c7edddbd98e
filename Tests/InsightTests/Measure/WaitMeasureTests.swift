// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Insight

@Suite("Waits") struct WaitMeasureTests {
    @Test("queue wait is from entering the queue to acceptance; the first response is the person's, from the hand-off")
    func basics() {
        var journal = SampleJournal()
        journal.starts(0)
        journal.replies(1, by: .bot("greeting"))
        journal.queues(20)
        journal.accepts(50)
        journal.replies(80)
        #expect(journal.value(.arrivals, .count, at: 100) == 1)
        #expect(journal.value(.queueWait, .max, at: 100) == 30)
        #expect(journal.value(.queueWait, .count, at: 100) == 1)
        #expect(journal.value(.firstResponseTime, .mean, at: 100) == 60)
        #expect(journal.value(.firstResponseTime, .count, at: 100) == 1)
    }

    @Test("one response a wait: what the agent writes later, a note and the bot's words do not count") func oncePerWait() {
        var journal = SampleJournal()
        journal.starts(0)
        journal.queues(0)
        journal.replies(5, by: .bot("position"))
        journal.add(7, .noteAdded, 1, actor: .agent(SampleJournal.agent), ["author": .string("agent:\(SampleJournal.agent)")])
        journal.accepts(10)
        journal.replies(40)
        journal.replies(90)
        #expect(journal.value(.firstResponseTime, .count, at: 100) == 1)
        #expect(journal.value(.firstResponseTime, .mean, at: 100) == 40)
    }

    @Test("after a reopening the wait begins anew, not at the creation days ago") func reopening() {
        var journal = SampleJournal()
        journal.starts(0)
        journal.queues(0)
        journal.accepts(5)
        journal.replies(10)
        journal.resolves(20)
        journal.reopens(200_000)
        journal.queues(200_000)
        journal.accepts(200_015)
        journal.replies(200_030)
        #expect(journal.value(.firstResponseTime, .max, at: 200_040) == 30)
        #expect(journal.value(.queueWait, .max, at: 200_040) == 15)
        #expect(journal.value(.arrivals, .count, at: 200_040) == 1)
        #expect(journal.value(.arrivals, .count, at: 200_040, over: .seconds(3 * 86_400)) == 2)
    }

    @Test("a conversation without queue: the wait begins when people take it from the bot") func takenFromBot() {
        var journal = SampleJournal()
        journal.starts(0)
        journal.accepts(30, from: "bot")
        journal.replies(42)
        #expect(journal.value(.firstResponseTime, .max, at: 50) == 12)
        #expect(journal.value(.queueWait, .count, at: 50) == 0)
    }

    @Test("an agent who gives it back before answering ends no wait; a transfer after the answer begins none") func transfer() {
        var journal = SampleJournal()
        journal.starts(0)
        journal.queues(0)
        journal.accepts(10)
        journal.queues(30, from: "assigned")
        journal.accepts(50)
        journal.replies(60)
        journal.queues(70, from: "assigned", team: "after_sales")
        journal.accepts(75, team: "after_sales")
        journal.replies(80)
        #expect(journal.value(.firstResponseTime, .count, at: 100) == 1)
        #expect(journal.value(.firstResponseTime, .max, at: 100) == 60)
        #expect(journal.value(.queueWait, .count, at: 100) == 3)
    }

    @Test("two teams: each has its part, everybody together the whole, once") func teams() {
        var journal = SampleJournal()
        journal.starts(0)
        journal.queues(0, team: "service")
        journal.queues(40, from: "queued", team: "after_sales")
        journal.accepts(50, team: "after_sales")
        journal.replies(70)
        #expect(journal.value(.queueWait, .max, at: 100) == 50)
        #expect(journal.value(.queueWait, .count, at: 100) == 1)
        #expect(journal.value(.queueWait, .max, at: 100, ["team": "service"]) == 40)
        #expect(journal.value(.queueWait, .max, at: 100, ["team": "after_sales"]) == 10)
        #expect(journal.value(.queueWait, .max, at: 100, ["channel": "mini"]) == 50)
        #expect(journal.value(.queueWait, .max, at: 100, ["channel": "mini", "team": "after_sales"]) == 10)
        #expect(journal.value(.firstResponseTime, .max, at: 100, ["team": "after_sales"]) == 30)
        #expect(journal.value(.arrivals, .count, at: 100) == 1)
        #expect(journal.value(.arrivals, .count, at: 100, ["team": "service"]) == 1)
        #expect(journal.value(.arrivals, .count, at: 100, ["team": "after_sales"]) == 1)
        #expect(journal.meter.labelSets(of: "queue_wait", by: ["team"]) == [["team": "after_sales"], ["team": "service"]])
    }

    @Test("who leaves the queue unserved is counted as abandoned and has no wait", arguments: ["resolved", "bot"])
    func abandoned(to: String) {
        var journal = SampleJournal()
        journal.starts(0)
        journal.queues(0)
        if to == "bot" {
            journal.add(60, .conversationReturned, 1, ["from": "queued", "to": "bot"])
        } else {
            journal.resolves(60, from: "queued")
        }
        #expect(journal.value(.queueWait, .count, at: 70) == 0)
        #expect(journal.value(.queueWait, .p90, at: 70) == nil)
        #expect(journal.value(.queueAbandoned, .count, at: 70, ["team": "service"]) == 1)
        #expect(journal.meter.waiting() == 0)
        journal.replies(80)
        #expect(journal.value(.firstResponseTime, .count, at: 90) == 0)
    }

    @Test("the longest now waiting shows in max although nobody has been served") func longestNow() {
        var journal = SampleJournal()
        journal.queues(0, 1)
        journal.queues(30, 2, team: "premium")
        #expect(journal.value(.queueWait, .max, at: 100) == 100)
        #expect(journal.value(.queueWait, .max, at: 100, ["team": "premium"]) == 70)
        #expect(journal.value(.queueWait, .p90, at: 100) == nil)
        #expect(journal.meter.waiting() == 2)
        #expect(journal.meter.waiting(labels: ["team": "premium"]) == 1)
        #expect(journal.meter.longestWaiting(at: journal.at(100)) == .seconds(100))
        journal.accepts(110, 1)
        #expect(journal.meter.longestWaiting(at: journal.at(110)) == .seconds(80))
    }

    @Test("a meter that began late believes the event's own wait") func lateStart() {
        var journal = SampleJournal()
        journal.accepts(100, waited: 45_000)
        #expect(journal.value(.queueWait, .max, at: 110) == 45)
        #expect(journal.value(.queueWait, .max, at: 110, ["team": "service"]) == 45)
        #expect(journal.value(.firstResponseTime, .count, at: 110) == 0)
    }
}
