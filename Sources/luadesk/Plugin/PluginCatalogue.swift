// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Logging
import Plugins

/// The plugins in some folders, read without opening a channel.
enum PluginCatalogue {
    /// What the plugins say of themselves, and why those that cannot be loaded cannot, by name.
    static func contents(of folders: [String]) async -> (manifests: [String: PluginManifest], broken: [String: String]) {
        let found = try? await withHost(folders) { host in
            (
                Dictionary(host.manifests().map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }),
                Dictionary(host.problems().map { ($0.plugin, "\($0)") }, uniquingKeysWith: { first, _ in first })
            )
        }
        return found ?? ([:], [:])
    }

    /// A host for a moment: nothing it keeps outlives the call.
    /// - Parameters:
    ///   - only: the plugin to load; nil: all.
    ///   - standIns: load its `platform.lua` as well.
    static func withHost<Result>(
        _ folders: [String], only: String? = nil, standIns: Bool = false, clock: @escaping Clock = Instant.systemNow,
        _ body: (PluginHost) async throws -> Result
    ) async throws -> Result {
        var logger = Logger(label: "plugins")
        logger.logLevel = .critical
        var options = PluginOptions()
        options.loadsStandIns = standIns
        let host = await PluginHost(
            folders: folders, store: MemoryPluginStore(clock: clock), media: MemoryMediaStore(), clock: clock, lanes: 1,
            logger: logger, options: options, only: only.map { [$0] })
        do {
            let result = try await body(host)
            await host.shutdown()
            return result
        } catch {
            await host.shutdown()
            throw error
        }
    }

    /// The folder of a plugin that ships with the program.
    /// - Returns: nil where none has this name.
    /// - Throws: `Complaint` for names that are taken by something else.
    static func shipped(_ name: String) throws -> String? {
        if ["live", "email"].contains(name) {
            throw Complaint("'\(name)' is built in; give the plugin another name.")
        }
        if name == "lib" { throw Complaint("'lib' is the folder of what plugins share; give the plugin another name.") }
        return ShippedFolders.plugins.flatMap { isPlugin("\($0)/\(name)") ? "\($0)/\(name)" : nil }
    }

    /// Plugins of the same name that are not used, because an earlier folder has one: in the folders given, or shipped.
    static func hidden(behind name: String, in folders: [String]) -> [String] {
        var places = folders.map { "\($0)/\(name)" }.filter(isPlugin)
        guard let used = places.first else { return [] }
        places.removeFirst()
        if let shipped = ShippedFolders.plugins.map({ "\($0)/\(name)" }), isPlugin(shipped),
            !([used] + places).contains(where: { Self.same($0, shipped) })
        {
            places.append(shipped)
        }
        return places
    }

    /// The names of the plugins in a folder.
    static func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
            $0 != "lib" && isPlugin("\(folder)/\($0)")
        }
    }

    private static func isPlugin(_ folder: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/plugin.lua") }

    static func same(_ one: String, _ other: String) -> Bool {
        URL(fileURLWithPath: one).resolvingSymlinksInPath() == URL(fileURLWithPath: other).resolvingSymlinksInPath()
    }
}
