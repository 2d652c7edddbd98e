// SPDX-License-Identifier: Apache-2.0
import Desk
import Logging

/// The conformance run: a plugin against everything that platforms and networks do, offline, in seconds, the same for the same seed.
///
/// Each recorded request, and each that the plugin's `simulate` makes, is handed to `receive` as it was, again, in other orders,
/// damaged, signed with other keys, and late. `send` meets each answer a platform can give. The code runs in a host with a server's
/// limits, with the clock of the recording; nothing leaves the machine.
package struct Conformance: Sendable {
    package struct Options: Sendable {
        package var seed: UInt64 = 1
        /// Lua's share of a call, as `PluginOptions.stepTime`; more on busy machines.
        package var stepTime = Duration.seconds(2)
        package init() {}
    }

    let folders: [String]
    let options: Options

    package init(folders: [String], options: Options = .init()) {
        self.folders = folders
        self.options = options
    }

    /// - Returns: nil if there is nothing to try: no such plugin, or one that is no channel.
    package func run(_ name: String) async -> ConformanceReport? {
        guard let source = await PluginSource.read(folders)[name] else { return nil }
        let bench = await ConformanceBench(source, folders, options)
        guard let manifest = bench.host.manifest(of: name) else {
            var report = ConformanceReport(plugin: name)
            report.failures = bench.host.problems()
            await bench.host.shutdown()
            return report
        }
        guard manifest.kind == .channel else {
            await bench.host.shutdown()
            return nil
        }
        var report = ConformanceReport(plugin: name)
        do throws(PluginProblem) {
            for account in try ConformanceAccount.all(of: source, manifest) {
                await bench.run(account, manifest, &report)
            }
        } catch { report.failures.append(error) }
        await bench.host.shutdown()
        return report
    }
}

/// A host for one run, with its clock and its platform.
struct ConformanceBench: Sendable {
    let source: PluginSource
    let host: PluginHost
    let clock: ManualClock
    let network: ConformanceNetwork
    let options: Conformance.Options
    let bodyLimit: Int

    init(_ source: PluginSource, _ folders: [String], _ options: Conformance.Options) async {
        self.source = source
        self.options = options
        let clock = ManualClock(Instant(seconds: 1_767_225_600))
        let network = ConformanceNetwork()
        var limits = PluginOptions()
        limits.stepTime = options.stepTime
        limits.receiveLimit = max(limits.receiveLimit, options.stepTime * 2)
        limits.loadTime = max(.seconds(10), options.stepTime)
        limits.loadsStandIns = true
        limits.network = { request, rules in await network.answer(request, rules) }
        bodyLimit = limits.bodyLimit
        host = await PluginHost(
            folders: folders, store: MemoryPluginStore(clock: clock.now), media: MemoryMediaStore(), clock: clock.now, lanes: 2,
            logger: Logger(label: "conformance", factory: { _ in SilentLog() }), options: limits, only: [source.name])
        self.clock = clock
        self.network = network
        network.use(host)
    }

    func run(_ account: ConformanceAccount, _ manifest: PluginManifest, _ report: inout ConformanceReport) async {
        do { try host.open(channel(account, "check", account.settings)) } catch {
            return report.fail(account.name, "its settings do not suit: \(error)")
        }
        if let note = account.note { report.notes.append("\(account.name): \(note)") }
        var session = ConformanceSession(bench: self, account: account, manifest: manifest, report: report)
        await session.receiving()
        if account.sends, manifest.functions.contains("send") { await session.sending() }
        report = session.report
    }

    func channel(_ account: ConformanceAccount, _ id: String, _ settings: Value) -> ChannelConfiguration {
        ChannelConfiguration(id: id, plugin: source.name, settings: settings)
    }
}
