// SPDX-License-Identifier: Apache-2.0
import Desk
import Logging
import Synchronization
import Testing

@testable import Engine

@Suite("The log of rules") struct RuleLogTests {
    /// Keeps what is logged.
    private final class Book: LogHandler, Sendable {
        let lines = Mutex<[String]>([])
        var logLevel: Logger.Level {
            get { .debug }
            set {}
        }
        var metadata: Logger.Metadata {
            get { [:] }
            set {}
        }
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { nil }
            set {}
        }
        func log(event: LogEvent) {
            let facts = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
            lines.withLock { $0.append("\(event.level) \(event.message)\(facts)") }
        }
    }

    @Test("nobody can be known by a line") func masked() {
        let customer = Customer(id: ID(1), name: "王小明", createdAt: Instant(seconds: 0))
        let line = RuleLogLine(
            rule: "r", level: .info, text: "王小明 13800138000 wrote", fields: ["mail": "li@example.com", "team": "service"])
        let masked = RuleLog.masked(line, of: customer)
        #expect(masked.text == "<name> <phone> wrote")
        #expect(masked.fields == ["mail": "<email>", "team": "service"])
    }

    @Test("a decision writes so many characters, and says what is missing") func size() {
        let customer = Customer(id: ID(1), name: nil, createdAt: Instant(seconds: 0))
        let long = RuleLogLine(rule: "r", level: .info, text: String(repeating: "a", count: 500), fields: ["f": "1234"])
        let kept = RuleLog.masked(Array(repeating: long, count: 20), of: customer)
        #expect(kept.count == 12)
        #expect(kept.last?.text == "9 more lines are left out: a decision may write 6000 characters.")
        #expect(RuleLog.masked([long], of: customer) == [long])
        #expect(RuleLog.masked([], of: customer) == [])
    }

    @Test("a rule has so many lines a minute; the next one says how many were left out") func rate() {
        let book = Book()
        let log = RuleLog(Logger(label: "t") { _ in book })
        let start = Instant(seconds: 1000)
        for _ in 0..<(RuleLog.most + 5) { log.write(RuleLogLine(rule: "a", level: .warning, text: "x"), ID(1), at: start) }
        log.write(RuleLogLine(rule: "b", level: .info, text: "y", fields: ["rule": "z"]), ID(1), at: start)
        log.write(RuleLogLine(rule: "a", level: .error, text: "x"), ID(1), at: start + .seconds(60))
        let lines = book.lines.withLock { $0 }
        #expect(lines.count == RuleLog.most + 2)
        let conversation = ID<Conversation>(1)
        #expect(lines[RuleLog.most] == "info y conversation=\(conversation) field.rule=z rule=b")
        #expect(lines.last == "error x conversation=\(conversation) left_out=5 rule=a")
    }
}
