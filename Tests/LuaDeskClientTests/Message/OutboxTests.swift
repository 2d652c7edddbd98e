// SPDX-License-Identifier: Apache-2.0
import Foundation
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
        #expect(retried.map { $0?.clientID } == ["1", nil, nil], "only the first was refused")
        #expect(outbox.items.map(\.clientID) == ["2", "3", "1"])
    }

    /// A picture whose file is still to be uploaded.
    private func picture(_ id: String) -> Outbox.Item {
        Outbox.Item(
            clientID: id, kind: .image, text: "", fields: [:], at: Date(timeIntervalSince1970: 1),
            attachment: .init(file: "attachment-\(id)", name: "a.png", type: "image/png", byteCount: 3))
    }

    @Test("words wait for no file, files for those before them; a file that failed holds nobody up")
    func files() {
        var outbox = Outbox()
        for item in [.sample("1"), picture("2"), picture("3"), .sample("4")] { outbox.add(item) }
        #expect(outbox.next?.clientID == "1" && outbox.nextUpload?.clientID == "2")
        outbox.remove("1")
        #expect(outbox.next?.clientID == "4")
        outbox.change("3") { $0.attachment = nil }
        #expect(outbox.next?.clientID == "4", "3 is uploaded, and waits for 2")
        outbox.remove("4")
        #expect(outbox.next == nil)
        outbox.change("2") { $0.failure = "too large" }
        #expect(outbox.next?.clientID == "3" && outbox.nextUpload == nil)
    }

    @Test("what was overtaken by what was written after it keeps its place; tried again it goes to the end")
    func overtaken() {
        var outbox = Outbox()
        for item in [picture("1"), .sample("2"), .sample("3")] { outbox.add(item) }
        let orders = outbox.items.compactMap(\.standing?.order)
        #expect(orders == orders.sorted() && Set(orders).count == 3)
        #expect(outbox.arrived("2", at: 17)?.standing?.place == nil)
        #expect(outbox.arrived("3", at: 19) != nil && outbox.arrived("9", at: 20) == nil)
        #expect(outbox["1"]?.standing?.place == 17, "the first that overtook it counts")
        outbox.change("1") { $0.failure = "no" }
        #expect(outbox.retry("1")?.standing?.place == nil)
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
