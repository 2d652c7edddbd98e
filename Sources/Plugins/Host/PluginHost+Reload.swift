// SPDX-License-Identifier: Apache-2.0
import Desk
import Logging
import Synchronization

extension PluginHost {
    /// Something to compare: it changes when a file in the plugin folders does. Reads the file system; call it off the hot paths.
    package func folderFingerprint() -> String { PluginSource.fingerprint(of: folders) }

    /// Loads what changed on disk: built, checked and tested beside the running version, then swapped in for new calls while the old
    /// version finishes its own.
    /// - Returns: what is wrong; each plugin named here goes on with the version it had.
    package func reload() async -> [PluginProblem] {
        let mayRun = state.withLock { state in
            guard !state.isReloading, !state.isClosed else { return false }
            state.isReloading = true
            return true
        }
        guard mayRun else { return problems() }
        defer { state.withLock { $0.isReloading = false } }
        let sources = await PluginSource.read(folders)
        let old = state.withLock { $0.images }
        var problems: [PluginProblem] = []
        for source in sources.values.sorted(by: { $0.name < $1.name }) where old[source.name]?.source != source {
            if let problem = await replace(old[source.name], by: source) { problems.append(problem) }
        }
        for (name, image) in old where sources[name] == nil {
            if let problem = remove(image, name) { problems.append(problem) }
        }
        state.withLock { $0.problems = problems }
        return problems
    }

    private func replace(_ old: PluginImage?, by source: PluginSource) async -> PluginProblem? {
        let image: PluginImage
        switch await load(source) {
        case .success(let loaded): image = loaded
        case .failure(let problem): return problem
        }
        func discard(_ problem: PluginProblem) -> PluginProblem {
            unload(image.id)
            return problem
        }
        if let problem = settingsProblem(image) { return discard(problem) }
        if options.testsBeforeReload {
            let report = await PluginTester(folders: folders).run(source)
            if let failure = report.failures.first { return discard(failure) }
        }
        state.withLock { $0.images[source.name] = image }
        if let old { retire(old) }
        logger.info("plugin loaded", metadata: ["plugin": "\(source.name)", "version": "\(image.manifest.version)"])
        return reopen(image.manifest)
    }

    /// Whether the channels that are open suit the new manifest.
    private func settingsProblem(_ image: PluginImage) -> PluginProblem? {
        for channel in configurations(of: image.manifest) {
            do throws(PluginProblem) {
                _ = try image.manifest.settings(checking: channel.settings)
            } catch {
                return PluginProblem(
                    plugin: image.source.name, file: image.source.mainChunk,
                    "channel '\(channel.id)' does not suit it: \(error.message)")
            }
        }
        return nil
    }

    /// Fills the channels' settings anew: the new version may have other defaults.
    private func reopen(_ manifest: PluginManifest) -> PluginProblem? {
        for channel in configurations(of: manifest) {
            do { try open(channel) } catch {
                return error as? PluginProblem ?? PluginProblem(plugin: manifest.name, "\(error)")
            }
        }
        return nil
    }

    private func remove(_ image: PluginImage, _ name: String) -> PluginProblem? {
        let isUsed = state.withLock { state in state.channels.values.contains { $0.configuration.plugin == name } }
        if isUsed {
            return PluginProblem(plugin: name, "its folder is gone, but channels use it; it runs on until they are closed")
        }
        state.withLock { $0.images[name] = nil }
        retire(image)
        return nil
    }

    private func retire(_ image: PluginImage) {
        if image.retire() { unload(image.id) }
    }
}
