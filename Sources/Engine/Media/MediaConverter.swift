// SPDX-License-Identifier: Apache-2.0
import Desk
import Dispatch
import Logging
import Plugins
import Synchronization

/// Makes of voices and films what browsers play, once each, and keeps it beside the original.
///
/// Whatever goes wrong, the original is offered. So many are converted at once as the options say, a few wait, more are refused: they are
/// tried again when somebody asks for them.
package final class MediaConverter: Sendable {
    private let options: MediaOptions
    private let vault: MediaVault
    private let logger: Logger
    private let state = Mutex(State())
    /// Files that cannot be converted, until the desk starts again.
    private let hopeless = Recent<String, Bool>(capacity: 10_000)
    private let threads: DispatchQueue

    private struct State {
        var running = 0
        var waiting: [CheckedContinuation<Bool, Never>] = []
        var underWay: [String: Task<Bool, Never>] = [:]
        /// Types whose failure has been told.
        var told: Set<String> = []
        var isStopped = false
    }

    /// Who may wait for each that is running.
    private static let waitingForEach = 8

    init(_ options: MediaOptions, vault: MediaVault, logger: Logger) {
        self.options = options
        self.vault = vault
        self.logger = logger
        threads = DispatchQueue(label: "luadesk.media.convert", attributes: .concurrent)
    }

    /// What browsers play of an attachment, converting it now if that was not done before.
    /// - Returns: nil where the original is to be offered: browsers play it, or it cannot be converted, or not within the time.
    package func playable(_ original: MediaObject) async throws -> (object: MediaObject, bytes: [UInt8])? {
        guard let recipe = MediaRecipe(original.contentType) else { return nil }
        if let kept = try await vault.playable(original.id) { return kept }
        return await convert(original, recipe) ? try await vault.playable(original.id) : nil
    }

    /// The type of what browsers play of a file that was just stored; nil if that is the original.
    package func prepare(_ original: MediaObject) async -> String? {
        guard let recipe = MediaRecipe(original.contentType) else { return nil }
        return await convert(original, recipe) ? recipe.contentType : nil
    }

    /// The type of what has been made of it before; nil if nothing has.
    package func made(of original: MediaObject) async -> String? {
        guard let recipe = MediaRecipe(original.contentType), await vault.hasPlayable(original.id) else { return nil }
        return recipe.contentType
    }

    /// Nothing new begins, and what runs is ended.
    func stop() {
        let waiting = state.withLock { state in
            state.isStopped = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: false) }
    }

    // MARK: - Converting

    private func convert(_ original: MediaObject, _ recipe: MediaRecipe) async -> Bool {
        guard hopeless[original.id] == nil else { return false }
        guard let program = options.ffmpeg else {
            tell("absent", "There is no ffmpeg: voices and films are offered as they came.", [:])
            return false
        }
        let task = state.withLock { state in
            if let task = state.underWay[original.id] { return task }
            // Ends by the program's time limit; who waits for it may leave before.
            let task = Task {
                let isMade = await self.run(program, original, recipe)
                self.state.withLock { $0.underWay[original.id] = nil }
                return isMade
            }
            state.underWay[original.id] = task
            return task
        }
        let race = Race<Bool>()
        Task { race.finish(await task.value) }
        let patience = Task { [options] in
            try await Task.sleep(for: options.patience)
            race.finish(false)
        }
        defer { patience.cancel() }
        return await race.winner()
    }

    private func run(_ path: String, _ original: MediaObject, _ recipe: MediaRecipe) async -> Bool {
        guard await enter() else { return false }
        defer { leave() }
        do {
            if await vault.hasPlayable(original.id) { return true }
            guard let (_, bytes) = try await vault.get(original.id) else { return false }
            let program = ConfinedProgram(
                path: path, arguments: recipe.arguments, timeout: recipe.timeout, outputBytes: options.outputBytes)
            let made = try await withCheckedThrowingContinuation { continuation in
                threads.async {
                    continuation.resume(
                        with: Result { try program.run(on: bytes) { self.state.withLock { $0.isStopped } } })
                }
            }
            try await vault.put(
                playable: made, of: original.id, contentType: recipe.contentType, name: recipe.name(after: original.name))
            return true
        } catch ConfinedProgram.Failure.stopped {
            return false
        } catch {
            hopeless[original.id] = true
            let reason = (error as? ConfinedProgram.Failure)?.rawValue ?? "it could not be kept"
            tell(
                original.contentType, "A file could not be converted and is offered as it came; further ones are not told.",
                ["media": "\(original.id)", "type": "\(original.contentType)", "reason": "\(reason)"])
            return false
        }
    }

    /// A turn, or that too many wait for one.
    private func enter() async -> Bool {
        await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                if state.isStopped || state.waiting.count >= options.parallel * Self.waitingForEach { return false }
                if state.running < options.parallel {
                    state.running += 1
                    return true
                }
                state.waiting.append(continuation)
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.running -= 1
            return nil
        }
        next?.resume(returning: true)
    }

    /// Once for each kind of trouble: a crowd of bad files is no reason for a long log.
    private func tell(_ trouble: String, _ message: Logger.Message, _ metadata: Logger.Metadata) {
        if state.withLock({ $0.told.insert(trouble).inserted }) { logger.notice(message, metadata: metadata) }
    }
}
