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
        let buffer = LuaBuffer()
        let writer = SituationWriter(into: buffer)
        for _ in 0..<3 {
            buffer.reset()
            writer.write(Facts(Self.situations[1], offset: .zero))
            buffer.reset()
            writer.write(facts)
            let written = LuaDecoder.values(buffer.bytes)
            #expect(Self.opened(written) == [SituationView.value(facts)])
        }
    }

    @Test("a part that is too long for one text of Lua's is not sealed")
    func longPart() {
        var situation = Self.situations[0]
        situation.customer.attributes = ["note": .string(String(repeating: "字", count: 30_000))]
        let facts = Facts(situation, offset: .zero)
        let buffer = LuaBuffer()
        SituationWriter(into: buffer).write(facts)
        let written = LuaDecoder.values(buffer.bytes)
        #expect(written.first?["customer"]?.object != nil)
        #expect(written.first?["conversation"]?.object == nil)
        #expect(Self.opened(written) == [SituationView.value(facts)])
    }

    /// The parts cross as bytes that hold a value each.
    static func opened(_ views: [Value]) -> [Value] {
        views.map { view in
            .object(
                .init(
                    unchecked: (view.object?.pairs ?? []).map { part in
                        guard case .bytes(let bytes) = part.value else { return part }
                        return .init(
                            part.name,
                            bytes.withUnsafeBytes { bytes in
                                var decoder = LuaDecoder(bytes)
                                return decoder.value()
                            })
                    }))
        }
    }
}
