// SPDX-License-Identifier: Apache-2.0
import Desk
import Logging
import Lua

/// One plugin in one Lua state. Made and used on its lane's thread only; never kept across an `await`.
final class PluginState {
    /// What a call does next.
    enum Step: Sendable {
        case finished([Value])
        /// It waits for the outside; resume it with what came of the request.
        case waiting(LuaCoroutine, request: Value)
    }

    let manifest: PluginManifest
    private let plugin: String
    private let state: LuaState
    private let functions: [String: LuaFunction]
    private let room: CallRoom
    private let budget: LuaBudget
    /// What `plugin.lua` returned, its functions as handles.
    private let table: Value
    private let tester: (names: LuaFunction, run: LuaFunction)?

    /// Loads prelude and plugin, and reads the manifest.
    /// - Parameter testing: what the tester adds.
    init(
        _ source: PluginSource, notes: Notes, clock: @escaping Clock, options: PluginOptions, testing: Testing? = nil
    ) throws(PluginProblem) {
        plugin = source.name
        var budget = LuaBudget.pluginCall
        budget.time = options.stepTime
        self.budget = budget
        var loading = LuaBudget.load
        loading.time = options.loadTime
        let room = CallRoom(plugin: source.name)
        self.room = room
        do {
            let host = Self.host(source, notes: notes, clock: clock, room: room, more: testing?.functions ?? [])
            var limits = LuaLimits()
            limits.coroutines = 64
            let state = try LuaState(
                name: "plugin \(source.name)", limits: limits, mode: .deadline,
                seed: .random(in: .min ... .max), host: host, resolve: { source.module($0) })
            room.release = { [weak state] in state?.release($0) }
            let prelude = try state.load(source: PackageResources.plugin_lua, chunk: "=plugin prelude")
            _ = try state.call(prelude, [], budget: loading)
            for name in Self.hidden { try state.removeGlobal(name) }
            var tester: (names: LuaFunction, run: LuaFunction)?
            if let testing { tester = try Self.install(testing, in: state, loading) }
            try state.lockGlobals()
            let main = try state.load(source: source.main ?? [], chunk: source.mainChunk)
            let returned = try state.call(main, [], budget: loading)
            if let testing {
                let file = try state.load(source: testing.file.source, chunk: testing.file.chunk)
                _ = try state.call(file, [], budget: loading)
            }
            self.state = state
            self.tester = tester
            table = returned.first ?? .null
            var (manifest, functions) = try Self.read(table, source)
            if options.loadsStandIns, let standIn = source.files["platform.lua"] {
                let loaded = try state.load(source: standIn, chunk: "plugins/\(source.name)/platform.lua")
                let value = try state.call(loaded, [], budget: loading).first ?? .null
                functions["platform"] = try Self.standIn(value, source)
                manifest.faults = value["faults"]?.array?.compactMap(\.string) ?? []
            }
            (self.manifest, self.functions) = (manifest, functions)
        } catch let failure as LuaFailure {
            throw PluginProblem(plugin: source.name, failure)
        } catch let problem as PluginProblem {
            throw problem
        } catch {
            throw PluginProblem(plugin: source.name, file: source.mainChunk, "\(error)")
        }
    }

    private static func read(_ value: Value, _ source: PluginSource) throws(PluginProblem) -> (
        PluginManifest, [String: LuaFunction]
    ) {
        guard !value.isNull else {
            throw PluginProblem(
                plugin: source.name, file: source.mainChunk, "the file must end with: return plugin { name = …, kind = … }")
        }
        do {
            let manifest = try PluginManifest(value)
            guard manifest.name == source.name else {
                throw PluginProblem(
                    plugin: source.name, file: source.mainChunk,
                    "name: '\(manifest.name)' stands in a folder called '\(source.name)'; both must be the same")
            }
            var functions: [String: LuaFunction] = [:]
            for name in manifest.functions { functions[name] = value[name].flatMap { LuaFunction($0) } }
            for name in manifest.calls { functions["call.\(name)"] = value["calls"]?[name].flatMap { LuaFunction($0) } }
            return (manifest, functions)
        } catch let error as ManifestError {
            throw PluginProblem(plugin: source.name, file: source.mainChunk, error.message)
        } catch let problem as PluginProblem {
            throw problem
        } catch {
            throw PluginProblem(plugin: source.name, file: source.mainChunk, "\(error)")
        }
    }

