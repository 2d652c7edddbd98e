// SPDX-License-Identifier: Apache-2.0
import Desk
import Logging
import Synchronization

extension PluginHost {
    /// Steps of one call beyond which it is given up: a plugin that asks the outside in an endless loop.
    private static let stepLimit = 500

    /// Runs one function of a plugin to its end, on one lane, with the outside world in between.
    func run(
        _ entry: String, of image: PluginImage, _ arguments: [Value], channel: String?, rules: HostRules, limit: Duration
    ) async -> Result<[Value], PluginFailure> {
        let start = ContinuousClock.now
        let plugin = image.source.name
        guard image.begin() else { return .failure(PluginFailure(.busy, plugin: plugin, "the plugin is closing")) }
        let context = CallContext(
            id: nextCall.add(1, ordering: .relaxed).oldValue, plugin: plugin, channel: channel, entry: entry,
            rules: rules, deadline: start + limit)
        var result: Result<[Value], PluginFailure> = .failure(PluginFailure(.moved, plugin: plugin, "not begun"))
        if !image.isSuspect { result = await steps(lane(), image, arguments, context) }
        if case .failure(let failure) = result, failure.code == .moved { result = await apart(image, arguments, context) }
        outside.tokens.finish(call: context.id)
        if case .failure(let failure) = result, failure.code == .limit { suspect(image) }
        if image.end() { unload(image.id) }
        note(result, context, took: ContinuousClock.now - start)
        return result
    }

    /// For how long a plugin runs apart after it used up its time or memory.
    private static let suspicion = Duration.seconds(60)
    /// Calls of such a plugin at a time; more are refused at once, and come again.
    private static let suspectCalls = 16

    private func suspect(_ image: PluginImage) {
        guard image.suspect(for: Self.suspicion) else { return }
        logger.warning(
            "A plugin used up its time or memory. For a minute it runs apart, so that others need not wait for it.",
            metadata: ["plugin": "\(image.source.name)"])
    }

    /// A call of a suspect plugin, on a lane that other plugins do not use.
    private func apart(_ image: PluginImage, _ arguments: [Value], _ context: CallContext) async
        -> Result<[Value], PluginFailure>
    {
        guard image.beginApart(limit: Self.suspectCalls) else {
            return .failure(
                PluginFailure(.busy, plugin: context.plugin, "the plugin used up its time before, and too many calls of it wait"))
        }
        defer { image.endApart() }
        if case .failure(let problem) = await laneApart.load(
            image.source, as: image.id, notes: notes, clock: clock, options: options)
        {
            return .failure(
                PluginFailure(.raised, plugin: context.plugin, file: problem.file, line: problem.line, problem.message))
        }
        return await steps(laneApart, image, arguments, context)
    }

    private func steps(_ lane: PluginLane, _ image: PluginImage, _ arguments: [Value], _ context: CallContext) async
        -> Result<[Value], PluginFailure>
    {
        var begun = ContinuousClock.now
        var times: [Duration] = []
        defer { note(times, context) }
        var step = await lane.start(image, arguments, context)
        times.append(ContinuousClock.now - begun)
        for _ in 0..<Self.stepLimit {
            switch step {
            case .failure(let failure): return .failure(failure)
            case .success(.finished(let values)): return .success(values)
            case .success(.waiting(let coroutine, let request)):
                let values = await outside.perform(request, context)
                guard ContinuousClock.now < context.deadline else {
                    lane.drop(coroutine, image, context)
                    return .failure(PluginFailure(.late, plugin: context.plugin, "\(context.entry) took too long"))
                }
                begun = ContinuousClock.now
                step = await lane.resume(coroutine, with: values, image, context)
                times.append(ContinuousClock.now - begun)
            }
        }
        if case .success(.waiting(let coroutine, _)) = step { lane.drop(coroutine, image, context) }
        return .failure(PluginFailure(.limit, plugin: context.plugin, "\(context.entry) asked the host too often"))
    }

    /// Functions of one plugin that are told apart.
    private static let mostFunctions = 64

    private func note(_ steps: [Duration], _ context: CallContext) {
        change(context) { counts in for step in steps { counts.steps.note(step) } }
    }

    private func change(_ context: CallContext, _ body: (inout PluginCallCounts) -> Void) {
        state.withLock { state in
            let known = state.calls[context.plugin] ?? [:]
            let function = known[context.entry] == nil && known.count >= Self.mostFunctions ? "other" : context.entry
            var counts = known[function] ?? PluginCallCounts(plugin: context.plugin, function: function)
            body(&counts)
            state.calls[context.plugin, default: [:]][function] = counts
        }
    }

