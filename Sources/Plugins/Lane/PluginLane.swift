// SPDX-License-Identifier: Apache-2.0
import Desk
import Lua

/// A thread with one Lua state for each plugin image.
///
/// `@unchecked Sendable`: `states` is touched only on `thread`.
final class PluginLane: @unchecked Sendable {
    private let thread: LaneThread
    private var states: [Int: PluginState] = [:]
    /// Calls waiting for this lane beyond which new ones are refused.
    static let queueLimit = 512

    /// Whether this is the lane of plugins that used up their time or memory.
    let isForSuspects: Bool

    init(number: Int, isForSuspects: Bool = false) {
        self.isForSuspects = isForSuspects
        thread = LaneThread(name: isForSuspects ? "plugins apart" : "plugins \(number)")
    }

    var waiting: Int { thread.waiting }

    /// Makes the state of an image, unless it is there.
    func load(
        _ source: PluginSource, as id: Int, notes: Notes, clock: @escaping Clock, options: PluginOptions
    ) async -> Result<PluginManifest, PluginProblem> {
        await withCheckedContinuation { continuation in
            let isTaken = thread.submit { [self] in
                if let state = states[id] { return continuation.resume(returning: .success(state.manifest)) }
                do throws(PluginProblem) {
                    let state = try PluginState(source, notes: notes, clock: clock, options: options)
                    states[id] = state
                    continuation.resume(returning: .success(state.manifest))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
            if !isTaken {
                continuation.resume(returning: .failure(PluginProblem(plugin: source.name, "the server is shutting down")))
            }
        }
    }

    func unload(_ id: Int) { thread.submit { [self] in states[id] = nil } }

    func start(_ image: PluginImage, _ arguments: [Value], _ context: CallContext) async -> Result<
        PluginState.Step, PluginFailure
    > {
        guard thread.waiting < Self.queueLimit else {
            return .failure(PluginFailure(.busy, plugin: image.source.name, "too many calls are waiting"))
        }
        return await step(image, context) { [isForSuspects] state throws(PluginFailure) in
            guard isForSuspects || !image.isSuspect else {
                throw PluginFailure(.moved, plugin: image.source.name, "the plugin runs on another lane now")
            }
            return try state.start(arguments, context)
        }
    }

    func resume(_ coroutine: LuaCoroutine, with values: [Value], _ image: PluginImage, _ context: CallContext) async
        -> Result<PluginState.Step, PluginFailure>
    {
        await step(image, context) { state throws(PluginFailure) in try state.resume(coroutine, values, context) }
    }

    /// Gives up a call that waits.
    func drop(_ coroutine: LuaCoroutine, _ image: PluginImage, _ context: CallContext) {
        thread.submit { [self] in
            states[image.id]?.drop(coroutine)
            states[image.id]?.finish(context.id)
        }
    }

    private func step(
        _ image: PluginImage, _ context: CallContext,
        _ body: @escaping @Sendable (PluginState) throws(PluginFailure) -> PluginState.Step
    ) async -> Result<PluginState.Step, PluginFailure> {
        await withCheckedContinuation { continuation in
            let isTaken = thread.submit { [self] in
                guard let state = states[image.id] else {
                    let failure = PluginFailure(.unknown, plugin: image.source.name, "the plugin is not loaded here")
                    return continuation.resume(returning: .failure(failure))
                }
                do throws(PluginFailure) {
                    let next = try body(state)
                    continuation.resume(returning: .success(next))
                    if case .waiting = next { return }
                } catch {
                    continuation.resume(returning: .failure(error))
                }
                // The caller goes on already.
                state.finish(context.id)
            }
            if !isTaken {
                let failure = PluginFailure(.busy, plugin: image.source.name, "the server is shutting down")
                continuation.resume(returning: .failure(failure))
            }
        }
    }

    /// Memory of each image's state in bytes.
    func memory() async -> [Int: Int] {
        await withCheckedContinuation { continuation in
            let isTaken = thread.submit { [self] in continuation.resume(returning: states.mapValues(\.byteCount)) }
            if !isTaken { continuation.resume(returning: [:]) }
        }
    }

    /// Lets waiting jobs finish, closes the states on their thread, and ends it.
    func stop() async {
        await withCheckedContinuation { continuation in
            let isTaken = thread.submit { [self] in
                states = [:]
                continuation.resume()
            }
            if !isTaken { continuation.resume() }
        }
        thread.stop()
    }
}
