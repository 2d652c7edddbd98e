// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Where `file:PATH` and `env:NAME` lead.
struct SecretSource: Sendable {
    /// Relative paths start here: the folder of the configuration file.
    var folder: String
    var environment: [String: String]

    struct Failure: Error, Sendable { var message: String }

    /// The text itself, or what it points to. The last line break of a file does not count.
    func resolve(_ written: String) throws(Failure) -> String {
        if let name = written.dropping(prefix: "env:") {
            guard let text = environment[name], !text.isEmpty else {
                throw Failure(message: "environment variable \(name) is not set. Set it, or write the value here.")
            }
            return text
        }
        if let path = written.dropping(prefix: "file:") {
            let full = absolute(path)
            guard let data = FileManager.default.contents(atPath: full) else {
                throw Failure(message: "cannot read the file \(full). Create it, and let this user read it.")
            }
            guard let text = String(bytes: data, encoding: .utf8)?.trimming(["\n", "\r", "\r\n"]), !text.isEmpty else {
                throw Failure(message: "the file \(full) is empty or no text.")
            }
            return String(text)
        }
        return written
    }

    func absolute(_ path: String) -> String {
        let path = (path as NSString).expandingTildeInPath
        return path.hasPrefix("/") ? path : URL(fileURLWithPath: folder).appendingPathComponent(path).standardizedFileURL.path
    }
}

extension String {
    /// What follows the prefix; nil if it does not begin so.
    func dropping(prefix: String) -> String? { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil }
}
