// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Rules

/// The way back: which sets were live one after the other, the present one last.
///
/// A set that was gone back from is no longer on it, so that the next step back leads one further and never to the set that was left.
/// It stays in the history and can be taken by its id.
extension RuleDesk {
    /// Steps that are remembered; older ones fall away.
    private static let longestTrail = 200

    /// - Returns: ids of sets, the oldest first. A desk that has not kept it yet has its history: each set once, by when it was live last.
    func trail() async throws -> [String] {
        if let kept = try await store.stored(namespace: "rules", key: "trail", now: options.clock())?.array {
            return kept.compactMap(\.string)
        }
        let live = try await store.ruleSets(limit: 1000).filter { $0.activatedAt != nil }.reversed().map(\.id)
        guard let present = try await store.activeRuleSet()?.id else { return live }
        return live.filter { $0 != present } + [present]
    }

    /// The trail once `id` is live: it stands last, each set once, or, if this goes back, cut off after where it was.
    func trailChange(to id: String, isReturn: Bool) async throws -> Change {
        var trail = try await trail()
        if isReturn, let step = trail.dropLast().lastIndex(of: id) {
            trail.removeSubrange((step + 1)...)
        } else {
            trail.removeAll { $0 == id }
            trail.append(id)
        }
        return .stored(
            namespace: "rules", key: "trail", value: .array(trail.suffix(Self.longestTrail).map(Value.string)), expires: nil)
    }

    /// The set that was live before the present one, by the trail.
    /// - Returns: nil at the trail's beginning.
    func stepBack() async throws -> RuleSetRecord? {
        let present = active.id
        for id in try await trail().reversed() where id != present {
            if let record = try await store.ruleSet(id) { return record }
        }
        return nil
    }
}
