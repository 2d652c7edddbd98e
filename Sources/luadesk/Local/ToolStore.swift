// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal

extension FolderOptions {
    /// Opens the store beside whoever else is at work on it, and closes it afterwards.
    /// - Parameter creating: whether a folder that is not there yet is made; without, its absence is an error.
    func withStore<Result>(creating: Bool = false, _ body: (SQLiteStore) async throws -> Result) async throws -> Result {
        if !creating, !FileManager.default.fileExists(atPath: "\(folder)/desk.db") {
            throw Complaint("there is no desk in \(folder). Give --data the folder that 'luadesk serve' uses.")
        }
        if creating { try makeDataFolder(folder) }
        let key = try deskKey(creatingIfMissing: creating).storeKey()
        let store = try SQLiteStore.open(at: folder, key: key, role: .tool)
        do {
            let result = try await body(store)
            await store.close()
            return result
        } catch {
            await store.close()
            throw error
        }
    }
}

/// Makes a data folder that only its owner can read, with all above it.
func makeDataFolder(_ folder: String) throws {
    guard !FileManager.default.fileExists(atPath: folder) else { return }
    do {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
        throw Complaint("the data folder \(folder) cannot be made: \(error.localizedDescription) Choose another with --data.")
    }
}

/// Prints rows under headings, columns aligned.
func printTable(_ headings: [String], _ rows: [[String]]) {
    let widths = headings.indices.map { column in ([headings] + rows).map { columns($0[column]) }.max() ?? 0 }
    for row in [headings] + rows {
        let cells = row.enumerated().map { index, text in
            index == row.count - 1 ? text : text + String(repeating: " ", count: widths[index] - columns(text))
        }
        print(cells.joined(separator: "  "))
    }
}

/// How many columns of a terminal a text takes: Chinese characters take two.
private func columns(_ text: String) -> Int {
    text.reduce(0) { $0 + (($1.unicodeScalars.first?.value ?? 0) >= 0x1100 ? 2 : 1) }
}
