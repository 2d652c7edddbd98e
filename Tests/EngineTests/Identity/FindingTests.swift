// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Testing

@testable import Engine

@Suite("Finding a customer by what somebody types", .timeLimit(.minutes(10)))
struct FindingTests {
    private func named(_ name: String, _ profile: Value, as sender: String, on desk: TestDesk) async throws -> ID<Customer> {
        try await desk.engine.receive(
            InboundMessage(
                channel: "web", sender: sender, externalID: sender + "-1", content: .text("hello"),
                profile: (["name": .string(name)] as Value).merging(profile))
        ).customer
    }

    private func found(_ words: String, on desk: TestDesk) async throws -> [ID<Customer>] {
        try await desk.engine.findCustomers(words, limit: 9).map(\.id)
    }

    @Test("by id, phone, e-mail and external id exactly, by a part of the name newest first, by nothing the recent ones")
    func ways() async throws {
        let desk = try await TestDesk()
        let wang = try await named("王小明", ["phone": "13800138000", "verified": ["phone"]], as: "open-1", on: desk)
        let ming = try await named("Ming Wáng", ["email": "Ming@Shop.example", "verified": ["email"]], as: "open-2", on: desk)
        let chen = try await named("Chen Ming", ["union_id": "u-3"], as: "open-3", on: desk)
        for (words, expected) in [
            (wang.text, [wang]), ("138 0013 8000", [wang]), ("+86 13800138000", [wang]), ("ming@shop.EXAMPLE", [ming]),
            ("open-3", [chen]), ("u-3", [chen]), ("小明", [wang]), ("wang", [ming]), ("MING", [chen, ming]), ("nobody", []),
            ("  ", [chen, ming, wang]), ("%", []),
        ] {
            #expect(try await found(words, on: desk) == expected, "\(words)")
        }
        #expect(try await desk.engine.findCustomers("ming", limit: 1).map(\.id) == [chen])
        _ = try await desk.engine.mergeCustomer(ming, with: chen, by: TestDesk.admin)
        #expect(try await found("open-3", on: desk) == [ming])
        #expect(try await found("Chen", on: desk) == [ming])
        try await desk.stop()
        desk.remove()
    }
}
