// SPDX-License-Identifier: Apache-2.0
import Desk

/// What can be said about a rule set without running it.
extension RuleDraft {
    mutating func check() {
        checkSources()
        checkFunctions()
        checkNames()
        var sound = self
        sound.leaveOutBroken()
        sound.checkMeaning()
        problems += sound.problems
        checkFlowsBegin()
        checkTexts()
    }

    private mutating func checkMeaning() {
        problems = []
        var search = WitnessSearch(offset: settings.offset)
        checkConditions(&search)
        checkShadows(&search)
        checkConflicts(&search)
        checkCircles(&search)
        checkWords()
    }

    /// Takes out the rules in which an error stands: a `match` that is missing for a typing error would seem to hide all others.
    private mutating func leaveOutBroken() {
        let errors = Dictionary(grouping: problems.filter { $0.severity == .error && $0.line != nil }, by: \.file)
        guard !errors.isEmpty else { return }
        let lines = Dictionary(grouping: heads.map(\.place), by: \.file).mapValues { $0.map(\.line).sorted() }
        var broken: Set<RulePlace> = []
        for (file, problems) in errors {
            guard let file, var starts = lines[file] else { continue }
            // The declaration that began last before it.
            for line in problems.compactMap(\.line).sorted(by: >) {
                while let start = starts.last, start > line { starts.removeLast() }
                guard let start = starts.last else { break }
                broken.insert(RulePlace(file: file, line: start))
            }
        }
        routes.removeAll { broken.contains($0.head.place) }
        escalations.removeAll { broken.contains($0.head.place) }
        replies.removeAll { broken.contains($0.head.place) }
        flows.removeAll { broken.contains($0.head.place) }
    }

    // MARK: - Names that must exist

    private mutating func checkNames() {
        for route in routes {
            checkTeam(route.assignment.team, route.head, "assign.team")
            checkActions(route.actions, route.head)
        }
        for escalation in escalations {
            checkTeam(escalation.assignment?.team, escalation.head, "assign.team")
            checkActions(escalation.actions, escalation.head)
            if escalation.after == nil,
                escalation.head.match?.paths.contains(where: { $0 == .waitingSeconds || $0 == .queuedSeconds }) ?? false
            {
                report(
                    .warning, "waiting", at: place(escalation.head, "match"), "nobody looks at this rule while time passes",
                    hint: "write after = \"60s\", of = \"waiting\" instead of comparing seconds")
            }
        }
        for reply in replies { checkActions(reply.actions, reply.head) }
        let known = Set(intents.object?.names ?? [])
        for head in heads { if let match = head.match { checkMatch(match, head, known) } }
        for alert in alerts {
            for address in alert.notify where address.hasPrefix("team:") {
                checkTeam(String(address.dropFirst(5)), at: RulePlace(file: alert.file, line: alert.line))
            }
        }
    }

    private mutating func checkActions(_ actions: ActionSpec, _ head: RuleHead) {
        checkTeam(actions.handOff?.team, head, "hand_off.team")
        checkTeam(actions.ticket?.team, head, "open_ticket.team")
        // Only a warning: a notifier may know groups that are no teams.
        for name in actions.notify.flatMap(\.to).filter({ $0.hasPrefix("team:") }).map({ String($0.dropFirst(5)) }) {
            guard let teams = names.teams, !teams.contains(name) else { continue }
            report(
                .warning, "team", at: place(head, "notify.team"), "there is no team '\(name)'",
                hint: Spelling.hint(for: name, among: teams))
        }
        if let flow = actions.startFlow { checkFlow(flow, at: place(head, "start_flow")) }
        if let key = actions.knowledge, knowledge[key] == nil {
            report(
                "knowledge", at: place(head, "knowledge"), "there is no '\(key)' in data/knowledge.json",
                hint: Spelling.hint(for: key, among: knowledge.keys))
        }
    }

    private mutating func checkTeam(_ team: String?, _ head: RuleHead, _ field: String) {
        guard let team, let teams = names.teams, !teams.contains(team) else { return }
        checkTeam(team, at: place(head, field))
    }

    mutating func checkTeam(_ team: String, at place: RulePlace) {
        guard let teams = names.teams, !teams.contains(team) else { return }
        report("team", at: place, "there is no team '\(team)'", hint: Spelling.hint(for: team, among: teams))
    }

    mutating func checkFlow(_ flow: String, at place: RulePlace) {
        guard !flows.contains(where: { $0.id == flow }) else { return }
        report("flow", at: place, "there is no flow '\(flow)'", hint: Spelling.hint(for: flow, among: flows.map(\.id)))
    }

