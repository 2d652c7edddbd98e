// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Desk
import Engine
import Foundation
import Journal

/// `luadesk admin`: what a lead looks at when the pages are not enough.
struct AdminCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin",
        abstract: "Agents, teams and dead letters of a desk.",
        discussion: """
              luadesk admin agents --data DIR
              luadesk admin teams --data DIR
              luadesk admin dead-letters --data DIR             what no platform would take, with the reason
              luadesk admin resend --data DIR MESSAGE …         try again, after the reason is gone
            """,
        subcommands: [Agents.self, Teams.self, DeadLetters.self, Resend.self])

    struct Agents: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the agents.")
        @OptionGroup var folder: FolderOptions

        func run() async throws {
            try await complaining {
                try await folder.withStore { store in
                    printTable(
                        ["ID", "NAME", "ROLE", "TEAMS", "CAPACITY", "PRESENCE"],
                        try await store.agents().map {
                            [
                                $0.id.text, $0.name, $0.role.rawValue, $0.teams.joined(separator: ","), "\($0.capacity)",
                                $0.presence.rawValue,
                            ]
                        })
                }
            }
        }
    }

    struct Teams: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the teams, and how many wait for each.")
        @OptionGroup var folder: FolderOptions

        func run() async throws {
            try await complaining {
                try await folder.withStore { store in
                    let waiting = try await store.openConversations().filter { $0.state == .queued }
                    printTable(
                        ["ID", "NAME", "STRATEGY", "WAITING"],
                        try await store.teams().map { team in
                            [team.id, team.name, team.strategy.rawValue, "\(waiting.count { $0.team == team.id })"]
                        })
                }
            }
        }
    }

    struct DeadLetters: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "dead-letters", abstract: "List messages that were given up, oldest first.")
        @OptionGroup var folder: FolderOptions
        @Option(help: "At most so many.") var limit = 100

        func run() async throws {
            try await complaining {
                try await folder.withStore { store in
                    let items = try await store.deadLetters(Page(limit: min(max(limit, 1), 1000)))
                    printTable(
                        ["MESSAGE", "CHANNEL", "QUEUED", "TRIES", "REASON"],
                        items.map { [$0.message.text, $0.channel, $0.queuedAt.rfc3339, "\($0.attempts)", $0.reason ?? "-"] })
                }
            }
        }
    }

    struct Resend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Send dead letters again, through the running server.")
        @OptionGroup var folder: FolderOptions
        @Argument(help: "Ids of messages, as 'dead-letters' lists them.") var messages: [String]

        func run() async throws {
            try await complaining {
                guard let desk = await LocalDesk.running(in: folder.folder) else {
                    throw Complaint("no server runs on \(folder.folder). Start it first: it is the one who sends.")
                }
                for message in messages {
                    guard ID<Message>(text: message) != nil else { throw Complaint("'\(message)' is no message id.") }
                    _ = try await desk.post("/v1/outbox/\(message)/resend")
                    print("\(message): waits to be sent again.")
                }
            }
        }
    }
}
