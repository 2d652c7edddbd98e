// SPDX-License-Identifier: Apache-2.0
import Desk

/// Takes from the lines of an export what a person could be known by; what it was replaced with is the same for the same value.
///
/// Each place of a line is named in `DecisionMask+Places.swift`; whatever is not named there is masked as a whole.
struct DecisionMask: Sendable {
    let pseudonyms = Pseudonyms()
    /// Ids of agents by what they are called.
    private let agents: [String: String]
    private let agentNames: [KnownName]
    /// Whether customers' own words stay as far as nobody can be known by them; without, each text becomes one word.
    private let keepsTexts: Bool

    init(agents: [Agent], keepsTexts: Bool) {
        self.agents = Dictionary(
            agents.flatMap { [($0.name, $0.id.text), ($0.id.text, $0.id.text)] }, uniquingKeysWith: { first, _ in first })
        agentNames = agents.flatMap { KnownName.all(of: $0.name, kind: .agent, value: $0.id.text) }
        self.keepsTexts = keepsTexts
    }

    /// What becomes of a value, by the place where it stands.
    indirect enum Place: Sendable {
        /// Nothing personal can be there.
        case keep
        /// Somebody's id, or a name by which a platform knows them.
        case id
        case external
        /// A customer's name.
        case name
        /// An agent, by name or id; or who else works here.
        case agent
        /// What rules and colleagues wrote: personal parts are replaced.
        case text
        /// What a customer wrote.
        case words
        /// Texts and long numbers are replaced as a whole, true and false and short numbers stay.
        case hidden
        /// Everything is replaced.
        case sealed
        /// What a customer sent: kind, text, fields.
        case content
        case list(Place)
        /// - Parameter others: fields that are not named.
        case fields([String: Place], others: Place = .hidden)
    }

    func masked(_ line: Value) -> Value { Run(mask: self, names: names(in: line)).masked(line, Self.line) }

    // MARK: - Whose names are looked for

    /// Parts of attributes' names that tell of a person: their values are looked for in all texts of the line.
    private static let personal = [
        "name", "nick", "addr", "phone", "mobile", "mail", "wechat", "weixin", "姓名", "名字", "昵称", "地址", "手机", "电话", "邮箱", "微信",
    ]

    private func names(in line: Value) -> [KnownName] {
        var names = agentNames
        let situation = line["situation"]
        if let name = situation?["customer"]?["name"]?.string { names += KnownName.all(of: name, kind: .name, value: name) }
        for holder in ["customer", "conversation"] {
            names += told(by: situation?[holder]?["attributes"] ?? .null, isPersonal: false)
        }
        if let flow = situation?["conversation"]?["_flow"] { names += told(in: flow, answer: line["message"]?["text"]?.string) }
        return KnownName.sorted(names)
    }

    /// What a dialogue has been told. A short answer to its question is not a sentence: all of it may be a name.
    private func told(in flow: Value, answer: String?) -> [KnownName] {
        var names = told(by: flow["state"] ?? .null, isPersonal: false)
        for entry in flow["journal"]?.array ?? [] {
            let label = entry["label"]?.string ?? ""
            names += told(by: Value.object(.init(unchecked: [.init(label, entry["result"] ?? .null)])), isPersonal: false)
        }
        if flow["wait"]?["kind"] == "ask", let answer, answer.count <= Self.shortAnswer {
            let words = answer.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            names += told(by: .string(words), isPersonal: true)
        }
        return names
    }

    private static let shortAnswer = 40

    private func told(by value: Value, isPersonal: Bool) -> [KnownName] {
        switch value {
        case .string(let text):
            guard isPersonal, PersonalText(text).only == nil else { return [] }
            return KnownName(text, kind: .value, value: text).map { [$0] } ?? []
        case .array(let items): return items.flatMap { told(by: $0, isPersonal: isPersonal) }
        case .object(let fields):
            return fields.pairs.flatMap { pair in
                let name = pair.name.lowercased()
                return told(by: pair.value, isPersonal: isPersonal || Self.personal.contains { name.contains($0) })
            }
        default: return []
        }
    }

    // MARK: - Masking

    /// One line with the names that may stand in it.
    private struct Run {
        let mask: DecisionMask
        let names: [KnownName]

        func masked(_ value: Value, _ place: Place) -> Value {
            switch (place, value) {
            case (.keep, _), (_, .null): return value
            case (.sealed, .array), (.sealed, .object), (.hidden, .array), (.hidden, .object): return deep(value, place)
            case (.sealed, _): return .string(mask.pseudonyms.word(.value, value.jsonText))
            case (_, .bool): return value
            case (_, .int(let number)): return abs(number) < 10_000 ? value : word(for: String(number))
            case (_, .double(let number)): return Self.isPlain(number) ? value : word(for: value.jsonText)
            case (_, .bytes): return .string(mask.pseudonyms.word(.value, value.jsonText))
            case (.list(let item), .array(let items)): return .array(items.map { masked($0, item) })
            case (.fields(let places, let others), .object(let fields)): return object(fields, places, others: others)
            case (.content, .object(let fields)):
                var places = DecisionMask.contentFields
                // Of an event the name is the platform's, of a file it is somebody's.
                if fields["kind"] == "event" { places["name"] = .keep }
                return object(fields, ["kind": .keep, "text": .words, "fields": .fields(places)], others: .hidden)
            // A list of texts is masked as its texts are; anything else of another shape than expected as a whole.
            case (.text, .array), (.text, .object), (.words, .array), (.words, .object): return deep(value, place)
            case (_, .array), (_, .object): return deep(value, .hidden)
            case (_, .string(let text)): return .string(masked(text, place))
            }
        }

        private func deep(_ value: Value, _ place: Place) -> Value {
            switch value {
            case .array(let items): .array(items.map { masked($0, place) })
            case .object(let fields): object(fields, [:], others: place)
            default: masked(value, place)
            }
        }

        /// Names of fields may be anything in attributes: what is personal in them is replaced, and each occurs once.
        private func object(_ fields: Value.Fields, _ places: [String: Place], others: Place) -> Value {
            var masked = Value.Fields()
            for pair in fields.pairs {
                let known = places[pair.name]
                let name = known == nil ? text(pair.name) : pair.name
                var unique = name, count = 1
                while masked[unique] != nil {
                    count += 1
                    unique = "\(name) \(count)"
                }
                masked[unique] = self.masked(pair.value, known ?? others)
            }
            return .object(masked)
        }

        private func masked(_ text: String, _ place: Place) -> String {
            guard !text.isEmpty else { return text }
            let words = mask.pseudonyms
            switch place {
            case .id: return PersonalText(text).only.map { words.word($0.kind, $0.value) } ?? words.word(.external, text)
            case .external: return words.word(.external, text)
            case .name: return words.word(.name, text)
            case .agent: return words.word(.agent, mask.agents[text] ?? text)
            case .text: return self.text(text)
            case .words: return mask.keepsTexts ? self.text(text) : words.word(.words, text)
            default: return hidden(text)
            }
        }

        private func text(_ text: String) -> String { PersonalText(text, names: names).replacing(mask.pseudonyms.word) }

        /// A telephone number by itself has the word that it has within sentences.
        private func hidden(_ text: String) -> String {
            let only = PersonalText(text, names: names).only
            return mask.pseudonyms.word(only?.kind ?? .value, only?.value ?? text)
        }

        private func word(for number: String) -> Value { .string(hidden(number)) }

        /// Amounts stay; more places than two are where somebody is.
        private static func isPlain(_ number: Double) -> Bool {
            abs(number) < 10_000 && (number * 100).rounded() / 100 == number
        }
    }
}