    private mutating func checkMatch(_ term: MatchTerm, _ head: RuleHead, _ known: Set<String>) {
        // Looking a place up costs more than all the rest.
        var place: RulePlace { self.place(head, head.kind == .flow ? "start" : "match") }
        for intent in term.intents where !known.contains(intent) {
            let isFilePresent = source.files["data/intents.json"] != nil
            report(
                isFilePresent ? .error : .warning, "intent", at: place, "there is no intent '\(intent)' in data/intents.json",
                hint: isFilePresent ? Spelling.hint(for: intent, among: known) : "give examples of it in that file")
        }
        for channel in term.channels {
            guard let channels = names.channels, !channels.contains(channel) else { continue }
            report(
                .warning, "channel", at: place, "there is no channel '\(channel)'",
                hint: Spelling.hint(for: channel, among: channels))
        }
        for path in term.paths {
            switch path {
            case .queue(let team), .online(let team), .open(let team): checkTeam(team, at: place)
            case .customerAttribute(let parts):
                let fixed = MatchPath.named.keys.filter { $0.hasPrefix("customer.") }.map { String($0.dropFirst(9)) }
                if let attributes = settings.customerAttributes {
                    guard !attributes.contains(parts[0]) else { continue }
                    report(
                        "unknown_field", at: place, "customers have no attribute '\(parts[0])'",
                        hint: Spelling.hint(for: parts[0], among: Array(attributes) + fixed)
                            ?? "name it under attributes in rules.lua")
                } else if let near = Spelling.nearest(to: parts[0], among: fixed), Spelling.distance(near, parts[0]) == 1 {
                    report(
                        .warning, "unknown_field", at: place, "'customer.\(parts[0])' is an attribute of your own",
                        hint: "did you mean 'customer.\(near)'?")
                }
            default: break
            }
        }
    }

    // MARK: - Texts

    /// Where a name of a JSON file stands; its first line if it cannot be found as it is written.
    private func place(of name: String, in path: String) -> RulePlace {
        let lines = (source.files[path] ?? []).split(separator: 0x0a, omittingEmptySubsequences: false)
        let wanted = Array("\"\(name)\"".utf8)
        return RulePlace(file: source.shown(path), line: 1 + (lines.firstIndex { $0.firstRange(of: wanted) != nil } ?? 0))
    }

    private mutating func checkTexts() {
        for key in texts.keys.sorted() {
            let names = texts.texts.compactMapValues { $0[key].map(RuleTexts.placeholders) }
            for language in texts.languages where names[language] == nil {
                report(
                    .warning, "i18n_missing", at: RulePlace(file: source.shown("i18n/\(language).lua"), line: 1),
                    "the text '\(key)' is missing")
            }
            guard let usual = names[settings.language] ?? names.sorted(by: { $0.key < $1.key }).first?.value else { continue }
            for (language, own) in names.sorted(by: { $0.key < $1.key }) where own != usual {
                let path = "i18n/\(language).lua"
                let different = own.symmetricDifference(usual).sorted().map { "{\($0)}" }.joined(separator: ", ")
                report(
                    .warning, "i18n_names",
                    at: RulePlace(file: source.shown(path), line: outlines[path]?.returnedFields[key] ?? 0),
                    "the text '\(key)' differs from the other languages in \(different)")
            }
        }
        let languages = Set(texts.languages)
        for (head, actions) in routes.map({ ($0.head, $0.actions) }) + escalations.map({ ($0.head, $0.actions) })
            + replies.map({ ($0.head, $0.actions) })
        {
            for (field, wording) in actions.wordings {
                guard case .languages(let own) = wording else { continue }
                for language in languages.subtracting(own.keys).sorted() {
                    report(
                        .warning, "i18n_missing", at: place(head, field),
                        "'\(field)' of \(head.kind.rawValue) \"\(head.id)\" has no text in \(language)")
                }
            }
        }
        for (key, answers) in knowledge.sorted(by: { $0.key < $1.key }) {
            for language in languages.subtracting(answers.keys).sorted() {
                report(
                    .warning, "i18n_missing", at: place(of: key, in: "data/knowledge.json"),
                    "the answer '\(key)' is missing in \(language)")
            }
        }
        for pair in intents.object?.pairs ?? [] {
            for language in languages.subtracting(pair.value.object?.names ?? []).sorted() {
                report(
                    .warning, "i18n_missing", at: place(of: pair.name, in: "data/intents.json"),
                    "intent '\(pair.name)' has no examples in \(language)")
            }
        }
    }
}
