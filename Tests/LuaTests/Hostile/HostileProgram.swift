// SPDX-License-Identifier: Apache-2.0

import Desk
import Testing

@testable import Lua

/// A program that means harm, or comes near to it, and what has to become of it.
struct HostileProgram: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let verdict: Verdict

    enum Verdict: Sendable {
        /// Stopped by the budget: instructions or deadline.
        case stops
        /// Stopped by some limit, whichever comes first.
        case limit
        /// The memory limit.
        case memory
        /// Fails with this code, and a message that contains this.
        case fails(LuaFailure.Code, String)
        /// Does no harm, and this comes out.
        case gives([Value])
        /// Anything may come out, as long as it comes out in time.
        case survives
    }

    init(_ name: String, _ verdict: Verdict, _ text: String) {
        self.name = name
        self.verdict = verdict
        self.text = text
    }

    /// Whether it goes on until a limit ends it.
    var isStopped: Bool {
        switch verdict {
        case .stops, .limit, .memory, .survives: true
        case .fails, .gives: false
        }
    }

    var testDescription: String { name }

    static let all = [loops, patterns, memory, work, escapes, published, errors, coroutines, sources, values].flatMap { $0 }
}
