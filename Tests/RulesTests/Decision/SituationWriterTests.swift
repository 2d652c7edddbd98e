// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua
import Testing

@testable import Rules

@Suite("The view on its way into Lua") struct SituationWriterTests {
    static let situations: [Situation] = [
        .sample(), .sample(text: "你好", intent: "price"),
        .sample(
            .started,
            customer: .sample(
                ["vip_level": 4, "name": "not the name", "tags": 3, "address": ["zip": "310000"], "id": "x"], name: nil,
                language: "en",
                tags: ["loyal", "new"]),
            conversation: .sample {
                $0.team = "after_sales"
                $0.tags = ["a", "b"]
                $0.sla = "vip"
                $0.attributes = ["asked": "price"]
                $0.waitingSince = noon - .seconds(90)
                $0.queuedAt = noon - .seconds(30)
                $0.assignedAt = noon
                $0.personWantedSince = noon
                $0.lastCustomerMessageAt = noon
                $0.lastReplyAt = noon
            },
            content: MessageContent(kind: .event, text: "", fields: ["name": "enter"]), language: nil,
            desk: DeskView(queueLength: 5, queues: ["service": 4, "b": 0], online: ["service": 2], open: ["service": false])),
    ]

    @Test("is written as it would be from values, however often the buffer is used", arguments: situations)
    func sameAsValues(situation: Situation) {
        let facts = Facts(situation, offset: .seconds(8 * 3600))
        let writer = SituationWriter()
        for _ in 0..<3 {
            _ = writer.write(Facts(Self.situations[1], offset: .zero))
            let written = LuaDecoder.values(writer.write(facts).bytes)
            #expect(written == [SituationView.value(facts)])
        }
    }
}
