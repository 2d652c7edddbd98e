// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal

/// What the rules page does to the working tree: noted in the journal, and never half seen by the file watch.
extension RuleDesk {
    /// A file that somebody changed: hashes are hex, nil where there was or is none.
    package typealias FileEdit = (path: String, change: String, before: String?, after: String?)

    package var watchesFiles: Bool { options.watchesFiles && options.rulesFolder != nil }

    /// Who changed which files of the folder.
    package func noteEdits(_ edits: [FileEdit], by principal: Principal) async throws {
        let files = edits.map { edit -> Value in
            ([
                "path": .string(edit.path), "change": .string(edit.change), "before": Value(edit.before),
                "after": Value(edit.after),
            ] as Value).compact()
        }
        let event = Event.Draft(
            .rulesEdited, actor: principal.actor, payload: ["by": .string(principal.name), "files": .array(files)])
        _ = try await store.append(Entry(at: options.clock(), events: [event]))
    }

    /// The latest of what was done to the rules, the latest first: edits, activations, refusals, rests.
    ///
    /// The journal is looked through from its end in growing steps, a million events at most.
    package func log(limit: Int) async throws -> [Event] {
        let filter = EventFilter(kinds: [
            .rulesEdited, .rulesActivated, .rulesRejected, .rulesRollout, .rulesExported, .ruleSetAside,
        ])
        let head = store.head
        for window: Seq in [5_000, 50_000, 1_000_000] {
            var found: [Event] = []
            var after = max(0, head - window)
            while true {
                let page = try await store.events(after: after, limit: 1000, matching: filter)
                found = (found + page).suffix(limit)
                guard page.count == 1000, let last = page.last else { break }
                after = last.seq
            }
            if found.count >= limit || window >= head { return found.reversed() }
            if window == 1_000_000 { return found.reversed() }
        }
        return []
    }
}
