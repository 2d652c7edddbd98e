// SPDX-License-Identifier: Apache-2.0
import Foundation
import MailServers

/// A folder that is gone with the object.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        path = TemporaryPlace.path("test")
        try! FileManager.default.createDirectory(  // A machine without a temporary folder cannot run tests.
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit { TemporaryPlace.remove(path) }

    /// Writes a file below it, with the folders on the way.
    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }

    func read(_ name: String) -> String? { try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }
}
