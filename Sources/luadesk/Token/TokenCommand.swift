// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Desk
import Engine
import Foundation
import Journal

extension Role: ExpressibleByArgument {}

/// `luadesk token`: API tokens, made, listed and revoked beside a running server or without one.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make, list and revoke API tokens.",
        discussion: """
            A token goes into 'Authorization: Bearer …' on /v1, and signs people in at /desk.
              luadesk token create --data DIR --role admin
              luadesk token create --data DIR --role agent --agent 小林     (an id, or the name in the configuration)
              luadesk token list --data DIR
              luadesk token revoke --data DIR --name NAME
            """,
        subcommands: [Create.self, List.self, Revoke.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a new token. It is shown this once; the desk keeps only its hash.")

        @OptionGroup var folder: FolderOptions
        @Option(help: "What it may do: admin, lead, agent, integration or auditor.") var role: Role
        @Option(help: "What it is called in lists and in the journal. Default: the role and a number.") var name: String?
        @Option(help: ArgumentHelp("Whose token it is: an agent's id or name.", valueName: "agent")) var agent: String?

        func run() async throws {
            try await complaining {
                let secret = try await folder.withStore(creating: true) { store in
                    let owner = try await owner(in: store)
                    let taken = Set(try await store.tokens().map(\.name))
                    var number = 1
                    while name == nil, taken.contains("\(role.rawValue)-\(number)") { number += 1 }
                    return try await DeskEngine.createToken(
                        name: name ?? "\(role.rawValue)-\(number)", role: role, agent: owner, by: .system, in: store,
                        at: Instant.systemNow())
                }
                print(secret)
            }
        }

        private func owner(in store: SQLiteStore) async throws -> ID<Agent>? {
            guard let agent else { return nil }
            let agents = try await store.agents()
            guard let found = agents.first(where: { $0.id.text == agent || $0.name == agent }) else {
                let names = agents.map(\.name).joined(separator: ", ")
                throw Complaint(
                    "there is no agent '\(agent)'. \(names.isEmpty ? "The desk has none yet." : "There are: \(names).")")
            }
            return found.id
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the tokens there are, without their secrets.")
        @OptionGroup var folder: FolderOptions

        func run() async throws {
            try await complaining {
                try await folder.withStore { store in
                    let names = Dictionary(try await store.agents().map { ($0.id, $0.name) }, uniquingKeysWith: { $1 })
                    let rows = try await store.tokens().map { token in
                        [
                            token.name, token.role.rawValue, token.agent.map { names[$0] ?? $0.text } ?? "-",
                            token.createdAt.rfc3339,
                        ]
                    }
                    printTable(["NAME", "ROLE", "AGENT", "MADE"], rows)
                }
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a token worthless, at once.")
        @OptionGroup var folder: FolderOptions
        @Option(help: "Its name, as 'luadesk token list' shows it.") var name: String

        func run() async throws {
            try await complaining {
                try await folder.withStore { store in
                    let names = try await store.tokens().map(\.name)
                    guard names.contains(name) else {
                        throw Complaint("there is no token '\(name)'. \(ConfigurationReader.hint(name, names))")
                    }
                    try await store.revokeToken(named: name)
                }
                print("Token \(name) is revoked.")
            }
        }
    }
}

extension EventStore {
    /// Revokes a token, whoever made it; running servers forget it with the event.
    func revokeToken(named name: String) async throws {
        let event = Event.Draft(.tokenRevoked, actor: .system, payload: ["name": .string(name)])
        _ = try await append(Entry(at: Instant.systemNow(), events: [event], changes: [.revokeToken(name: name)]))
    }
}
