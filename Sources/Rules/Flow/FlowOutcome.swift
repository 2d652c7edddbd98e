// SPDX-License-Identifier: Apache-2.0
import Desk

/// What a waiting flow gets.
package enum FlowInput: Sendable, Hashable {
    case message(MessageContent)
    /// The time of its wait is over.
    case timeout
    /// A plugin answered a `call`.
    case called(Value)
    case callFailed(String)
    case event(String, Value)
}

/// How a flow ended.
package enum FlowEnding: Sendable, Hashable {
    /// `csat`: the customer shall be asked how it was.
    case done(csat: Bool)
    case handOff(team: String?, note: String?)
    /// It cannot go on: a person takes over.
    case failed(RuleFailure)
    /// Run again, it did not ask what it asked before: a person takes over.
    case diverged(RuleFailure)
}

/// What came of a step of a flow.
package struct FlowOutcome: Sendable, Hashable {
    /// What is to be done now, in order.
    package var intents: [Intent]
    /// Where it stands now, waiting; nil: it is over.
    package var record: FlowRecord?
    /// Nil while it goes on.
    package var ending: FlowEnding?
    /// Stages that took more than half of what they may.
    package var slow: [SlowCall] = []
    /// What its stages wrote into the log.
    package var log: [RuleLogLine] = []

    /// One step's outcome.
    package init(intents: [Intent], record: FlowRecord?, ending: FlowEnding?) {
        self.intents = intents
        self.record = record
        self.ending = ending
    }
}
