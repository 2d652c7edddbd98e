// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import LuaDeskClient

@Suite("The outbox keeps the order in which the customer wrote")
struct OutboxTests {
    private func filled() -> Outbox {
        var outbox = Outbox()
        for id in ["1", "2", "3"] { outbox.add(.sample(id)) }
        return outbox
    }

    @Test("first in, first to be sent")
    func order() {
        var outbox = filled()
        var sent: [String] = []
        while let item = outbox.next {
            sent.append(item.clientID)
            outbox.remove(item.clientID)
        }
        #expect(sent == ["1", "2", "3"])
    }

    @Test("one that was refused holds nobody up, and goes to the end when it is tried again")
    func refused() {
        var outbox = filled()
        outbox.change("1") { $0.failure = "no" }
        #expect(outbox.next?.clientID == "2")
        #expect(outbox["1"]?.message(isSending: false).state == .failed(reason: "no"))
        let retried = ["1", "2", "9"].map { outbox.retry($0) }
        #expect(retried == [.sample("1"), nil, nil], "only the first was refused")
        #expect(outbox.items.map(\.clientID) == ["2", "3", "1"])
    }

    @Test("what is not there any more is neither changed nor removed")
    func gone() {
        var outbox = filled()
        outbox.change("9") { $0.failure = "no" }
        let removed = outbox.remove("9")
        #expect(removed == nil)
        #expect(outbox == filled())
    }

    @Test("its message says how far it is", arguments: [true, false])
    func state(isSending: Bool) {
        let message = Outbox.Item.sample("1", "hello").message(isSending: isSending)
        #expect(message.state == (isSending ? .sending : .queued))
        #expect(message.id == "1" && message.isOwn && message.messageID == nil && message.seq == nil)
    }
}
