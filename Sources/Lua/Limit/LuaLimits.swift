// SPDX-License-Identifier: Apache-2.0

/// What one state may hold and pass on.
package struct LuaLimits: Sendable, Hashable {
    /// Bytes in all. A script that passes it is stopped; a small reserve lets the failure be told.
    package var memory: Int
    /// Bytes of one string, table part or stack.
    package var block: Int
    /// Coroutines of the scripts' own alive at once; those that the host starts do not count.
    package var coroutines: Int
    /// Levels of nested tables that cross at once; at most 250.
    package var valueDepth: Int
    /// Bytes of encoded values that leave Lua at once.
    package var valueBytes: Int

    package init(
        memory: Int = 32 << 20, block: Int = 1 << 20, coroutines: Int = 0, valueDepth: Int = 32,
        valueBytes: Int = 1 << 20
    ) {
        self.memory = memory
        self.block = block
        self.coroutines = coroutines
        self.valueDepth = valueDepth
        self.valueBytes = valueBytes
    }
}

/// How work is limited.
package enum LuaClockMode: Sendable, Hashable {
    /// Instructions are counted, in steps of 64, together with the work of the library: the same program with the same
    /// input always costs the same. For tests and replay.
    case counted
    /// Nothing is counted; at the deadline a signal on the thread stops the script. For production.
    ///
    /// What counts is the thread's own time: a script that was merely not running gets up to eight times as long.
    case deadline
    /// As `deadline`, but the clock is looked at every thousand instructions. A thread that can have no timer does this
    /// in any case.
    case polled
}

/// What one call may use.
package struct LuaBudget: Sendable, Hashable {
    /// Limit in `.counted` mode.
    package var instructions: Int
    /// Limit in `.deadline` mode, by the monotonic clock. In `.counted` mode 40 times this, and at least 2 s, still ends
    /// what no instruction counts.
    package var time: Duration

    package init(instructions: Int, time: Duration) {
        self.instructions = instructions
        self.time = time
    }

    package static let predicate = LuaBudget(instructions: 20_000, time: .milliseconds(1))
    package static let decision = LuaBudget(instructions: 200_000, time: .milliseconds(5))
    package static let flowStep = LuaBudget(instructions: 500_000, time: .milliseconds(20))
    package static let pluginCall = LuaBudget(instructions: 2_000_000, time: .milliseconds(50))
    package static let load = LuaBudget(instructions: 50_000_000, time: .milliseconds(500))
}

/// What the last call used.
package struct LuaUsage: Sendable, Hashable {
    /// 0 in `.deadline` mode.
    package var instructions: Int
    package var nanoseconds: Int
    /// Bytes allocated, whether or not they are still in use.
    package var bytes: Int

    package init(instructions: Int = 0, nanoseconds: Int = 0, bytes: Int = 0) {
        self.instructions = instructions
        self.nanoseconds = nanoseconds
        self.bytes = bytes
    }
}