    /// `platform.lua` returns `{ answer = function(request, channel, fault), faults = { … } }`.
    private static func standIn(_ value: Value, _ source: PluginSource) throws(PluginProblem) -> LuaFunction {
        if let answer = value["answer"].flatMap({ LuaFunction($0) }) { return answer }
        throw PluginProblem(
            plugin: source.name, file: "plugins/\(source.name)/platform.lua",
            "the file must end with: return { answer = function(request, channel, fault) … end, faults = { … } }")
    }

    // MARK: Tests

    /// What the tester adds to a state: functions for its prelude, and the file with the tests.
    struct Testing {
        let functions: [ModuleFunction]
        /// Taken from the globals once the prelude has them.
        let removing: [String]
        let file: PluginSource.TestFile
    }

    private static func install(_ testing: Testing, in state: LuaState, _ budget: LuaBudget) throws(LuaFailure) -> (
        names: LuaFunction, run: LuaFunction
    ) {
        let prelude = try state.load(source: PackageResources.tester_lua, chunk: "=test prelude")
        let made = try state.call(prelude, [], budget: budget)
        guard made.count == 2, let names = LuaFunction(made[0]), let run = LuaFunction(made[1]) else {
            throw LuaFailure(code: .runtime, message: "the test prelude is broken")
        }
        for name in testing.removing { try state.removeGlobal(name) }
        return (names, run)
    }

    func testNames() throws(PluginProblem) -> [String] {
        guard let tester else { return [] }
        do {
            return try state.call(tester.names, [], budget: budget).first?.array?.compactMap(\.string) ?? []
        } catch { throw PluginProblem(plugin: plugin, error) }
    }

    /// - Parameter index: from 0, in the order of `testNames()`.
    func startTest(_ index: Int, _ context: CallContext) throws(PluginFailure) -> Step {
        guard let tester else { throw PluginFailure(.unknown, plugin: plugin, "no tests are loaded") }
        let arguments: [Value] = [.int(Int64(index + 1)), table]
        return try run(context) { state throws(LuaFailure) in try state.start(tester.run, arguments, budget: budget) }
    }

    // MARK: Calls

    func start(_ arguments: [Value], _ context: CallContext) throws(PluginFailure) -> Step {
        guard let function = functions[context.entry] else {
            throw PluginFailure(.unknown, plugin: plugin, "plugin '\(plugin)' has no function \(context.entry)")
        }
        return try run(context) { state throws(LuaFailure) in try state.start(function, arguments, budget: budget) }
    }

    func resume(_ coroutine: LuaCoroutine, _ values: [Value], _ context: CallContext) throws(PluginFailure) -> Step {
        try run(context) { state throws(LuaFailure) in try state.resume(coroutine, values, budget: budget) }
    }

    /// Gives up a call that waits.
    func drop(_ coroutine: LuaCoroutine) { state.drop(coroutine) }

    /// After a call's last step: forgets what is kept about it, and does a bounded piece of garbage collection.
    func finish(_ call: UInt64) {
        room.forget(call)
        state.collectStep()
    }

    var byteCount: Int { state.memoryInUse }

    private func run(_ context: CallContext, _ body: (LuaState) throws(LuaFailure) -> LuaStep) throws(PluginFailure) -> Step {
        room.enter(context)
        defer { room.leave() }
        do {
            switch try body(state) {
            case .finished(let values):
                for function in values.flatMap({ $0.functions() }) { state.release(function) }
                return .finished(values)
            case .suspended(let coroutine, let request): return .waiting(coroutine, request: request)
            }
        } catch {
            throw PluginFailure(plugin: plugin, error)
        }
    }

