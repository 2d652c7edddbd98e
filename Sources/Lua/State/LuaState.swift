// SPDX-License-Identifier: Apache-2.0

import CLua
import Desk

/// One sandboxed Lua state: libraries without files, processes and debugging, limits on memory and work, globals that
/// cannot be replaced.
///
/// Not Sendable: it belongs to one executor's thread and is never kept across an `await`. Every function here blocks for
/// at most its budget. No error of Lua's ever jumps over a Swift frame; see `CLua.h`.
package final class LuaState {
    /// Shown when the state itself is at fault.
    package let name: String
    let state: OpaquePointer
    let host: Host

    /// - Parameters:
    ///   - seed: for `math.random`; the same seed gives the same numbers.
    ///   - host: functions for the scripts, under dotted names.
    ///   - resolve: the source of a module for `require`, and the name of its chunk; nil if there is none.
    /// - Throws: `.memory` if not even the libraries fit into the limits.
    package init(
        name: String, limits: LuaLimits = .init(), mode: LuaClockMode, seed: UInt64 = 0, host functions: [HostFunction],
        resolve: @escaping (String) -> (chunk: String, source: [UInt8])?
    ) throws(LuaFailure) {
        let host = Host(functions: functions, resolve: resolve)
        let limits = clua_limits(
            memory: max(0, limits.memory), block: max(4096, limits.block), coroutines: Int32(clamping: limits.coroutines),
            value_depth: Int32(clamping: limits.valueDepth), value_bytes: max(64, limits.valueBytes),
            counted: mode == .counted ? 1 : 0, polled: mode == .polled ? 1 : 0, seed: seed)
        guard let state = clua_new(name, limits, Unmanaged.passUnretained(host).toOpaque(), Host.call, Host.resolve) else {
            throw LuaFailure(
                code: .memory, message: "\(name): the Lua libraries do not fit into \(limits.memory) bytes")
        }
        self.name = name
        self.host = host
        self.state = state
        for (index, function) in functions.enumerated() {
            try check(clua_install(state, function.name, UInt32(index)))
        }
    }

    deinit { clua_close(state) }

    // MARK: Loading

    /// Compiles text; nothing runs yet.
    /// - Parameters:
    ///   - chunk: shown as the file's name. A name that begins with "=" is the host's own: its frames are not shown.
    ///   - environment: an object whose fields this chunk sees as further globals, before the shared ones.
    package func load(source: [UInt8], chunk: String, environment: Value? = nil) throws(LuaFailure) -> LuaFunction {
        var handle = clua_handle()
        let environment = environment.map(LuaEncoder.single) ?? []
        let status = source.withUnsafeBytes { source in
            environment.withUnsafeBytes { environment in
                clua_load(state, clua_bytes(source), chunk, clua_bytes(environment), &handle)
            }
        }
        try check(status)
        return LuaFunction(handle)
    }

    // MARK: Calling

    /// Calls a function and waits for its results. It cannot suspend.
    package func call(_ function: LuaFunction, _ arguments: [Value] = [], budget: LuaBudget) throws(LuaFailure) -> [Value] {
        try call(function, encoded: LuaEncoder(arguments), budget: budget) { LuaDecoder.values($0) }
    }

    /// Calls with arguments that are encoded already, and reads the results where they lie.
    /// - Parameter read: gets the encoded results, for `LuaDecoder`; they are gone afterwards.
    package func call<Result>(
        _ function: LuaFunction, encoded arguments: LuaEncoder, budget: LuaBudget,
        read: (UnsafeRawBufferPointer) -> Result
    ) throws(LuaFailure) -> Result {
        var result = clua_bytes()
        let status = arguments.bytes.withUnsafeBytes {
            clua_call(state, function.handle, clua_bytes($0), clua_budget(budget), &result)
        }
        try check(status)
        return read(UnsafeRawBufferPointer(result))
    }

    /// The same with arguments from a buffer.
    package func call<Result>(
        _ function: LuaFunction, _ arguments: LuaBuffer, budget: LuaBudget, read: (UnsafeRawBufferPointer) -> Result
    ) throws(LuaFailure) -> Result {
        var result = clua_bytes()
        try check(clua_call(state, function.handle, clua_bytes(arguments.bytes), clua_budget(budget), &result))
        return read(UnsafeRawBufferPointer(result))
    }

    // MARK: Coroutines

    /// Runs a function as a coroutine, which host functions may suspend. Does not count against `limits.coroutines`.
    package func start(_ function: LuaFunction, _ arguments: [Value] = [], budget: LuaBudget) throws(LuaFailure) -> LuaStep {
        var result = clua_bytes()
        var handle = clua_handle()
        let status = LuaEncoder(arguments).bytes.withUnsafeBytes {
            clua_start(state, function.handle, clua_bytes($0), clua_budget(budget), &handle, &result)
        }
        return try step(status, LuaCoroutine(handle), result)
    }

    /// Goes on with a coroutine that waits: its suspended host function returns `values`.
    ///
    /// When it has finished or failed, the coroutine is gone.
    package func resume(_ coroutine: LuaCoroutine, _ values: [Value] = [], budget: LuaBudget) throws(LuaFailure) -> LuaStep {
        try resume(coroutine, LuaEncoder(values), failed: false, budget)
    }

    /// Goes on with a coroutine that waits: its suspended host function raises an error, which the script may catch.
    package func resume(_ coroutine: LuaCoroutine, failure: String, budget: LuaBudget) throws(LuaFailure) -> LuaStep {
        try resume(coroutine, LuaEncoder([.string(failure)]), failed: true, budget)
    }

    private func resume(
        _ coroutine: LuaCoroutine, _ values: LuaEncoder, failed: Bool, _ budget: LuaBudget
    ) throws(LuaFailure) -> LuaStep {
        var result = clua_bytes()
        let status = values.bytes.withUnsafeBytes {
            clua_resume(state, coroutine.handle, failed ? 1 : 0, clua_bytes($0), clua_budget(budget), &result)
        }
        return try step(status, coroutine, result)
    }

    private func step(_ status: clua_status, _ coroutine: LuaCoroutine, _ result: clua_bytes) throws(LuaFailure) -> LuaStep {
        if status == CLUA_SUSPENDED {
            var decoder = LuaDecoder(UnsafeRawBufferPointer(result))
            return .suspended(coroutine, request: decoder.value())
        }
        try check(status)
        return .finished(LuaDecoder.values(UnsafeRawBufferPointer(result)))
    }

    /// Gives up a coroutine that waits; nothing of it runs again.
    package func drop(_ coroutine: LuaCoroutine) { clua_release(state, coroutine.handle) }

    // MARK: Held values

    /// Builds a value in the state once, to be passed to many calls.
    package func hold(_ value: Value) throws(LuaFailure) -> LuaHeld {
        var handle = clua_handle()
        try check(LuaEncoder.single(value).withUnsafeBytes { clua_hold(state, clua_bytes($0), &handle) })
        return LuaHeld(function: LuaFunction(handle))
    }

    /// Lets go of a function. One that arrived several times is let go when it was released as often.
    package func release(_ function: LuaFunction) { clua_release(state, function.handle) }
    package func release(_ held: LuaHeld) { clua_release(state, held.function.handle) }

    // MARK: Globals

    /// Functions of the shim that only the host's own chunks may have: to be removed before any script runs.
    package static let internals = ["__array", "__lock", "__turn", "__open"]

    package func setGlobal(_ name: String, _ value: Value) throws(LuaFailure) {
        try check(LuaEncoder.single(value).withUnsafeBytes { clua_set_global(state, name, clua_bytes($0)) })
    }

    /// Takes a global away; chunks that kept it as a local still have it.
    package func removeGlobal(_ name: String) throws(LuaFailure) { try setGlobal(name, .null) }

    /// From now on a script that sets a global fails, with file and line.
    package func lockGlobals() throws(LuaFailure) { try check(clua_lock_globals(state)) }

    // MARK: What it costs

    /// What the last call used.
    package var lastUsage: LuaUsage {
        let usage = clua_last_usage(state)
        return LuaUsage(
            instructions: Int(usage.instructions), nanoseconds: Int(usage.nanoseconds), bytes: Int(usage.bytes))
    }

    /// Bytes in use, garbage included.
    package var memoryInUse: Int { clua_memory(state) }

    /// Does a bounded piece of the collector's work, for quiet moments.
    /// - Returns: true when a cycle ended.
    @discardableResult package func collectStep() -> Bool { clua_collect_step(state) != 0 }

    // MARK: Failures

    private func check(_ status: clua_status) throws(LuaFailure) {
        guard status != CLUA_OK else { return }
        throw LuaFailure(status, clua_last_failure(state))
    }
}
