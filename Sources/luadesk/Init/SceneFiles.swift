// SPDX-License-Identifier: Apache-2.0
import Foundation
import Rules

/// The files of a new desk: a scene's folder, with the shipped rules where the scene has none of its own.
struct SceneFiles {
    /// By path below the new desk's folder, `rules/routing/people.lua`.
    let contents: [String: Data]

    /// What stands directly in the new desk's folder, in alphabetical order.
    var names: [String] { Set(contents.keys.map { String($0.prefix { $0 != "/" }) }).sorted() }

    /// How many files lie below a folder; 0 for a file.
    func count(below name: String) -> Int { contents.keys.count { $0.hasPrefix("\(name)/") } }

    /// - Throws: `Complaint` if the program was installed without its scenes or rules.
    init(_ scene: Scene, in language: SceneLanguage) throws {
        guard let folder = ShippedFolders.scenes.map({ "\($0)/\(scene.rawValue)" }) else {
            throw Complaint(
                "the scenes of the program were not found. Set LUADESK_HOME to the folder that holds scenes/.")
        }
        var contents = try Self.read(folder)
        if !contents.keys.contains(where: { $0.hasPrefix("rules/") }) {
            guard let rules = ShippedFolders.rules else {
                throw Complaint(
                    "the rules of the program were not found. Set LUADESK_HOME to the folder that holds rules/.")
            }
            for (path, data) in try Self.read(rules) { contents["rules/\(path)"] = data }
        }
        if let chinese = contents.removeValue(forKey: "README.zh-CN.md"), language == .chinese {
            contents["README.md"] = chinese
        }
        if let settings = contents["rules/rules.lua"] {
            let text = String(decoding: settings, as: UTF8.self)
            let spoken = text.replacing(
                "language = \"\(SceneLanguage.chinese.rawValue)\"", with: "language = \"\(language.rawValue)\"")
            contents["rules/rules.lua"] = Data(spoken.utf8)
        }
        // What `luadesk rules meta` writes: editors complete the names at once.
        for (path, text) in Manual.files { contents["rules/\(path)"] = Data(text.utf8) }
        self.contents = contents
    }

    /// All regular files below a folder; names with a dot in front are left out.
    private static func read(_ folder: String) throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            guard !path.split(separator: "/").contains(where: { $0.hasPrefix(".") }) else { continue }
            let full = "\(folder)/\(path)"
            let kind = try FileManager.default.attributesOfItem(atPath: full)[.type] as? FileAttributeType
            guard kind == .typeRegular else { continue }
            contents[path] = try Data(contentsOf: URL(fileURLWithPath: full))
        }
        return contents
    }

    /// Writes them whole or not at all: first beside their places, then moved there.
    /// - Throws: `Complaint` naming what is in the way; nothing is changed then.
    func write(to folder: String) throws {
        let files = FileManager.default
        // Also a link that leads nowhere is in the way.
        if let name = names.first(where: { (try? files.attributesOfItem(atPath: "\(folder)/\($0)")) != nil }) {
            throw Complaint("\(folder)/\(name) is there already. Nothing was written; choose another folder with --to.")
        }
        let draft = "\(folder)/.luadesk-init-\(UUID().uuidString)"
        defer { try? files.removeItem(atPath: draft) }
        for (path, data) in contents {
            let target = URL(fileURLWithPath: "\(draft)/\(path)")
            try files.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            try data.write(to: target)
        }
        for name in names { try files.moveItem(atPath: "\(draft)/\(name)", toPath: "\(folder)/\(name)") }
    }
}
