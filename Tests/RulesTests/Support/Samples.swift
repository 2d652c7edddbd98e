// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua
import Testing

@testable import Rules

let noon = Instant(rfc3339: "2026-11-18T04:00:00Z") ?? Instant(seconds: 0)  // a Wednesday, 12:00 in Shanghai

extension Customer {
    static func sample(
        _ attributes: Value = .object(.init()), name: String? = "小林", language: String? = nil, tags: [String] = []
    ) -> Customer {
        Customer(
            id: ID(1), name: name, language: language, attributes: attributes, tags: tags, createdAt: noon - .seconds(86_400))
    }
}

extension Conversation {
    static func sample(_ change: (inout Conversation) -> Void = { _ in }) -> Conversation {
        var conversation = Conversation(id: ID(2), customer: ID(1), channel: "live", startedAt: noon - .seconds(300))
        change(&conversation)
        return conversation
    }
}

extension Situation {
    static func sample(
        _ occasion: Occasion = .message, customer: Customer = .sample(), conversation: Conversation = .sample(),
        text: String? = nil, content: MessageContent? = nil, intent: String? = nil, confidence: Double = 0.9, mood: Double = 0,
        language: String? = "zh-CN", desk: DeskView = .init(), now: Instant = noon, seed: UInt64 = 7
    ) -> Situation {
        let content = content ?? text.map(MessageContent.text)
        let message = content.map {
            Message(
                id: ID(3), conversation: conversation.id, customer: customer.id, channel: conversation.channel,
                direction: .inbound,
                content: $0, author: .customer(customer.id), delivery: .sent, at: now)
        }
        return Situation(
            occasion: occasion, now: now, seed: seed, customer: customer, conversation: conversation, message: message,
            understanding: Understanding(
                intents: intent.map { [.init(intent: $0, confidence: confidence)] } ?? [], mood: mood, language: language),
            desk: desk)
    }
}

/// A set from texts, with `rules/main.lua` as the first; no errors allowed.
func ruleSet(_ main: String, _ more: [String: String] = [:], names: KnownNames = .init()) throws -> RuleSet {
    var texts = more
    texts["main.lua"] = main
    let (set, problems) = RuleSet.compile(RuleSource(name: "test", texts: texts), names: names)
    #expect(!problems.contains { $0.severity == .error }, "\(problems.map(\.description).joined(separator: "\n"))")
    return try #require(set)
}

func runner(_ main: String, _ more: [String: String] = [:], health: RuleHealth = RuleHealth()) throws -> RuleRunner {
    try ruleSet(main, more).makeRunner(mode: .counted, health: health)
}

extension Decision {
    var actions: [Intent.Action] { intents.map(\.action) }
    var rules: [String] { matched.map(\.rule) }
    var replies: [String] { intents.compactMap { if case .reply(let content) = $0.action { content.text } else { nil } } }
}

extension FlowOutcome {
    var said: [String] { intents.compactMap { if case .reply(let content) = $0.action { content.text } else { nil } } }
}
