// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@Suite("ID") struct IDTests {
    @Test("as text and back; the order of the texts is the order of the ids", arguments: [1, 2] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        var numbers = SeededNumbers(seed)
        var ids = (0..<500).map { _ in
            ID<Message>(Int64.random(in: 1...(.max), using: &numbers) >> Int64.random(in: 0..<62, using: &numbers) | 1)
        }
        ids += [ID(1), ID(31), ID(32), ID(.max)]
        for id in ids {
            #expect(id.text.count == 14)
            #expect(ID<Message>(text: id.text) == id)
        }
        #expect(ids.sorted().map(\.text) == ids.map(\.text).sorted())
    }

    @Test(
        "known texts", arguments: [(1, "m0000000000001"), (32, "m0000000000010"), (.max, "m7zzzzzzzzzzzz")] as [(Int64, String)])
    func known(number: Int64, text: String) { #expect(ID<Message>(number).text == text) }

    @Test(
        "what is no id of a message",
        arguments: [
            "", "m", "m000000000000", "m00000000000011", "c0000000000001", "M0000000000001", "m0000000000000", "m000000000000i",
            "m000000000000l", "m000000000000o",
            "m000000000000u", "m000000000000A", "m8000000000000", "mzzzzzzzzzzzzz", " m000000000001", "m00000000000é",
            "m-000000000001",
        ])
    func rejects(text: String) { #expect(ID<Message>(text: text) == nil) }

    @Test("things have letters of their own") func letters() {
        let letters = [Message.idLetter, Conversation.idLetter, Customer.idLetter, Ticket.idLetter, Agent.idLetter]
        #expect(Set(letters).count == letters.count)
        #expect(ID<Ticket>(text: ID<Customer>(5).text) == nil)
    }
}

@Suite("IDSource") struct IDSourceTests {
    @Test("ids grow, also while the clock stands still or goes back") func monotonic() {
        let clock = ManualClock()
        let source = IDSource(clock: clock.now)
        var last = source.next(Message.self)
        for step in 0..<3000 {
            if step == 1000 { clock.advance(by: .seconds(-60)) }
            if step == 2000 { clock.advance(by: .seconds(120)) }
            let next = source.next(Message.self)
            #expect(last < next)
            last = next
        }
    }

    @Test("the time stands in the upper bits") func time() {
        let clock = ManualClock(Instant(milliseconds: 1_795_253_400_250))
        #expect(IDSource(clock: clock.now).next(Ticket.self).number >> 20 == 1_795_253_400_250)
    }

    @Test("from many threads at once: none twice, and each thread sees its own grow") func threads() async {
        let source = IDSource()
        let lists = await withTaskGroup(of: [ID<Message>].self) { group in
            for _ in 0..<8 { group.addTask { (0..<2000).map { _ in source.next() } } }
            return await group.reduce(into: [[ID<Message>]]()) { $0.append($1) }
        }
        #expect(Set(lists.joined()).count == 16_000)
        #expect(lists.allSatisfy { $0 == $0.sorted() })
    }
}
