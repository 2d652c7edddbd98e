// SPDX-License-Identifier: Apache-2.0
import Desk

/// What random situations are made of: the names, words and constants that the rules of a set look at, and some that they do not.
enum PropertyWords {
    private static let most = 200

    static func value(of set: RuleSet) -> Value {
        let terms = set.heads.compactMap(\.match).flatMap(\.plainTerms)
        var channels = ["live"], tags = ["x"], teams: [String] = [], languages = ["zh-CN", "en"]
        var events = ["enter"], intents = set.intents.object?.names ?? [], texts: [String] = []
        var attributes: [String: [Value]] = [:]
        for term in terms {
            switch term {
            case .channel(let names): channels += names
            case .hasTag(let names): tags += names
            case .event(let names): events += names
            case .intent(let names, _): intents += names
            case .keywords(let words): texts += words.map(\.plainText)
            case .contains(.messageText, let parts), .prefix(.messageText, let parts): texts += parts.map(\.text)
            case .pattern(.messageText, let pattern): texts.append(pattern.sample)
            case .compare(.customerAttribute(let names), _, let constant) where names.count == 1:
                attributes[names[0], default: []] += around(constant)
            case .oneOf(.customerAttribute(let names), let constants) where names.count == 1:
                attributes[names[0], default: []] += constants.map(\.value)
            case .between(.customerAttribute(let names), let low, let high) where names.count == 1:
                attributes[names[0], default: []] += [low, high, low - 1, high + 1].map(Value.number)
            case .within(.customerAttribute(let names), let duration) where names.count == 1:
                attributes[names[0], default: []] += ["-1m", .string("-" + (duration + .seconds(86_400)).shown)]
            case .exists(.customerAttribute(let names)) where names.count == 1: attributes[names[0], default: []] += ["x"]
            case .compare(.language, _, .text(let name)): languages.append(name)
            case .oneOf(.language, let constants): languages += constants.compactMap { $0.value.string }
            default: break
            }
        }
        for route in set.routes { if let team = route.assignment.team { teams.append(team) } }
        for intent in set.intents.object?.pairs ?? [] {
            for language in intent.value.object?.pairs ?? [] {
                texts += (language.value.array ?? []).prefix(3).compactMap(\.string)
            }
        }
        texts += OrdinaryTexts.all
        return [
            "channels": list(channels), "tags": list(tags), "teams": list(teams.isEmpty ? ["service"] : teams),
            "languages": list(languages), "events": list(events), "intents": list(intents), "texts": list(texts),
            "states": list(ConversationState.allCases.map(\.rawValue)),
            "attributes": .array(
                attributes.sorted { $0.key < $1.key }.prefix(40).map { ["name": .string($0.key), "values": .array($0.value)] }),
        ]
    }

    /// Each once, in their order.
    private static func list(_ names: [String]) -> Value {
        var seen: Set<String> = []
        return .array(names.filter { seen.insert($0).inserted }.prefix(most).map(Value.string))
    }

    private static func around(_ constant: Constant) -> [Value] {
        switch constant {
        case .number(let number): [number, number - 1, number + 1].map(Value.number)
        case .text(let text): [.string(text), "other"]
        case .flag: [true, false]
        }
    }
}
