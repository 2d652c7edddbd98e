// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Desk
import Foundation
import Journal

/// `luadesk backup`: a copy of the database, taken while the server runs.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the database while the server runs, and verify the copy.",
        discussion: """
            The copy is encrypted under the same key and useless without it: keep DIR/desk.key in another place.
              luadesk backup --data DIR --to /backup/desk-2026-01-31.db
              luadesk verify --data DIR /backup/desk-2026-01-31.db
              luadesk restore --from /backup/desk-2026-01-31.db --data NEW-DIR --key /safe/desk.key
            """)

    @OptionGroup var folder: FolderOptions
    @Option(help: ArgumentHelp("Where the copy goes; it must not be there yet.", valueName: "file")) var to: String

    func run() async throws {
        try await complaining {
            let path = URL(fileURLWithPath: to).standardizedFileURL.path
            guard !FileManager.default.fileExists(atPath: path) else {
                throw Complaint("\(path) is there already. Choose another name, or remove it first.")
            }
            _ = try await folder.withStore { store in try await store.backup(to: path) }
            let key = try folder.deskKey(creatingIfMissing: false).storeKey()
            print("\(path): \(try await Backup.verify(path, key: key).sentence)")
        }
    }
}

/// `luadesk verify`: whether a backup, or the database of a desk, is whole and can be opened with the key.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a backup: whole, without gaps in the journal, readable under the key.")

    @OptionGroup var folder: FolderOptions
    @Argument(help: "The backup. Default: the database of the data folder itself.") var file: String?

    func run() async throws {
        try await complaining {
            let path = file.map { URL(fileURLWithPath: $0).standardizedFileURL.path } ?? "\(folder.folder)/desk.db"
            let key = try folder.deskKey(creatingIfMissing: false).storeKey()
            print("\(path): \(try await Backup.verify(path, key: key).sentence)")
        }
    }
}

/// `luadesk restore`: a desk from a backup, in a folder that is empty.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a data folder from a backup. Never overwrites one.",
        discussion: "The folder must be empty or not there yet, and gets the key from --key (or has it as desk.key).")

    @Option(help: ArgumentHelp("The backup.", valueName: "file")) var from: String
    @OptionGroup var folder: FolderOptions

    func run() async throws {
        try await complaining {
            let backup = URL(fileURLWithPath: from).standardizedFileURL.path
            let key = try folder.deskKey(creatingIfMissing: false)
            let report = try await Backup.restore(from: backup, to: folder.folder, key: key.storeKey())
            try keepKey()
            print("\(folder.folder): \(report.sentence)")
        }
    }

    /// The folder needs the key where the server looks for it.
    private func keepKey() throws {
        let path = DeskKey.path(in: folder.folder)
        guard let source = folder.key, !FileManager.default.fileExists(atPath: path) else { return }
        try FileManager.default.copyItem(atPath: source, toPath: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
}

extension BackupReport {
    /// What was found, for people.
    var sentence: String {
        "whole and readable: \(head) events, \(customers) customers, \(conversations) conversations, \(messages) messages, "
            + "\(tickets) tickets, \(byteCount / 1024) KiB."
    }
}
