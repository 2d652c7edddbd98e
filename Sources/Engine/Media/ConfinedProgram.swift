// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A program of the system that is given bytes and gives bytes, and can do little else.
///
/// It gets two pipes and nothing of this process: no descriptors, no environment but a path, no working folder. The shell sets the limits
/// of processor time, memory, descriptors and files (it cannot write a byte into any), lowers its priority and makes way for it.
struct ConfinedProgram: Sendable {
    let path: String
    let arguments: [String]
    var timeout: Duration
    var outputBytes: Int
    /// Of address space.
    var memoryBytes = 1 << 30

    enum Failure: String, Error {
        case notStarted = "it could not be started"
        case timeout = "it took too long"
        case large = "its result was too large"
        case failed = "it gave up"
        case stopped = "the desk is stopping"
    }

    /// Blocks the thread it is called on, at most for `timeout`.
    /// - Parameter isStopped: asked ten times a second; ends it.
    func run(on input: [UInt8], isStopped: () -> Bool) throws(Failure) -> [UInt8] {
        let child = try Child(self)
        defer { child.end() }
        let end = ContinuousClock.now + timeout
        var sent = 0
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            if isStopped() { throw .stopped }
            guard ContinuousClock.now < end else { throw .timeout }
            var waits = [
                pollfd(fd: child.output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: sent < input.count ? child.input : -1, events: Int16(POLLOUT), revents: 0),
            ]
            guard poll(&waits, 2, 100) > 0 else { continue }
            if waits[1].revents != 0 {
                let count = input.withUnsafeBytes {
                    send(child.input, $0.baseAddress! + sent, min(65_536, input.count - sent), Self.quietly)
                }
                // What reads no more may still have something to say.
                sent = count > 0 ? sent + count : count < 0 && (errno == EAGAIN || errno == EINTR) ? sent : input.count
                if sent == input.count { shutdown(child.input, Int32(SHUT_WR)) }
            }
            guard waits[0].revents != 0 else { continue }
            let count = read(child.output, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            output += chunk[..<count]
            guard output.count <= outputBytes else { throw .large }
        }
        guard child.succeeded(by: end), !output.isEmpty else { throw .failed }
        return output
    }

    /// The shell's words; `$0` is the program. A limit that cannot be set ends it.
    private var script: String {
        let seconds = max(1, timeout.components.seconds)
        return "cd / && ulimit -t \(seconds) && ulimit -v \(memoryBytes >> 10) && ulimit -n 32 && ulimit -c 0 && ulimit -f 0"
            + " && exec nice -n 15 \"$0\" \"$@\""
    }

    #if canImport(Glibc)
    private static let quietly = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
    private static let stream = Int32(SOCK_STREAM.rawValue)
    #else
    private static let quietly = MSG_DONTWAIT
    private static let stream = SOCK_STREAM
    #endif

    /// The running program and our ends of its pipes.
    private final class Child {
        let input: Int32
        let output: Int32
        private var id: pid_t = 0

        /// One at a time: an end of a pipe must not slip into another child before it is marked.
        private static let starting = Mutex(())

        init(_ program: ConfinedProgram) throws(Failure) {
            // A socket, because writing to a pipe that nobody reads would end this process by a signal.
            var sent: [Int32] = [-1, -1]
            var given: [Int32] = [-1, -1]
            let started: pid_t? = Self.starting.withLock { _ in
                guard socketpair(AF_UNIX, ConfinedProgram.stream, 0, &sent) == 0, pipe(&given) == 0 else { return nil }
                for end in sent + given { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
                return Self.spawn(program, input: sent[1], output: given[1])
            }
            for end in [sent[1], given[1]] where end >= 0 { close(end) }
            input = sent[0]
            output = given[0]
            guard let started else {
                for end in [sent[0], given[0]] where end >= 0 { close(end) }
                throw .notStarted
            }
            id = started
        }

        private static func spawn(_ program: ConfinedProgram, input: Int32, output: Int32) -> pid_t? {
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            posix_spawn_file_actions_adddup2(&actions, input, 0)
            posix_spawn_file_actions_adddup2(&actions, output, 1)
            posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
            for file in inheritable() { posix_spawn_file_actions_addclose(&actions, file) }
            var attributes = posix_spawnattr_t()
            posix_spawnattr_init(&attributes)
            defer { posix_spawnattr_destroy(&attributes) }
            var none = sigset_t()
            sigemptyset(&none)
            posix_spawnattr_setsigmask(&attributes, &none)
            // A group of its own: a signal to the desk's group (^C) is not for it.
            posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETPGROUP))
            let words: [String] = ["/bin/sh", "-c", program.script, program.path] + program.arguments
            let variables: [String] = ["PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", "MALLOC_ARENA_MAX=1"]
            let argv = words.map { strdup($0) } + [nil]
            let environment = variables.map { strdup($0) } + [nil]
            defer { for text in argv + environment { free(text) } }
            var id = pid_t()
            return posix_spawn(&id, "/bin/sh", &actions, &attributes, argv, environment) == 0 ? id : nil
        }

        /// Descriptors that some library of ours left open for children.
        private static func inheritable() -> [Int32] {
            let open = (try? FileManager.default.contentsOfDirectory(atPath: "/dev/fd"))?.compactMap { Int32($0) } ?? []
            return open.filter { file in
                let flags = fcntl(file, F_GETFD)
                return file > 2 && flags >= 0 && flags & FD_CLOEXEC == 0
            }
        }

        /// Whether it ended well; it has closed its output, so it is about to.
        func succeeded(by end: ContinuousClock.Instant) -> Bool {
            var status: Int32 = 0
            while true {
                let ended = waitpid(id, &status, WNOHANG)
                if ended == id {
                    id = 0
                    return status == 0
                }
                if ended < 0, errno != EINTR { return false }
                guard ContinuousClock.now < end else { return false }
                usleep(2000)
            }
        }

        /// Ends what has not ended, and lets go of everything.
        func end() {
            if id != 0 {
                kill(-id, SIGKILL)
                var status: Int32 = 0
                while waitpid(id, &status, 0) < 0, errno == EINTR {}
            }
            close(input)
            close(output)
        }
    }
}
