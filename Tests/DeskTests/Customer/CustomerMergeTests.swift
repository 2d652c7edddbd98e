// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Desk

@Suite struct CustomerMergeTests {
    private let start = Instant(seconds: 1_760_000_000)

    private func record() -> CustomerMerge {
        CustomerMerge(identities: [], conversations: [], kept: [], tickets: [], at: start)
    }

    @Test("what one knows stays, what it lacks comes from the other, and goes again unless it was changed") func thereAndBack() {
        var one = Customer(id: ID(1), attributes: ["vip_level": 3], tags: ["gold"], createdAt: start)
        let before = one
        let other = Customer(
            id: ID(2), name: "Lin", language: "zh-CN", attributes: ["vip_level": 1, "size": "M", "city": "Wuhan"],
            tags: ["gold", "shoes"], createdAt: start)
        var record = record()
        one.absorb(other, &record)
        #expect(one.name == "Lin" && one.attributes == ["vip_level": 3, "size": "M", "city": "Wuhan"])
        #expect(one.tags == ["gold", "shoes"] && one.merged == [ID(2)])
        one.attributes["city"] = "Beijing"
        one.part(from: other, record)
        #expect(one.attributes == ["vip_level": 3, "city": "Beijing"])
        #expect(one.name == before.name && one.tags == before.tags && one.merged.isEmpty && one.apart == [ID(2)])
    }

    @Test("a merge is written and read whole, as a customer is who was in one") func roundTrip() {
        var place = Conversation(id: ID(5), customer: ID(2), channel: "web", startedAt: start)
        place.sender = "lin"
        var record = CustomerMerge(
            identities: [Identity(channel: "web", externalID: "lin", customer: ID(2))], conversations: [.init(place)],
            kept: [.init(Conversation(id: ID(6), customer: ID(1), channel: "mini", startedAt: start))], tickets: [ID(9)],
            at: start)
        record.attributes = ["size": "M"]
        record.tags = ["shoes"]
        record.gaveName = true
        #expect(CustomerMerge(value: record.value) == record)
        var customer = Customer(id: ID(2), createdAt: start)
        customer.mergedInto = ID(1)
        customer.merged = [ID(3), ID(4)]
        customer.apart = [ID(7)]
        customer.merge = record
        #expect(Customer(value: customer.value) == customer)
    }
}
