// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Desk
import Engine
import Foundation
import Rules

/// `luadesk rules pin`
struct RulesPinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin",
        abstract: "Keep a decision as a test: what the rules saw and wanted, in tests/pinned/MESSAGE.json.",
        discussion: """
            Names, phone numbers and whatever else the decision does not need are masked. 'rules test' then asks the rules the same
            again and says what has become different. Message ids stand in /v1/messages and at /desk.
            """)

    @OptionGroup var desk: FolderOptions
    @Argument(help: "The message's id.") var message: String
    @OptionGroup var rules: RuleFolder

    func run() async throws {
        try await complaining {
            guard let id = ID<Message>(text: message) else {
                throw Complaint("'\(message)' is no message id: they begin with m.")
            }
            let pinned: Value
            if let server = await LocalDesk.running(in: desk.folder) {
                pinned = try await server.post("/v1/rules/pin", ["message_id": .string(id.text)])
            } else {
                pinned = try await desk.withRuleDesk { rules in try await rules.pin(id) }
            }
            guard let path = pinned["path"]?.string, let pin = pinned["pin"] else {
                throw Complaint("there is no pin in the answer.")
            }
            let file = URL(fileURLWithPath: "\(try rules.path)/\(path)")
            do {
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data((pin.jsonText + "\n").utf8).write(to: file, options: .atomic)
            } catch {
                throw Complaint("\(file.path) cannot be written: \(error)")
            }
            print("Pinned: \(file.path)")
            let masked = pinned["masked"]?.array?.compactMap(\.string) ?? []
            if !masked.isEmpty { print("Masked: \(masked.joined(separator: ", ")).") }
        }
    }
}
