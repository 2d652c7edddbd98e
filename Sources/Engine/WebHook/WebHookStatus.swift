// SPDX-License-Identifier: Apache-2.0
import Desk

/// How a web hook does, since the start of the program.
package struct WebHookStatus: Sendable, Hashable {
    /// Events that were taken, tries that failed, events that were left out because the receiver refuses them.
    package private(set) var delivered = 0
    package private(set) var failures = 0
    package private(set) var refused = 0
    package private(set) var lastDeliveredAt: Instant?
    /// The event that is being told, and how often it was tried in vain; nil: there is none.
    package private(set) var current: Current?
    package struct Current: Sendable, Hashable {
        package let seq: Seq
        package let at: Instant
        package fileprivate(set) var failures: Int
    }
    /// Why the last try failed, when, and when the next one is; nil since one was taken.
    package private(set) var problem: String?
    package private(set) var failingSince: Instant?
    package private(set) var nextTryAt: Instant?

    mutating func began(_ event: Event) { current = Current(seq: event.seq, at: event.at, failures: 0) }

    /// - Parameter count: how many events were told.
    /// - Returns: whether it is the first failure after a success.
    mutating func note(_ verdict: WebHook.Verdict, attempt: Int, count: Int, at now: Instant) -> Bool {
        switch verdict {
        case .taken:
            delivered += count
            lastDeliveredAt = now
            settle()
        case .refused(let reason):
            failures += 1
            refused += 1
            settle()
            problem = reason
        case .fewer(let reason):
            failures += 1
            problem = reason
        case .again(let pause, let reason):
            failures += 1
            let isNew = failingSince == nil
            problem = reason
            failingSince = failingSince ?? now
            nextTryAt = now + pause
            current?.failures = attempt
            return isNew
        }
        return false
    }

    private mutating func settle() {
        (problem, failingSince, nextTryAt) = (nil, nil, nil)
        current = nil
    }
}
