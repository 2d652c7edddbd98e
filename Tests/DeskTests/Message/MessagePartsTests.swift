// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@Suite("A message that became several on its platform")
struct MessagePartsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var reports: [(id: String, delivery: Delivery)]
        var whole: Delivery
        var testDescription: String { reports.map { "\($0.id) \($0.delivery.name)" }.joined(separator: ", ") }
    }

    static let cases = [
        Case(reports: [], whole: .sent),
        Case(reports: [("a", .delivered)], whole: .sent),
        Case(reports: [("a", .read)], whole: .sent),
        Case(reports: [("a", .delivered), ("b", .delivered)], whole: .delivered),
        Case(reports: [("b", .read), ("a", .delivered)], whole: .delivered),
        Case(reports: [("b", .read), ("a", .read)], whole: .read),
        Case(reports: [("a", .read), ("b", .read), ("a", .delivered)], whole: .read),
        Case(reports: [("a", .delivered), ("b", .failed(reason: "no"))], whole: .failed(reason: "part 2 of 2: no")),
        Case(reports: [("c", .read)], whole: .sent),
    ]

    @Test("is as far as the last of its parts, and failed where one failed", arguments: cases) func whole(_ given: Case) {
        var parts = MessageParts(["a", "b"])
        for report in given.reports { _ = parts.note(report.delivery, of: report.id) }
        #expect(parts.delivery == given.whole)
        #expect(MessageParts(parts.value) == parts)
    }

    @Test("only what is new counts as a report") func news() {
        var parts = MessageParts(["a", "b"])
        let reports: [(Delivery, String)] = [(.read, "a"), (.read, "a"), (.delivered, "a"), (.read, "z")]
        #expect(reports.map { parts.note($0.0, of: $0.1) } == [true, false, false, false])
    }
}
