// SPDX-License-Identifier: Apache-2.0
import Desk
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
}
