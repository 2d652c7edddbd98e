// SPDX-License-Identifier: Apache-2.0

/// The messages that one of ours became on its platform, and how far each of them has got.
///
/// A text above the platform's limit goes out in several, a picture and its words in two; the platform reports on each by itself.
package struct MessageParts: Sendable, Hashable {
    package struct Part: Sendable, Hashable {
        package var externalID: String
        package var delivery: Delivery
    }
    /// In the order they were sent.
    package private(set) var parts: [Part]

    package init(_ externalIDs: [String]) { parts = externalIDs.map { Part(externalID: $0, delivery: .sent) } }

    /// Notes what the platform says about one of them.
    /// - Returns: false if it is none of these, or nothing new.
    package mutating func note(_ report: Delivery, of externalID: String) -> Bool {
        guard let place = parts.firstIndex(where: { $0.externalID == externalID }) else { return false }
        let advanced = parts[place].delivery.advanced(by: report)
        guard advanced != parts[place].delivery else { return false }
        parts[place].delivery = advanced
        return true
    }

    /// How far the whole has got: as far as the last of its parts; failed where one has failed.
    package var delivery: Delivery {
        for (index, part) in parts.enumerated() {
            if case .failed(let reason) = part.delivery {
                return .failed(reason: parts.count == 1 ? reason : "part \(index + 1) of \(parts.count): \(reason)")
            }
        }
        if parts.allSatisfy({ $0.delivery == .read }) { return .read }
        return parts.allSatisfy { $0.delivery == .delivered || $0.delivery == .read } ? .delivered : .sent
    }
}

extension MessageParts {
    /// `[{id, delivery, reason?}]`
    package var value: Value {
        .array(
            parts.map { part in
                ([
                    "id": .string(part.externalID), "delivery": .string(part.delivery.name),
                    "reason": Value(part.delivery.reason),
                ] as Value).compact()
            })
    }

    package init?(_ value: Value) {
        guard let items = value.array else { return nil }
        parts = []
        for item in items {
            guard let id = item["id"]?.string,
                let delivery = Delivery(name: item["delivery"]?.string ?? "", reason: item["reason"]?.string)
            else { return nil }
            parts.append(Part(externalID: id, delivery: delivery))
        }
    }
}
