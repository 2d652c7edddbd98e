// SPDX-License-Identifier: Apache-2.0
import Desk

/// Settles what several rules want at once.
///
/// Ranked by priority, then by declaration: the first names team, reply and flow (none where a person is wanted); the largest raise and the highest
/// priority count; tags are united; attributes are laid over each other, the higher rule on top. What loses is kept as overruled.
struct IntentMerge {
    /// A decision has at most so many intents, and so many bytes of text.
    static let mostIntents = 64
    static let mostText = 64 << 10

    private(set) var intents: [Intent] = []
    private(set) var overruled: [Intent] = []
    /// Rules whose intents were cut off.
    private(set) var flooding: [String] = []

    /// - Parameter ranked: highest first.
    init(_ ranked: [Intent]) {
        if ranked.count == 1, ranked[0].action.standsAlone {
            intents = ranked
            return
        }
        var speaker: String?
        var mover: String?
        var raise: Int?, level: Int?
        var tagged: Set<String> = [], untagged: Set<String> = []
        var once: Set<Intent.Action> = []
        var text = 0
        for intent in ranked {
            switch intent.action {
            case .reply:
                if speaker == nil { speaker = intent.rule }
                if speaker != intent.rule { overrule(intent); continue }
            case .assign, .handOff:
                if mover != nil { overrule(intent); continue }
                mover = intent.rule
            case .startFlow:
                if intents.contains(where: { if case .startFlow = $0.action { true } else { false } }) {
                    overrule(intent); continue
                }
            case .raisePriority(let steps):
                if let raise, steps <= raise { overrule(intent); continue }
                if raise != nil { drop { if case .raisePriority = $0 { true } else { false } } }
                raise = steps
            case .setPriority(let priority):
                if let level, priority <= level { overrule(intent); continue }
                if level != nil { drop { if case .setPriority = $0 { true } else { false } } }
                level = priority
            case .tag(let tags):
                let new = tags.filter { !untagged.contains($0) && tagged.insert($0).inserted }
                if new.count < tags.count {
                    overrule(
                        Intent(rule: intent.rule, priority: intent.priority, action: .tag(tags.filter { !new.contains($0) })))
                }
                if new.isEmpty { continue }
                add(Intent(rule: intent.rule, priority: intent.priority, action: .tag(new)), &text)
                continue
            case .untag(let tags):
                let new = tags.filter { !tagged.contains($0) && untagged.insert($0).inserted }
                if new.count < tags.count {
                    overrule(
                        Intent(rule: intent.rule, priority: intent.priority, action: .untag(tags.filter { !new.contains($0) })))
                }
                if new.isEmpty { continue }
                add(Intent(rule: intent.rule, priority: intent.priority, action: .untag(new)), &text)
                continue
            case .setAttributes, .setCustomer:
                // Carried out one after another: what comes later lies on top, so the higher rule goes last.
                continue
            case .note, .notify, .openTicket, .resolve, .stopFlow:
                if !once.insert(intent.action).inserted { overrule(intent); continue }
            }
            add(intent, &text)
        }
        // Who gets a person does not begin a dialogue with the machine.
        let wantsPerson = intents.contains {
            switch $0.action {
            case .handOff: true
            case .assign(let assignment): !assignment.toBot
            default: false
            }
        }
        if wantsPerson { drop { if case .startFlow = $0 { true } else { false } } }
        for intent in ranked.reversed() {
            switch intent.action {
            case .setAttributes, .setCustomer: add(intent, &text)
            default: break
            }
        }
    }

    private mutating func overrule(_ intent: Intent) { overruled.append(intent) }

    private mutating func drop(_ isMeant: (Intent.Action) -> Bool) {
        overruled += intents.filter { isMeant($0.action) }
        intents.removeAll { isMeant($0.action) }
    }

    private mutating func add(_ intent: Intent, _ text: inout Int) {
        let more = intent.action.byteCount
        guard intents.count < Self.mostIntents, text + more <= Self.mostText else {
            overrule(intent)
            if !flooding.contains(intent.rule) { flooding.append(intent.rule) }
            return
        }
        text += more
        intents.append(intent)
    }
}

extension Intent.Action {
    /// Whether nothing is to be settled where nothing else is wanted.
    var standsAlone: Bool {
        switch self {
        // May name the same twice.
        case .tag, .untag: false
        default: byteCount <= IntentMerge.mostText
        }
    }

    /// Bytes of text in it, roughly.
    var byteCount: Int {
        switch self {
        case .reply(let content):
            content.text.utf8.count + (content.fields.object?.isEmpty == false ? content.fields.json.count : 0)
        case .note(let text): text.utf8.count
        case .handOff(_, let note): note?.utf8.count ?? 0
        case .notify(_, let text): text.utf8.count
        case .openTicket(let draft): draft.subject.utf8.count + draft.fields.json.count
        case .setAttributes(let value), .setCustomer(let value): value.json.count
        case .tag(let tags), .untag(let tags): tags.reduce(0) { $0 + $1.utf8.count }
        default: 0
        }
    }
}
