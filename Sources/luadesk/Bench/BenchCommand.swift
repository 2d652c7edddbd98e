// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation

/// `luadesk bench`: the figures of the README, measured by the program beside this one.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure this machine: messages a second, decisions, commits, memory; each beside its reference.",
        discussion: "Runs luadesk-bench, which is built beside this program. 'make bench' builds both in release first.")

    @Argument(parsing: .allUnrecognized, help: "Options of luadesk-bench.") var arguments: [String] = []

    func run() async throws {
        try await complaining {
            let program = URL(fileURLWithPath: ShippedFolders.program).deletingLastPathComponent().appendingPathComponent(
                "luadesk-bench"
            ).path
            let argv = ([program] + arguments).map { strdup($0) } + [nil]
            execv(program, argv)
            throw Complaint("\(program) cannot be started (\(String(cString: strerror(errno)))). 'make bench' builds it.")
        }
    }
}
