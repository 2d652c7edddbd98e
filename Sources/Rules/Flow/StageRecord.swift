// SPDX-License-Identifier: Apache-2.0
import Desk

/// What a stage was begun with, kept as the first entry of its journal: run again, it sees the same customer, the same time and draws the
/// same numbers, whatever has changed since.
struct StageRecord {
    static let label = "$stage"
    var at: Instant
    var seed: UInt64
    var language: String?
    var view: Value

    var entry: FlowRecord.Entry {
        .init(
            label: Self.label, hash: "",
            result: ([
                "at": .int(at.milliseconds), "seed": .int(Int64(bitPattern: seed)), "language": Value(language), "view": view,
            ] as Value).compact())
    }

    init(_ situation: Situation, _ facts: Facts) {
        at = situation.now
        seed = situation.seed
        language = facts.language
        view = SituationView.value(facts)
    }

    init?(_ entry: FlowRecord.Entry?) {
        guard let entry, entry.label == Self.label, let at = entry.result["at"]?.int, let seed = entry.result["seed"]?.int,
            let view = entry.result["view"]
        else { return nil }
        self.at = Instant(milliseconds: at)
        self.seed = UInt64(bitPattern: seed)
        language = entry.result["language"]?.string
        self.view = view
    }
}

extension FlowInput {
    /// As the prelude reads it. A sign (the customer opens the chat, pays) is no answer to a question: it is an event also where a channel
    /// gives it as a message.
    var value: Value {
        switch self {
        case .message(let content) where content.kind == .event:
            Self.event(content.fields["name"]?.string ?? content.fields["event"]?.string ?? "", content.fields).value
        case .message(let content): ["kind": "message", "message": SituationView.content(content)]
        case .timeout: ["kind": "timeout"]
        case .called(let value): (["kind": "called", "value": value] as Value).compact()
        case .callFailed(let problem): ["kind": "failed", "problem": .string(problem)]
        case .event(let name, let value): (["kind": "event", "name": .string(name), "value": value] as Value).compact()
        }
    }
}
