// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(10))) struct ConfinedProgramTests {
    private func run(
        _ script: String, on input: [UInt8] = [], timeout: Duration = .seconds(20), outputBytes: Int = 1 << 20,
        isStopped: @Sendable @escaping () -> Bool = { false }
    ) async throws -> String {
        let program = ConfinedProgram(
            path: "/bin/sh", arguments: ["-c", script], timeout: timeout, outputBytes: outputBytes, memoryBytes: 256 << 20)
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result { String(decoding: try program.run(on: input, isStopped: isStopped), as: UTF8.self) })
            }
        }
    }

    @Test("bytes go through it, however many") func through() async throws {
        let input = (0..<3_000_000).map { UInt8(0x20 + $0 % 90) }
        #expect(try await run("cat", on: input, outputBytes: 3_000_000) == String(decoding: input, as: UTF8.self))
    }

    @Test(
        "what goes wrong is told, and nothing of it stays",
        arguments: [
            ("cat >/dev/null; exit 3", ConfinedProgram.Failure.failed), ("kill -9 $$", .failed), ("true", .failed),
            ("exec cat /dev/zero", .large),
            // It may write no file, and take no memory beyond its limit.
            ("f=$(mktemp); (echo x > $f) && echo written; rm $f", .failed),
            ("head -c 600000000 /dev/zero | tail -c 500000000 >/dev/null && echo taken", .failed),
        ] as [(String, ConfinedProgram.Failure)])
    func failures(_ script: String, _ failure: ConfinedProgram.Failure) async throws {
        // Input that nobody reads does not end this process.
        let input = [UInt8](repeating: 0, count: 1_000_000)
        await #expect(throws: failure) { try await run(script, on: input) }
    }

    @Test("it is ended when its time is over, with all that it started") func timeout() async throws {
        let began = ContinuousClock.now
        await #expect(throws: ConfinedProgram.Failure.timeout) {
            try await run("sleep 60 & sleep 60", timeout: .milliseconds(300))
        }
        #expect(ContinuousClock.now - began < .seconds(10))
    }

    @Test("it is ended when the desk stops") func stops() async throws {
        await #expect(throws: ConfinedProgram.Failure.stopped) { try await run("sleep 60", isStopped: { true }) }
    }

    @Test("it knows nothing of this process") func knowsNothing() async throws {
        // A descriptor that children would inherit.
        let file = open("/dev/null", O_RDONLY)
        defer { close(file) }
        let told = try await run(
            "pwd; env | cut -d= -f1 | sort | tr '\n' ' '; ls /proc/self/fd | tr '\n' ' '; nice; ulimit -t; ulimit -v")
        let lines = told.split(separator: "\n").map(String.init)
        #expect(lines.first == "/")
        #expect(!told.contains("HOME") && !told.contains("USER"))
        #expect(told.contains("0 1 2 3 15\n") && told.hasSuffix("\n20\n262144\n"), "\(told)")
    }
}
