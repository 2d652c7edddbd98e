// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Desk
import Foundation
import NIOCore

/// Measures a release build against references in the same run, and checks that what was acknowledged is there.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "luadesk-bench", abstract: "Measures LuaDesk beside its references on this machine.",
        subcommands: [Run.self, HelloCommand.self], defaultSubcommand: Run.self)

    struct HelloCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "hello", abstract: "Serves the reference.", shouldDisplay: false)
        @Option var port: Int
        func run() async throws {
            try await Hello.serve(port: port)
        }
    }

    struct Run: AsyncParsableCommand {
        @Option(help: "Connections of the load generator.") var connections = 64
        @Option(help: "Messages for each load.") var messages = 40_000
        @Option(help: "Idle sockets.") var sockets = 10_000
        @Option(help: "Only these: rules, commit, plain, secure, live, replay, mixed, resume, idle.") var only: [String] = []
        @Flag(help: "A tenth of everything: whether it works, not how fast.") var quick = false

        func run() async throws {
            let scale = quick ? 10 : 1
            var runner = Runner(connections: connections, messages: messages / scale, sockets: sockets / scale, only: Set(only))
            try await runner.run()
            print(Machine.line)
            print(runner.table.text)
        }
    }
}
