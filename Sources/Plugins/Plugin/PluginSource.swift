// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation

/// The files of one plugin as they were at one moment; every lane loads from the same copy.
struct PluginSource: Sendable, Hashable {
    /// The folder's name, and the plugin's.
    let name: String
    /// Where it lies.
    let folder: String
    /// Path within the folder → content: `plugin.lua`, `platform.lua`, `lib/…`, `data/…`.
    let files: [String: [UInt8]]
    /// What plugins share, the `lib` of all plugin folders: path within it → content.
    let shared: [String: [UInt8]]

    private static let fileLimit = 2 << 20

    /// The source of a `require`: the plugin's own `lib` first, then the shared one. Names have dots: `wechat.crypto`.
    func module(_ name: String) -> (chunk: String, source: [UInt8])? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let isName = parts.allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy {
                    (0x61...0x7a).contains($0) || (0x41...0x5a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f
                }
        }
        guard isName else { return nil }
        var path = parts.joined(separator: "/") + ".lua"
        if path.hasPrefix("lib/") { path = String(path.dropFirst(4)) }
        if let own = files["lib/\(path)"] { return ("plugins/\(self.name)/lib/\(path)", own) }
        if let common = shared[path] { return ("plugins/lib/\(path)", common) }
        return nil
    }

    var main: [UInt8]? { files["plugin.lua"] }
    var mainChunk: String { "plugins/\(name)/plugin.lua" }

    // MARK: Reading

    /// The same as `all`, read on a thread of its own: the file system may make one wait.
    static func read(_ folders: [String]) async -> [String: PluginSource] {
        let thread = LaneThread(name: "plugin files")
        defer { thread.stop() }
        return await withCheckedContinuation { continuation in
            thread.submit { continuation.resume(returning: all(in: folders)) }
        }
    }

    /// Every plugin in these folders, by name; a folder given earlier wins.
    static func all(in folders: [String]) -> [String: PluginSource] {
        var out: [String: PluginSource] = [:]
        var shared: [String: [UInt8]] = [:]
        for folder in folders { shared.merge(read(folder + "/lib", below: "", endings: [".lua"])) { first, _ in first } }
        for folder in folders {
            for name in names(in: folder).sorted() where name != "lib" && out[name] == nil {
                guard FileManager.default.fileExists(atPath: "\(folder)/\(name)/plugin.lua") else { continue }
                var files = read("\(folder)/\(name)/lib", below: "lib/", endings: [".lua"])
                files.merge(read("\(folder)/\(name)/data", below: "data/", endings: [""])) { first, _ in first }
                files["plugin.lua"] = content("\(folder)/\(name)/plugin.lua")
                files["platform.lua"] = content("\(folder)/\(name)/platform.lua")
                out[name] = PluginSource(name: name, folder: "\(folder)/\(name)", files: files, shared: shared)
            }
        }
        return out
    }

    /// Changes whenever a file in these folders is added, removed or written. Looks at names, sizes and times only.
    static func fingerprint(of folders: [String]) -> String {
        var lines: [String] = []
        for folder in folders {
            guard let walk = FileManager.default.enumerator(atPath: folder) else { continue }
            for case let path as String in walk {
                let facts = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(path)")
                let time = (facts?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
                if facts?[.type] as? FileAttributeType == .typeDirectory { continue }
                lines.append("\(path) \(facts?[.size] as? Int ?? 0) \(time)")
            }
        }
        let digest = try? Digest.hash("sha256", Array(lines.sorted().joined(separator: "\n").utf8))
        return CryptoModule.hex(digest ?? [])
    }

    static func names(in path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { !$0.hasPrefix(".") }
    }

    private static func read(_ folder: String, below prefix: String, endings: [String]) -> [String: [UInt8]] {
        var out: [String: [UInt8]] = [:]
        guard let walk = FileManager.default.enumerator(atPath: folder) else { return out }
        for case let path as String in walk where endings.contains(where: { path.hasSuffix($0) }) && !path.hasPrefix(".") {
            if let bytes = content("\(folder)/\(path)") { out[prefix + path] = bytes }
        }
        return out
    }

    private static func content(_ path: String) -> [UInt8]? {
        guard let data = FileManager.default.contents(atPath: path), data.count <= fileLimit else { return nil }
        return [UInt8](data)
    }
}
