// SPDX-License-Identifier: Apache-2.0
import Desk

extension Decision {
    /// As it stands in the decision log.
    package var value: Value {
        var value: Value = [
            "occasion": .string(occasion),
            "matched": .array(
                matched.map { ["rule": .string($0.rule), "kind": .string($0.kind), "us": Value($0.microseconds)] }),
            "intents": .array(intents.map(\.value)), "us": Value(microseconds),
        ]
        if !overruled.isEmpty { value["overruled"] = .array(overruled.map(\.value)) }
        if !failures.isEmpty {
            value["failures"] = .array(
                failures.map {
                    ["rule": .string($0.rule), "file": Value($0.file), "line": Value($0.line), "message": .string($0.message)]
                })
        }
        if !log.isEmpty { value["log"] = .array(log.map(\.value)) }
        if instructions > 0 { value["instructions"] = Value(instructions) }
        return value
    }
}

extension Intent {
    /// Rule, kind and what is particular, as it stands in the decision log.
    package var value: Value {
        var value: Value = ["rule": .string(rule)]
        func texts(_ items: [String]) -> Value { .array(items.map(Value.string)) }
        switch action {
        case .assign(let assignment):
            value["assign"] =
                ([
                    "team": Value(assignment.team), "agent": Value(assignment.agent), "sla": Value(assignment.sla),
                    "strategy": Value(assignment.strategy?.rawValue), "priority": Value(assignment.priority),
                    "bot": assignment.toBot ? true : .null,
                    "skills": assignment.skills.isEmpty ? .null : texts(assignment.skills),
                ] as Value).compact()
        case .handOff(let team, let note):
            value["hand_off"] = (["team": Value(team), "note": Value(note)] as Value).compact()
        case .reply(let content): value["reply"] = content.value
        case .note(let text): value["note"] = .string(text)
        case .tag(let tags): value["tag"] = texts(tags)
        case .untag(let tags): value["untag"] = texts(tags)
        case .raisePriority(let steps): value["raise_priority"] = Value(steps)
        case .setPriority(let priority): value["set_priority"] = Value(priority)
        case .startFlow(let flow): value["start_flow"] = .string(flow)
        case .stopFlow: value["stop_flow"] = true
        case .notify(let to, let text): value["notify"] = ["to": texts(to), "text": .string(text)]
        case .openTicket(let draft):
            value["open_ticket"] = [
                "subject": .string(draft.subject), "category": Value(draft.category),
                "priority": .string(draft.priority.rawValue), "team": Value(draft.team),
            ]
        case .resolve: value["resolve"] = true
        case .setAttributes(let attributes): value["set"] = attributes
        case .setCustomer(let attributes): value["set_customer"] = attributes
        }
        return value
    }
}

extension Situation {
    /// What the rules saw, small enough to be kept with each decision and enough to ask them again.
    package var snapshot: Value {
        var snapshot = plainSnapshot
        if let plugin { snapshot["plugin"] = .string(plugin) }
        return snapshot
    }

    private var plainSnapshot: Value {
        [
            "occasion": .string(occasion.name), "at": .string(now.rfc3339), "seed": .string(String(seed)),
            "customer": customer.value, "conversation": conversation.value,
            "understanding": [
                "mood": .double(understanding.mood), "language": Value(understanding.language),
                "intents": .array(
                    understanding.intents.prefix(5).map {
                        ["intent": .string($0.intent), "confidence": .double($0.confidence)]
                    }),
            ],
            "desk": [
                "queue": Value(desk.queueLength),
                "queues": Self.value(desk.queues.mapValues { .int(Int64($0)) }),
                "online": Self.value(desk.online.mapValues { .int(Int64($0)) }),
                "open": Self.value(desk.open.mapValues { .bool($0) }),
            ],
        ]
    }

    /// Reads what `snapshot` wrote.
    package init?(snapshot value: Value, message: Message?) {
        guard let customer = value["customer"].flatMap({ Customer(value: $0) }),
            let conversation = value["conversation"].flatMap({ Conversation(value: $0) }),
            let now = value["at"]?.string.flatMap({ Instant(rfc3339: $0) })
        else { return nil }
        let occasion: Occasion =
            switch value["occasion"]?.string {
            case "started": .started
            case "handed_off": .handedOff
            case "changed": .changed
            default: .message
            }
        let heard = value["understanding"]
        let desk = value["desk"]
        func numbers(_ value: Value?) -> [String: Int] {
            Dictionary((value?.object?.pairs ?? []).map { ($0.name, Int($0.value.int ?? 0)) }, uniquingKeysWith: { $1 })
        }
        self.init(
            occasion: occasion, now: now, seed: value["seed"]?.string.flatMap { UInt64($0) } ?? 0, customer: customer,
            conversation: conversation, message: message,
            understanding: Understanding(
                intents: (heard?["intents"]?.array ?? []).compactMap { guess in
                    guess["intent"]?.string.map { .init(intent: $0, confidence: guess["confidence"]?.double ?? 0) }
                },
                mood: heard?["mood"]?.double ?? 0, language: heard?["language"]?.string),
            desk: DeskView(
                queueLength: Int(desk?["queue"]?.int ?? 0), queues: numbers(desk?["queues"]), online: numbers(desk?["online"]),
                open: Dictionary(
                    (desk?["open"]?.object?.pairs ?? []).map { ($0.name, $0.value.bool ?? true) }, uniquingKeysWith: { $1 })),
            plugin: value["plugin"]?.string)
    }

    private static func value(_ entries: [String: Value]) -> Value {
        .object(.init(unchecked: entries.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) }))
    }
}
