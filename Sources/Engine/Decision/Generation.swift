// SPDX-License-Identifier: Apache-2.0
import Answers
import Desk
import Rules
import Synchronization

/// A rule set that is live, with what goes with it: an event is decided wholly by one generation.
final class Generation: Sendable {
    let number: Int
    let set: RuleSet
    let understanding: IntentIndex
    /// How its settlements went.
    let vitals = Vitals()

    init(number: Int, set: RuleSet) {
        self.number = number
        self.set = set
        understanding = IntentIndex.made(of: set.intents)
    }
}
