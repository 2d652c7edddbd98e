// SPDX-License-Identifier: Apache-2.0
import Desk

/// What a rule does, as far as it says so in data; `act` is the rest.
struct ActionSpec: Sendable {
    var text: Wording?
    /// Lines a customer can tap, below the text.
    var options: [Option] = []
    /// A message of another kind: a card, an image.
    var content: MessageContent?
    /// Key in `data/knowledge.json`.
    var knowledge: String?
    var tags: [String] = []
    var untags: [String] = []
    var note: Wording?
    var handOff: HandOff?
    var startFlow: String?
    var stopsFlow = false
    var notify: [Notice] = []
    var raisePriority: Int?
    var setPriority: Int?
    var ticket: TicketDraft?
    var resolves = false
    var set: Value?
    var setCustomer: Value?
    var act: FunctionRef?

    struct Option: Sendable { let id: String; let text: Wording }
    struct HandOff: Sendable { let team: String?; let note: Wording? }
    struct Notice: Sendable { let to: [String]; let text: Wording }

    var isEmpty: Bool {
        text == nil && content == nil && knowledge == nil && tags.isEmpty && untags.isEmpty && note == nil && handOff == nil
            && startFlow == nil && !stopsFlow && notify.isEmpty && raisePriority == nil && setPriority == nil && ticket == nil
            && !resolves
            && set == nil && setCustomer == nil && act == nil
    }

    /// What it comes to, in the words that `say` finds.
    /// - Parameters:
    ///   - say: nil where a wording cannot be said.
    ///   - answer: finds an answer of `data/knowledge.json`.
    func intents(_ head: RuleHead, say: (Wording) -> String?, answer: (String) -> String?) -> [Intent] {
        var found: [Intent] = []
        func add(_ action: Intent.Action) { found.append(Intent(rule: head.id, priority: head.priority, action: action)) }
        if var content {
            if let text = text.flatMap(say) { content.text = text }
            add(.reply(content))
        } else if let text = text.map(say) ?? knowledge.flatMap(answer), !text.isEmpty {
            if options.isEmpty {
                add(.reply(.text(text)))
            } else {
                let options = options.map { option in
                    let line = say(option.text) ?? ""
                    return ["id": .string(option.id.isEmpty ? line : option.id), "text": .string(line)] as Value
                }
                add(.reply(MessageContent(kind: .menu, text: text, fields: ["options": .array(options)])))
            }
        }
        if !tags.isEmpty { add(.tag(tags)) }
        if !untags.isEmpty { add(.untag(untags)) }
        if let note = note.flatMap(say) { add(.note(note)) }
        if let steps = raisePriority { add(.raisePriority(steps)) }
        if let priority = setPriority { add(.setPriority(priority)) }
        if let set { add(.setAttributes(set)) }
        if let setCustomer { add(.setCustomer(setCustomer)) }
        for notice in notify { if let text = say(notice.text) { add(.notify(to: notice.to, text: text)) } }
        if var ticket {
            ticket.subject = say(.literal(ticket.subject)) ?? ticket.subject
            add(.openTicket(ticket))
        }
        if stopsFlow { add(.stopFlow) }
        if let flow = startFlow { add(.startFlow(flow)) }
        if let to = handOff { add(.handOff(team: to.team, note: to.note.flatMap(say))) }
        if resolves { add(.resolve) }
        return found
    }

    /// The same where it is always the same: made once, and not in each decision.
    /// - Returns: nil if a word of it depends on the customer, the language or a function.
    func fixedIntents(_ head: RuleHead) -> [Intent]? {
        guard knowledge == nil, ticket.map({ !$0.subject.contains("{") }) ?? true, wordings.allSatisfy(\.wording.isFixed) else {
            return nil
        }
        return intents(head, say: { if case .literal(let text) = $0 { text } else { nil } }, answer: { _ in nil })
    }

    /// All texts with the fields that they stand in.
    var wordings: [(field: String, wording: Wording)] {
        [("text", text), ("note", note), ("hand_off.note", handOff?.note)].compactMap { field, wording in
            wording.map { (field, $0) }
        }
            + notify.map { ("notify", $0.text) }
            + options.map { ("options", $0.text) }
    }

    /// The answer of the knowledge that it says; nil where it has words of its own.
    var spokenKnowledge: String? { text == nil && content == nil ? knowledge : nil }

    var speaks: Bool { text != nil || content != nil || knowledge != nil }
}

extension ActionSpec {
    init(_ reader: SpecReader) {
        text = reader.wording("text")
        if text?.isBlank ?? false {
            reader.report("value", "text", "there are no words in 'text'", hint: "leave it out to say nothing")
        }
        options = reader.tables("options") { option in
            Option(id: option.text("id") ?? "", text: option.wording("text") ?? .literal(""))
        }
        content = reader.table("content") { table in
            table.acceptAll()
            let kind = table.word("kind", of: MessageContent.Kind.allCases.map(\.rawValue)).flatMap(
                MessageContent.Kind.init(rawValue:))
            if kind == nil, !table.has("kind") {
                table.report("type", "", "'content' needs a kind", hint: "write content = { kind = \"card\", … }")
            }
            return MessageContent(
                kind: kind ?? .text, text: table.text("text") ?? "", fields: table.value("fields") ?? .object(.init()))
        }
        knowledge = reader.text("knowledge")
        tags = reader.texts("tags")
        untags = reader.texts("untags")
        note = reader.wording("note")
        if reader.value("hand_off") == .bool(true) {
            handOff = HandOff(team: nil, note: nil)
        } else {
            handOff = reader.table("hand_off") { HandOff(team: $0.text("team"), note: $0.wording("note")) }
        }
        startFlow = reader.text("start_flow")
        stopsFlow = reader.flag("stop_flow") ?? false
        notify = reader.tables("notify") { table in
            var to = table.texts("to")
            if let team = table.text("team") { to.append("team:\(team)") }
            if let agent = table.text("agent") { to.append("agent:\(agent)") }
            if to.isEmpty {
                table.report("value", "", "'notify' says nobody", hint: "write notify = { team = \"leads\", text = \"…\" }")
            }
            return Notice(to: to, text: table.wording("text") ?? .literal(""))
        }
        raisePriority = reader.whole("raise_priority", in: -9...9)
        setPriority = reader.whole("set_priority", in: 0...9)
        ticket = reader.table("open_ticket") { TicketDraft($0) }
        resolves = reader.flag("resolve") ?? false
        set = reader.table("set") { $0.everything() }
        setCustomer = reader.table("set_customer") { $0.everything() }
        act = reader.function("act")
    }
}

extension SpecReader {
    /// All fields as they are, for tables with the author's own names.
    func everything() -> Value {
        acceptAll()
        var fields = Value.Fields()
        for name in names { fields[name] = value(name) }
        return .object(fields)
    }
}

extension TicketDraft {
    init(_ table: SpecReader) {
        let subject = table.text("subject") ?? ""
        if subject.isEmpty { table.report("value", "", "'open_ticket' needs a subject") }
        self.init(
            subject: subject, category: table.text("category"), type: table.text("type"),
            priority: table.word("priority", of: TicketPriority.allCases.map(\.rawValue)).flatMap(TicketPriority.init(rawValue:))
                ?? .normal,
            team: table.text("team"), tags: table.texts("tags"),
            fields: table.table("fields") { $0.everything() } ?? .object(.init()))
    }
}
