// SPDX-License-Identifier: Apache-2.0

/// Where a running flow stands: enough to continue it after a restart, on another machine, under newer rules.
package struct FlowRecord: Sendable, Hashable {
    package var flow: String
    package var version: Int
    /// The rule set that this stage was started with; the stage ends under it.
    package var ruleSet: String
    package var stage: String
    /// The flow's own state table, as of the start of the stage.
    package var state: Value
    /// What the waits of this stage have given so far, in order.
    package var journal: [Entry]
    /// The wait that is open now.
    package var wait: Wait?
    /// Counts the flow's steps: part of the ids of what it sends, so that no step sends twice.
    package var step: Int
    package var startedAt: Instant

    package struct Entry: Sendable, Hashable {
        /// The label the author gave, `order`; unique within its stage unless waited for again.
        package let label: String
        /// Of kind and arguments: a stage that asks something else than before has diverged.
        package let hash: String
        package let result: Value
        package init(label: String, hash: String, result: Value) { self.label = label; self.hash = hash; self.result = result }
    }

    package struct Wait: Sendable, Hashable {
        package enum Kind: String, Sendable { case ask, choose, sleep, event, call }
        package let kind: Kind
        package let label: String
        package let hash: String
        package let until: Instant?
        /// Of a `call`: `{name, args}`; of an `event`: `{name}`; of `ask` and `choose`: what is expected and how often it was asked.
        package let detail: Value
        package init(kind: Kind, label: String, hash: String, until: Instant?, detail: Value) {
            self.kind = kind
            self.label = label
            self.hash = hash
            self.until = until
            self.detail = detail
        }
    }

    package init(flow: String, version: Int, ruleSet: String, stage: String, state: Value, startedAt: Instant) {
        self.flow = flow
        self.version = version
        self.ruleSet = ruleSet
        self.stage = stage
        self.state = state
        self.startedAt = startedAt
        journal = []
        step = 0
    }
}
