// SPDX-License-Identifier: Apache-2.0
import Desk
import Logging
import Synchronization

/// Loads plugins, runs their code on lanes of its own, and lets nothing they do reach further than their own call.
///
/// A call runs as a coroutine: whenever the plugin needs the outside world it is suspended, Swift does the work without holding the
/// Lua state, and the same lane goes on with it. So a handful of lanes serves any number of waiting calls.
package final class PluginHost: Sendable {
    let folders: [String]
    let options: PluginOptions
    let clock: Clock
    let logger: Logger
    let lanes: [PluginLane]
    /// Where a plugin runs that used up its time or memory: it may wait for itself there, not others for it.
    let laneApart = PluginLane(number: 0, isForSuspects: true)
    let outside: Outside
    let notes: Notes
    let http: OutgoingHTTP
    private let resolver: SystemResolver?
    let state = Mutex(State())
    let nextCall = Atomic<UInt64>(1)
    private let nextImage = Atomic<Int>(1)
    private let nextLane = Atomic<Int>(0)

    struct State {
        var images: [String: PluginImage] = [:]
        var channels: [String: OpenChannel] = [:]
        /// Channels whose plugin could not be loaded yet, with their settings as they were written, all scalars as text.
        var waiting: [String: ChannelConfiguration] = [:]
        var problems: [PluginProblem] = []
        var statistics: [String: PluginStatistics] = [:]
        /// By plugin, then function.
        var calls: [String: [String: PluginCallCounts]] = [:]
        var isClosed = false
        var isReloading = false
    }

    /// A channel with its settings checked and complete.
    struct OpenChannel {
        let configuration: ChannelConfiguration
        let settings: Value
        let rules: HostRules

        /// The `channel` that plugin functions get.
        var value: Value { ["id": .string(configuration.id), "plugin": .string(configuration.plugin), "settings": settings] }
    }

    /// Loads every plugin of the folders; one that does not load is in `problems()` and the others run. End it with `shutdown()`.
    /// - Parameters:
    ///   - folders: in each, every sub-folder with a `plugin.lua` is a plugin, and `lib` is shared. Earlier folders win.
    ///   - only: the plugins to load; nil: all.
    package init(
        folders: [String], store: any PluginStore, media: any MediaStore, clock: @escaping Clock = Instant.systemNow,
        lanes: Int = 2, logger: Logger, options: PluginOptions = .init(), only: Set<String>? = nil
    ) async {
        self.folders = folders
        self.options = options
        self.clock = clock
        self.logger = logger
        self.lanes = (1...max(1, lanes)).map { PluginLane(number: $0) }
        notes = Notes(logger: logger)
        let resolver = options.resolve == nil ? SystemResolver() : nil
        self.resolver = resolver
        let http = OutgoingHTTP(
            media: media, clock: clock, resolve: options.resolve ?? { host in await resolver?.resolve(host) ?? [] })
        self.http = http
        outside = Outside(
            http: options.network ?? { await http.send($0, under: $1) }, store: store, media: media,
            mediaURL: options.mediaURL, tokens: TokenCache(clock: clock),
            clock: clock)
        for source in await PluginSource.read(folders).values.sorted(by: { $0.name < $1.name })
        where only?.contains(source.name) ?? true {
            switch await load(source) {
            case .success(let image): state.withLock { $0.images[source.name] = image }
            case .failure(let problem): state.withLock { $0.problems.append(problem) }
            }
        }
    }

    /// A new image of this source on every lane; nothing is left behind where one lane fails.
    func load(_ source: PluginSource) async -> Result<PluginImage, PluginProblem> {
        let id = nextImage.add(1, ordering: .relaxed).oldValue
        var manifest: PluginManifest?
        for lane in lanes {
            switch await lane.load(source, as: id, notes: notes, clock: clock, options: options) {
            case .success(let read): manifest = read
            case .failure(let problem):
                unload(id)
                return .failure(problem)
            }
        }
        guard let manifest else { return .failure(PluginProblem(plugin: source.name, "there is no lane to load it")) }
        return .success(PluginImage(id: id, source: source, manifest: manifest))
    }

    // MARK: What there is

    /// The manifests of what is loaded, by name.
    package func manifests() -> [PluginManifest] {
        state.withLock { $0.images.values.map(\.manifest) }.sorted { $0.name < $1.name }
    }

    package func manifest(of plugin: String) -> PluginManifest? { state.withLock { $0.images[plugin]?.manifest } }

    /// What is wrong with plugins that did not load, or with the newest version of those that stayed on an older one.
    package func problems() -> [PluginProblem] { state.withLock { $0.problems } }

    /// Takes a channel into service, or replaces its settings.
    /// - Throws: what is wrong with its settings, as `settings.app_secret: missing. …`.
    package func open(_ channel: ChannelConfiguration) throws {
        guard let manifest = manifest(of: channel.plugin) else {
            let broken = problems().first { $0.plugin == channel.plugin }
            if let broken { throw broken }
            let names = manifests().map(\.name)
            throw PluginProblem(
                plugin: channel.plugin,
                "plugin: there is no plugin '\(channel.plugin)'\(Spelling.hint(channel.plugin, among: names)). Installed: "
                    + names.joined(separator: ", "))
        }
        let settings = try manifest.settings(checking: channel.settings)
        let rules = HostRules(hosts: manifest.hosts, settings: settings)
        state.withLock {
            $0.waiting[channel.id] = nil
            $0.channels[channel.id] = OpenChannel(configuration: channel, settings: settings, rules: rules)
        }
    }

    package func close(channel: String) {
        state.withLock {
            $0.channels[channel] = nil
            $0.waiting[channel] = nil
        }
    }

    /// The manifest behind an open channel.
    /// Where a channel's small values stand in the store.
    package static func namespace(plugin: String, channel: String?) -> String { "\(plugin)/\(channel ?? "")" }

    /// Whether a channel has something to send even when the platform's window is closed: a template that is configured.
    package func sendsAfterWindow(channel: String) -> Bool {
        guard let (image, open) = find(channel), let setting = image.manifest.capabilities.afterWindow else { return false }
        return open.settings[setting].map { !$0.isNull } ?? false
    }

    /// Whether its plugin downloads what messages name.
    package func fetchesMedia(channel: String) -> Bool {
        find(channel).map { $0.image.manifest.functions.contains("media") } ?? false
    }

    package func manifest(ofChannel channel: String) -> PluginManifest? {
        state.withLock { state in
            state.channels[channel].flatMap { state.images[$0.configuration.plugin]?.manifest }
        }
    }

    /// What each plugin has cost.
    package func statistics() async -> [PluginStatistics] {
        var memory: [Int: Int] = [:]
        for lane in lanes + [laneApart] { memory.merge(await lane.memory(), uniquingKeysWith: +) }
        return state.withLock { state in
            state.images.values.map { image in
                var entry = state.statistics[image.source.name] ?? .init(plugin: image.source.name)
                entry.running = image.calls
                entry.byteCount = memory[image.id] ?? 0
                return entry
            }
        }.sorted { $0.plugin < $1.plugin }
    }

    /// What each function of each plugin has cost, by plugin and function.
    package func callCounts() -> [PluginCallCounts] {
        state.withLock { $0.calls.values.flatMap(\.values) }.sorted { ($0.plugin, $0.function) < ($1.plugin, $1.function) }
    }

    /// What plugins counted with `metric.count`, by `PLUGIN NAME`.
    package func counts() -> [String: Int64] { notes.snapshot }

    /// Lets go of an image on every lane.
    func unload(_ id: Int) { for lane in lanes + [laneApart] { lane.unload(id) } }

    /// The lane with the shortest queue; equals take turns.
    func lane() -> PluginLane {
        let turn = nextLane.add(1, ordering: .relaxed).oldValue
        let start = turn & Int.max
        return (0..<lanes.count).map { lanes[(start + $0) % lanes.count] }.min { $0.waiting < $1.waiting } ?? lanes[0]
    }

    /// Takes no new calls, waits for those under way (they are bounded), then closes states, threads and connections.
    package func shutdown() async {
        let images = state.withLock { state in
            state.isClosed = true
            return Array(state.images.values)
        }
        for image in images { _ = image.retire() }
        let end = ContinuousClock.now + .seconds(30)
        while images.contains(where: { $0.calls > 0 }), ContinuousClock.now < end {
            try? await Task.sleep(for: .milliseconds(5))
        }
        for lane in lanes + [laneApart] { await lane.stop() }
        await http.shutdown()
        resolver?.stop()
    }
}

extension PluginStatistics {
    init(plugin: String) { self.init(plugin: plugin, calls: 0, failures: 0, running: 0, byteCount: 0, nanoseconds: 0) }
}
