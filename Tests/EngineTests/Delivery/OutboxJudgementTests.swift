// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Testing

@testable import Engine

@Suite("What follows from a send")
struct OutboxJudgementTests {
    let now = Instant(seconds: 1_000_000)
    let options = OutboxOptions()

    func item(_ attempts: Int = 0, recipient: String = "open-id", due: Instant? = nil, message: Int64 = 1) -> OutboxItem {
        OutboxItem(
            message: ID(message), conversation: ID(2), channel: "wx", recipient: recipient, attempts: attempts,
            dueAt: due ?? now, queuedAt: now)
    }

    func judge(_ outcome: SendOutcome, _ attempts: Int = 0) -> Outbox.Verdict {
        Outbox.judge(outcome, item(attempts), options, at: now, draw: 1)
    }

    @Test("sent: the item goes, the platform's id is kept")
    func sent() {
        let verdict = judge(.sent(externalID: "x1"))
        #expect(verdict == .init(next: nil, delivery: .sent, externalID: "x1"))
    }

    @Test("not now: again after exponential back-off", arguments: [(0, 1), (1, 2), (2, 4), (6, 64)])
    func retry(_ attempts: Int, _ seconds: Int) {
        let verdict = judge(.retry(reason: "busy", after: nil), attempts)
        #expect(verdict.next?.dueAt == now + .seconds(seconds))
        #expect(verdict.next?.attempts == attempts + 1)
        #expect(verdict.delivery == nil)
    }

    @Test("the platform's own time wins over the back-off")
    func retryAfter() {
        #expect(judge(.retry(reason: "45011", after: .seconds(60))).next?.dueAt == now + .seconds(60))
    }

    @Test("after the last try it is a dead letter that can be looked at")
    func dead() {
        let verdict = judge(.retry(reason: "busy", after: nil), options.attempts - 1)
        #expect(verdict.next?.state == .dead)
        #expect(verdict.delivery == .failed(reason: "busy"))
    }

    @Test("never: dead at once, with the reason")
    func failed() {
        let verdict = judge(.failed(reason: "window_closed"))
        #expect(verdict.next?.state == .dead)
        #expect(verdict.next?.reason == "window_closed")
        #expect(verdict.delivery == .failed(reason: "window_closed"))
    }

    @Test("no quota: held, not failed")
    func held() {
        let verdict = judge(.held(reason: "45047"))
        #expect(verdict.next?.state == .held)
        #expect(verdict.delivery == nil)
    }

    @Test("a wrong configuration stops the channel and costs no try")
    func misconfigured() {
        let verdict = judge(.misconfigured(reason: "40125"), 3)
        #expect(verdict.stopsChannel)
        #expect(verdict.next?.attempts == 3)
        #expect(verdict.next?.dueAt == now + options.rest)
    }

    @Test("a later message of a customer never overtakes an earlier one that waits")
    func lines() {
        let items = [
            item(recipient: "a", due: now + .seconds(5), message: 1), item(recipient: "a", message: 2),
            item(recipient: "b", message: 3), item(recipient: "b", message: 4),
        ]
        let lines = Outbox.lines(items, dueBy: now)
        #expect(lines.due.map(\.message.number) == [3])
        #expect(lines.next == now + .seconds(5))
    }

    @Test("back-off grows, has a roof, and never shrinks below half")
    func backoff() {
        let backoff = Backoff()
        for attempt in 1...40 {
            let most = backoff.delay(after: attempt, draw: 1), least = backoff.delay(after: attempt, draw: 0)
            #expect(most <= .seconds(300))
            #expect(least.inMilliseconds == most.inMilliseconds / 2)
        }
        #expect(backoff.delay(after: 10, draw: 1) == .seconds(300))
    }

    @Test("a bucket lets a burst through, then its rate")
    func bucket() {
        var bucket = TokenBucket(rate: 10, burst: 3, now: now)
        #expect((0..<3).allSatisfy { _ in bucket.take(at: now) == nil })
        #expect(bucket.take(at: now) == .milliseconds(100))
        #expect(bucket.take(at: now + .milliseconds(100)) == nil)
        #expect(bucket.take(at: now + .milliseconds(100)) == .milliseconds(100))
        #expect((0..<3).allSatisfy { _ in bucket.take(at: now + .seconds(60)) == nil })
        #expect(bucket.take(at: now + .seconds(60)) != nil)
    }
}