    /// What the prelude takes for itself.
    private static let hidden = LuaState.internals + ["__token_get", "__token_put", "__token_fail", "__token_drop"]

    // MARK: Host functions

    private static func host(
        _ source: PluginSource, notes: Notes, clock: @escaping Clock, room: CallRoom, more: [ModuleFunction]
    ) -> [HostFunction] {
        let own = [
            ModuleFunction("plugin") { args throws(ArgumentError) in
                do throws(ManifestError) { _ = try PluginManifest(args[0] ?? .null) } catch { throw ArgumentError(error.message) }
                return .value(args[0] ?? .null)
            },
            ModuleFunction("data.read") { args throws(ArgumentError) in
                let path = try args.text(0, "the file's name")
                guard let bytes = source.files["data/\(path)"] else {
                    throw ArgumentError("there is no file data/\(path) in this plugin")
                }
                guard path.hasSuffix(".json") else { return .bytes(bytes) }
                do { return .value(try Value(json: bytes, depth: 28)) } catch { throw ArgumentError("data/\(path): \(error)") }
            },
        ]
        let all =
            own + CryptoModule.functions + FormatModules.functions + TextModule.functions
            + TimeModule.functions(clock: clock) + NoteModules.functions(notes: notes, room: room) + OutsideModules.functions
            + more
        return all.map { hostFunction($0, room: room) }
    }

    /// Names of all host functions, for the check of what is written about them.
    static func hostNames() -> [String] {
        let source = PluginSource(name: "", folder: "", files: [:], shared: [:])
        let notes = Notes(logger: Logger(label: "", factory: { _ in SilentLog() }))
        return host(source, notes: notes, clock: Instant.systemNow, room: CallRoom(plugin: ""), more: []).map(\.name)
    }

    /// A state without a plugin: what host and prelude offer.
    static func bare() throws(LuaFailure) -> LuaState {
        let source = PluginSource(name: "", folder: "", files: [:], shared: [:])
        let notes = Notes(logger: Logger(label: "", factory: { _ in SilentLog() }))
        let functions = host(source, notes: notes, clock: Instant.systemNow, room: CallRoom(plugin: ""), more: [])
        let state = try LuaState(name: "bare", mode: .counted, host: functions, resolve: { _ in nil })
        _ = try state.call(state.load(source: PackageResources.plugin_lua, chunk: "=plugin prelude"), [], budget: .load)
        for name in hidden { try state.removeGlobal(name) }
        try state.lockGlobals()
        return state
    }

    /// The name by which authors know a function that the prelude wraps.
    private static func shownName(_ name: String) -> String {
        if name.hasPrefix("__token_") { return "token.\(name.dropFirst(8))" }
        return name.hasPrefix("__test_") ? "t.\(name.dropFirst(7))" : name
    }

    private static func hostFunction(_ function: ModuleFunction, room: CallRoom) -> HostFunction {
        let shown = shownName(function.name)
        func ask(_ name: String, _ arguments: [Value]) -> LuaReply {
            guard room.context != nil else {
                return .failure("\(shown) cannot be called while the plugin is loaded, only in its functions")
            }
            return .suspend(["op": .string(name), "args": .array(arguments)])
        }
        return HostFunction(function.name) { call in
            let functions = call.arguments.flatMap { $0.functions() }
            if !functions.isEmpty, function.name != "plugin" {
                for given in functions { room.release(given) }
                return .failure("\(shown): a function cannot be given here")
            }
            do throws(ArgumentError) {
                switch try function.body(Arguments(values: call.arguments)) {
                case .values(let values): return .values(values)
                case .nothing(let message, let code): return .values([.null, .string(message), .string(code)])
                case .outside: return ask(function.name, call.arguments)
                case .asks(let name, let arguments): return ask(name, arguments)
                }
            } catch {
                return .failure("\(shown): \(error.message)")
            }
        }
    }
}
