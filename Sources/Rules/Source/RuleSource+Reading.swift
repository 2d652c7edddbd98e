// SPDX-License-Identifier: Apache-2.0
import Foundation

extension RuleSource {
    /// How much a rule set may be.
    package enum Limit {
        package static let files = 2000
        /// Together.
        package static let byteCount = 8 << 20

        /// As a person is told.
        package static let words = "a rule set has at most \(files) files and \(byteCount >> 20) MiB"

        package static func allows(fileCount: Int, byteCount: Int) -> Bool {
            fileCount <= files && byteCount <= Self.byteCount
        }
    }

    /// What `luadesk rules meta` writes beside the rules, as far as its name does not begin with a dot.
    package static let madeByProgram: Set<String> = ["meta", "REFERENCE.md"]

    private static let endings = ["lua", "json", "csv", "conv", "md"]

    /// Reads a working tree. `meta/`, `REFERENCE.md`, dot files and files of other kinds are left out; links are refused, so that nothing outside the
    /// folder becomes part of a set.
    package static func read(folder: String) throws(RuleProblem) -> RuleSource {
        let root = folder.hasSuffix("/") && folder.count > 1 ? String(folder.dropLast()) : folder
        let shownRoot = URL(fileURLWithPath: root).lastPathComponent
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: root, isDirectory: &isFolder), isFolder.boolValue else {
            throw RuleProblem(
                code: "folder", file: root, message: "there is no such folder", hint: "name the folder that holds rules.lua")
        }
        var files: [String: [UInt8]] = [:]
        var byteCount = 0
        var open = [""]
        while let relative = open.popLast() {
            let path = relative.isEmpty ? root : "\(root)/\(relative)"
            let names: [String]
            do { names = try FileManager.default.contentsOfDirectory(atPath: path) } catch {
                throw RuleProblem(code: "folder", file: path, message: "the folder cannot be read", hint: "check its permissions")
            }
            for name in names.sorted() where !name.hasPrefix(".") {
                let below = relative.isEmpty ? name : "\(relative)/\(name)"
                guard !madeByProgram.contains(below) else { continue }
                let shown = "\(shownRoot)/\(below)"
                switch kind(of: "\(path)/\(name)") {
                case .typeDirectory: open.append(below)
                case .typeRegular:
                    guard let dot = name.lastIndex(of: "."), endings.contains(String(name[name.index(after: dot)...])) else {
                        continue
                    }
                    guard let data = FileManager.default.contents(atPath: "\(path)/\(name)") else {
                        throw RuleProblem(
                            code: "file", file: shown, message: "the file cannot be read", hint: "check its permissions")
                    }
                    let bytes = Array(data)
                    // What is sent, shown or stored as text would be another set than the one that was read.
                    if !name.hasSuffix(".md"), let line = firstLineThatIsNotUTF8(bytes) {
                        throw RuleProblem(
                            code: "encoding", file: shown, line: line, message: "this is not UTF-8",
                            hint: "save the file as UTF-8")
                    }
                    files[below] = bytes
                    byteCount += data.count
                case .typeSymbolicLink:
                    throw RuleProblem(
                        code: "link", file: shown, message: "links are not part of a rule set", hint: "copy the file here")
                default: continue
                }
                guard Limit.allows(fileCount: files.count, byteCount: byteCount) else {
                    throw RuleProblem(
                        code: "too_large", file: shownRoot,
                        message: Limit.words,
                        hint: "move what is no rule out of the folder")
                }
            }
        }
        guard files.keys.contains(where: { !$0.hasSuffix(".md") }) else {
            throw RuleProblem(code: "empty", file: root, message: "there is no rule in this folder", hint: "begin with rules.lua")
        }
        return RuleSource(name: shownRoot, files: files, folder: shownRoot)
    }

    /// From 1; nil where all of it is.
    private static func firstLineThatIsNotUTF8(_ bytes: [UInt8]) -> Int? {
        if String(validating: bytes, as: UTF8.self) != nil { return nil }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }.map { $0 + 1 }
    }

    private static func kind(of path: String) -> FileAttributeType? {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
    }
}
