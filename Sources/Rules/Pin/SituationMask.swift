// SPDX-License-Identifier: Apache-2.0
import Desk

/// Takes from a situation what a person could be known by, as long as the same rules want the same.
enum SituationMask {
    private typealias Mask = (name: String, apply: (inout Situation) -> Void)

    /// - Returns: the situation, and the names of what was changed in it.
    static func masked(_ situation: Situation, runner: RuleRunner) -> (situation: Situation, masked: [String]) {
        let wanted = shape(runner.decide(situation))
        var masks = masks(for: situation)
        // Ids never decide anything that a test should hold on to.
        var plain = situation
        plain.customer = Customer(
            id: ID(1), name: situation.customer.name, language: situation.customer.language,
            attributes: situation.customer.attributes, tags: situation.customer.tags, isTest: situation.customer.isTest,
            createdAt: situation.customer.createdAt, lastSeenAt: situation.customer.lastSeenAt)
        plain.conversation = withoutIDs(situation.conversation)
        plain.message = situation.message.map { PinnedDecision.message($0.content, plain) }
        var all = plain
        for mask in masks { mask.apply(&all) }
        if shape(runner.decide(all)) == wanted {
            plain = all
        } else {
            // One of them is needed: each by itself, those that change the decision are left as they are.
            masks = masks.filter { mask in
                var tried = plain
                mask.apply(&tried)
                guard shape(runner.decide(tried)) == wanted else { return false }
                plain = tried
                return true
            }
        }
        return (plain, masks.map(\.name))
    }

    /// What a decision is about, without the words in it: those may hold the name that is masked.
    private static func shape(_ decision: Decision) -> [Value] {
        decision.matched.map { .string($0.rule) }
            + decision.intents.map { intent in
                var value = intent.value
                if let kind = value["reply"]?["kind"] { value["reply"] = kind }
                for name in ["note", "notify", "set", "set_customer"] where value[name] != nil { value[name] = true }
                if value["open_ticket"] != nil { value["open_ticket"]?["subject"] = true }
                if value["hand_off"]?["note"] != nil { value["hand_off"]?["note"] = true }
                return value
            }
    }

    private static func withoutIDs(_ old: Conversation) -> Conversation {
        var new = Conversation(id: ID(2), customer: ID(1), channel: old.channel, startedAt: old.startedAt)
        new.state = old.state
        new.team = old.team
        new.agent = old.agent == nil ? nil : ID(9)
        new.priority = old.priority
        new.tags = old.tags
        new.attributes = old.attributes
        new.mood = old.mood
        new.sla = old.sla
        new.updatedAt = old.updatedAt
        new.waitingSince = old.waitingSince
        new.personWantedSince = old.personWantedSince
        new.queuedAt = old.queuedAt
        new.assignedAt = old.assignedAt
        new.lastCustomerMessageAt = old.lastCustomerMessageAt
        new.lastReplyAt = old.lastReplyAt
        new.resolvedAt = old.resolvedAt
        new.lastAgent = old.lastAgent == nil ? nil : ID(9)
        new.fired = old.fired
        new.hasBegun = old.hasBegun
        new.reopenings = old.reopenings
        new.strategy = old.strategy
        new.skills = old.skills
        if var allowance = old.allowance {
            allowance.held = []
            new.replies = [new.place: allowance]
        }
        if let flow = old.flow {
            // Where it stands, not what was said in it.
            new.flow = FlowRecord(
                flow: flow.flow, version: flow.version, ruleSet: flow.ruleSet, stage: flow.stage, state: .object(.init()),
                startedAt: flow.startedAt)
        }
        return new
    }

    private static func masks(for situation: Situation) -> [Mask] {
        var masks: [Mask] = []
        let name = situation.customer.name
        if name != nil { masks.append(("customer.name", { $0.customer.name = "…" })) }
        if let content = situation.message?.content {
            if content.fields.object?.isEmpty == false {
                masks.append(("message.fields", { $0 = replacing($0) { $0.fields = .object(.init()) } }))
            }
            if withoutPerson(content.text, name) != content.text {
                masks.append(("message.text", { $0 = replacing($0) { $0.text = withoutPerson($0.text, name) } }))
            }
        }
        for attribute in situation.customer.attributes.object?.names ?? [] {
            masks.append(("customer.\(attribute)", { $0.customer.attributes[attribute] = nil }))
        }
        for attribute in situation.conversation.attributes.object?.names ?? [] {
            masks.append(("conversation.attributes.\(attribute)", { $0.conversation.attributes[attribute] = nil }))
        }
        return masks
    }

    private static func replacing(_ situation: Situation, _ change: (inout MessageContent) -> Void) -> Situation {
        var changed = situation
        guard var content = situation.message?.content else { return situation }
        change(&content)
        changed.message = PinnedDecision.message(content, situation)
        return changed
    }

    /// The customer's name gone, digits of long numbers (phones, cards, orders) as 0, addresses as `a@example.com`.
    static func withoutPerson(_ text: String, _ name: String?) -> String {
        var text = text
        if let name, !name.isEmpty { text = text.replacing(name, with: "…") }
        var plain = "", rest = text[...]
        while let address = NamedPattern.email.find(in: String(rest)), let place = rest.firstRange(of: address) {
            plain += rest[..<place.lowerBound] + "a@example.com"
            rest = rest[place.upperBound...]
        }
        text = plain + rest
        var out = "", run = ""
        func end() {
            out += run.count(where: \.isNumber) >= longNumber ? String(run.map { $0.isNumber ? "0" : $0 }) : run
            run = ""
        }
        for character in text {
            if character.isNumber || (!run.isEmpty && "- ".contains(character)) {
                run.append(character)
            } else {
                end()
                out.append(character)
            }
        }
        end()
        return out
    }

    private static let longNumber = 5
}
