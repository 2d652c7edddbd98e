// SPDX-License-Identifier: Apache-2.0
import Crypto

/// The files of a rule set, as they were read; what is activated, stored and rolled back to.
package struct RuleSource: Sendable, Hashable {
    /// SHA-256 over the sorted paths and bytes, hex. The name does not count, nor do documents (`.md`): the same rules are the same set.
    package let id: String
    /// Of the folder; the set may name itself otherwise.
    package let name: String
    /// By path below the folder, `routing/vip.lua`.
    package let files: [String: [UInt8]]
    /// What stands before a path when a place is shown.
    package let folder: String

    /// - Parameter files: by path below the folder.
    package init(name: String, files: [String: [UInt8]], folder: String = "rules") {
        self.name = name
        self.files = files
        self.folder = folder
        var hash = SHA256()
        func add(_ bytes: [UInt8]) {
            withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { hash.update(bufferPointer: $0) }
            hash.update(data: bytes)
        }
        for (path, bytes) in files.sorted(by: { $0.key < $1.key }) where !path.hasSuffix(".md") {
            add(Array(path.utf8))
            add(bytes)
        }
        id = hash.finalize().map { byte in
            let hex = String(byte, radix: 16)
            return byte < 16 ? "0" + hex : hex
        }.joined()
    }

    /// Convenient where the files are texts.
    package init(name: String, texts: [String: String], folder: String = "rules") {
        self.init(name: name, files: texts.mapValues { Array($0.utf8) }, folder: folder)
    }

    /// A path as it is shown.
    func shown(_ path: String) -> String { "\(folder)/\(path)" }

    /// Paths that a sub-folder has, sorted: rules are loaded in this order everywhere.
    func paths(under top: String? = nil, ending: String) -> [String] {
        files.keys.filter { path in path.hasSuffix(ending) && (top.map { path.hasPrefix($0 + "/") } ?? true) }.sorted()
    }

    /// Files with declarations: all Lua but helpers, texts and tests.
    var declarationPaths: [String] {
        paths(ending: ".lua").filter { path in
            path != "rules.lua" && !["lib/", "i18n/", "tests/", "meta/"].contains { path.hasPrefix($0) }
        }
    }
}