    private func note(_ result: Result<[Value], PluginFailure>, _ context: CallContext, took: Duration) {
        change(context) { counts in
            counts.calls.note(took)
            if case .failure(let failure) = result { counts.failures[failure.code.rawValue, default: 0] += 1 }
        }
        let plugin = context.plugin
        state.withLock { state in
            var entry = state.statistics[plugin] ?? .init(plugin: plugin)
            entry.calls += 1
            entry.nanoseconds += took.nanoseconds
            if case .failure = result { entry.failures += 1 }
            state.statistics[plugin] = entry
        }
    }

    /// The image and channel behind a channel id.
    func find(_ channel: String) -> (image: PluginImage, channel: OpenChannel)? {
        state.withLock { state in
            guard !state.isClosed, let open = state.channels[channel], let image = state.images[open.configuration.plugin]
            else { return nil }
            return (image, open)
        }
    }

    /// Runs a function for a channel; a plugin that was reloaded between the look-up and the call is looked up again.
    func run(_ entry: String, channel id: String, _ arguments: (OpenChannel) -> [Value], limit: Duration) async
        -> Result<[Value], PluginFailure>
    {
        let last = await whileReloaded {
            guard let (image, channel) = find(id) else { return nil }
            return (
                image,
                await run(entry, of: image, arguments(channel), channel: id, rules: channel.rules, limit: limit)
            )
        } newest: {
            find(id)?.image
        }
        return last ?? .failure(PluginFailure(.unknown, plugin: "", "there is no open channel '\(id)'"))
    }

    /// Tries again where an image was retired between its look-up and the call.
    private func whileReloaded(
        _ attempt: () async -> (PluginImage, Result<[Value], PluginFailure>)?, newest: () -> PluginImage?
    ) async -> Result<[Value], PluginFailure>? {
        var last: Result<[Value], PluginFailure>?
        for _ in 0..<3 {
            guard let (image, result) = await attempt() else { return nil }
            last = result
            guard case .failure(let failure) = result, failure.code == .busy, image !== newest() else { return result }
        }
        return last
    }

    /// Calls `calls.NAME` of a plugin, as flows and the engine do: `"shop.order"`.
    ///
    /// A plugin that is configured as a channel runs with that channel's settings, any other with its defaults.
    package func call(_ name: String, _ arguments: Value) async throws(PluginFailure) -> Value {
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            throw PluginFailure(.unknown, plugin: name, "'\(name)' is no call. Write PLUGIN.CALL")
        }
        let image = state.withLock { $0.images[parts[0]] }
        guard let image else { throw PluginFailure(.unknown, plugin: parts[0], "there is no plugin '\(parts[0])'") }
        guard image.manifest.calls.contains(parts[1]) else {
            throw PluginFailure(
                .unknown, plugin: parts[0],
                "plugin '\(parts[0])' has no call '\(parts[1])'\(Spelling.hint(parts[1], among: image.manifest.calls))")
        }
        let last = await whileReloaded {
            await attempt(parts[0], "call.\(parts[1])", arguments)
        } newest: {
            state.withLock { $0.images[parts[0]] }
        }
        return try (last ?? .failure(PluginFailure(.unknown, plugin: parts[0], "there is no plugin '\(parts[0])'"))).get()
            .first ?? .null
    }

    private func attempt(
        _ plugin: String, _ entry: String, _ arguments: Value
    ) async -> (PluginImage, Result<[Value], PluginFailure>)? {
        let (image, channel) = state.withLock { state in
            (
                state.images[plugin],
                state.channels.values.filter { $0.configuration.plugin == plugin }
                    .min { $0.configuration.id < $1.configuration.id }
            )
        }
        guard let image else { return nil }
        let settings: Value
        do {
            settings = try channel?.settings ?? image.manifest.settings(checking: .object(.init()))
        } catch {
            return (
                image, .failure(PluginFailure(.unknown, plugin: plugin, "plugin '\(plugin)' is not configured: \(error)"))
            )
        }
        let shown = channel?.value ?? ["plugin": .string(plugin), "settings": settings]
        let result = await run(
            entry, of: image, [arguments, shown], channel: channel?.configuration.id,
            rules: channel?.rules ?? HostRules(hosts: image.manifest.hosts, settings: settings), limit: options.callLimit)
        return (image, result)
    }

    /// All names that `call` knows, for the rules' check.
    package func callNames() -> [String] {
        manifests().flatMap { manifest in manifest.calls.map { "\(manifest.name).\($0)" } }
    }
}
