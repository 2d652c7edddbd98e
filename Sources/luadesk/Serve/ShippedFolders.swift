// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The `rules/`, `plugins/` and `scenes/` that came with the program.
enum ShippedFolders {
    static var rules: String? { find("rules", containing: "rules.lua") }
    static var plugins: String? { find("plugins", containing: "wechat-miniprogram/plugin.lua") }
    /// In a checkout they lie beside the command that writes them.
    static var scenes: String? {
        find("scenes", containing: "shop/desk.yaml") ?? find("Sources/luadesk/Init/Scenes", containing: "shop/desk.yaml")
    }

    /// Looked for in LUADESK_HOME, then in the folders above the program (a checkout), then in PREFIX/share/luadesk.
    private static func find(_ name: String, containing file: String) -> String? {
        var places: [String] = []
        if let home = ProcessInfo.processInfo.environment["LUADESK_HOME"] { places.append(home) }
        var folder = URL(fileURLWithPath: program).deletingLastPathComponent()
        places.append(folder.deletingLastPathComponent().appendingPathComponent("share/luadesk").path)
        for _ in 0..<6 {
            places.append(folder.path)
            folder = folder.deletingLastPathComponent()
        }
        return places.map { "\($0)/\(name)" }.first { FileManager.default.fileExists(atPath: "\($0)/\(file)") }
    }

    /// The program's own file, links resolved.
    static var program: String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: own).resolvingSymlinksInPath().path
    }
}
