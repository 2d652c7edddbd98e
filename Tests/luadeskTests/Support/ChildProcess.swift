// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// A program of its own, started by a test: its output line by line, its end, signals to it.
final class ChildProcess: Sendable {
    struct Exit: Sendable, Hashable {
        /// Of an ordinary end.
        var status: Int32?
        /// That killed it.
        var signal: Int32?
    }
    private struct Waiter {
        var isMet: @Sendable (Output) -> Bool
        var continuation: CheckedContinuation<Void, any Error>
    }
    struct Output: Sendable {
        var out: [String] = []
        var err: [String] = []
        var exit: Exit?
        var openStreams = 2
        /// Ended, and all it wrote is here.
        var isOver: Bool { exit != nil && openStreams == 0 }
    }
    private struct State {
        var output = Output()
        var waiters: [Int: Waiter] = [:]
        var nextWaiter = 0
    }

    let id: pid_t
    private let state = Mutex(State())
    /// What it works in: there until it has ended, and gone soon after.
    private let folder: TemporaryFolder?
    private let isGroup: Bool

    struct SpawnFailure: Error, CustomStringConvertible { var description: String }

    /// - Parameters:
    ///   - environment: laid over this process's own; an empty text removes a variable.
    ///   - folder: one that it works in, kept until it has ended.
    ///   - hasChildren: whether it starts programs that get its signals, too.
    init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], in folder: TemporaryFolder? = nil,
        hasChildren: Bool = false
    ) throws {
        let (child, out, err) = try Self.spawning.withLock { _ in
            try Self.spawn(program, arguments, environment, isGroup: hasChildren)
        }
        id = child
        isGroup = hasChildren
        self.folder = folder
        // Three threads that end with the child: they block, which tasks must not. They hold this, and so the folder, till then.
        Thread.detachNewThread { [self] in drain(out) { $0.out.append($1) } }
        Thread.detachNewThread { [self] in drain(err) { $0.err.append($1) } }
        Thread.detachNewThread { [self] in reap() }
    }

    /// One at a time: a pipe must not slip into another child between its making and its mark.
    private static let spawning = Mutex(())

    private static func spawn(
        _ program: String, _ arguments: [String], _ environment: [String: String], isGroup: Bool
    ) throws -> (child: pid_t, out: Int32, err: Int32) {
        let out = try pipe()
        let err = try pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, out.write, 1)
        posix_spawn_file_actions_adddup2(&actions, err.write, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | (isGroup ? POSIX_SPAWN_SETPGROUP : 0)))

        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("LUADESK_") }
        for (name, value) in environment { variables[name] = value.isEmpty ? nil : value }
        let argv = ([program] + arguments).map { strdup($0) } + [nil]
        let envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var child = pid_t()
        let code = posix_spawn(&child, program, &actions, &attributes, argv, envp)
        close(out.write)
        close(err.write)
        guard code == 0 else {
            close(out.read)
            close(err.read)
            throw SpawnFailure(description: "\(program) cannot be started: \(String(cString: strerror(code)))")
        }
        return (child, out.read, err.read)
    }

    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard Foundation.pipe(&ends) == 0 else { throw SpawnFailure(description: String(cString: strerror(errno))) }
        // Not inherited by other children, which would keep them open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private func drain(_ file: Int32, _ add: @escaping (inout Output, String) -> Void) {
        var rest: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            rest += buffer[..<count]
            var lines: [String] = []
            while let end = rest.firstIndex(of: 0x0a) {
                lines.append(String(decoding: rest[..<end], as: UTF8.self))
                rest.removeSubrange(...end)
            }
            if !lines.isEmpty { change { output in for line in lines { add(&output, line) } } }
        }
        close(file)
        let last = rest.isEmpty ? nil : String(decoding: rest, as: UTF8.self)
        change { output in
            if let last { add(&output, last) }
            output.openStreams -= 1
        }
    }

    private func reap() {
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7f
        change { $0.exit = signal == 0 ? Exit(status: (status >> 8) & 0xff) : Exit(signal: signal) }
    }

    private func change(_ body: (inout Output) -> Void) {
        let met = state.withLock { state in
            body(&state.output)
            let met = state.waiters.filter { $0.value.isMet(state.output) || state.output.isOver }
            for key in met.keys { state.waiters[key] = nil }
            return met.values.map(\.continuation)
        }
        for continuation in met { continuation.resume() }
    }

    var output: Output { state.withLock { $0.output } }

    /// Waits until the output is as wished, or the process is over.
    func wait(until isMet: @escaping @Sendable (Output) -> Bool) async throws {
        let key = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isDone = state.withLock { state in
                    if Task.isCancelled || isMet(state.output) || state.output.isOver { return true }
                    state.waiters[key] = Waiter(isMet: isMet, continuation: continuation)
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: key)?.continuation }?.resume(throwing: CancellationError())
        }
        try Task.checkCancellation()
    }

    /// Waits for the end and all output.
    func exit() async throws -> Exit {
        try await wait { $0.isOver }
        return output.exit ?? Exit()
    }

    func send(_ signal: Int32) {
        // After its end the id may be somebody else's.
        if output.exit == nil { Foundation.kill(isGroup ? -id : id, signal) }
    }
}
