// SPDX-License-Identifier: Apache-2.0
import Desk
import Logging
import Lua

/// A plugin and one of its test files in one Lua state. Made and used on one thread only.
final class PluginTestState {
    private static let names = [
        "__test_settings", "__test_request", "__test_fixture", "__test_answer", "__test_requests", "__test_clock", "__test_hook",
        "__test_outcome", "__test_poll", "__test_put", "__test_public", "__test_vectors",
    ]

    private let core: PluginState
    private let plugin: String
    private let platform: RecordedPlatform

    init(_ source: PluginSource, _ file: PluginSource.TestFile, _ platform: RecordedPlatform) throws(PluginProblem) {
        plugin = source.name
        self.platform = platform
        var options = PluginOptions()
        options.stepTime = .seconds(1)
        let manifest = Manifest()
        core = try PluginState(
            source, notes: Notes(logger: .init(label: "plugin tests", factory: { _ in SilentLog() })), clock: platform.clock.now,
            options: options, testing: .init(functions: Self.functions(platform, manifest), removing: Self.names, file: file))
        manifest.value = core.manifest
        platform.declare(hosts: core.manifest.hosts)
    }

    /// The manifest, for host functions that are made before it is read. Confined to the state's thread.
    private final class Manifest { var value: PluginManifest? }

    func names() throws(PluginProblem) -> [String] {
        try core.testNames()
    }

    func start(_ index: Int) throws(PluginProblem) -> PluginState.Step {
        do { return try core.startTest(index, platform.context) } catch { throw problem(error) }
    }

    func resume(_ coroutine: LuaCoroutine, _ values: [Value]) throws(PluginProblem) -> PluginState.Step {
        do { return try core.resume(coroutine, values, platform.context) } catch { throw problem(error) }
    }

    private func problem(_ failure: PluginFailure) -> PluginProblem {
        PluginProblem(plugin: plugin, file: failure.file, line: failure.line, failure.message)
    }

    // MARK: What tests can call

    private static func functions(_ platform: RecordedPlatform, _ manifest: Manifest) -> [ModuleFunction] {
        [
            ModuleFunction("__test_settings") { args throws(ArgumentError) in
                let (given, id) = (args[0] ?? .object(.init()), try args.text(1, "the channel's id"))
                guard let manifest = manifest.value else { throw ArgumentError("channels are made inside of tests") }
                do throws(PluginProblem) {
                    let settings = try manifest.settings(checking: given)
                    platform.add(settings: settings)
                    return .value(["id": .string(id), "plugin": .string(manifest.name), "settings": settings])
                } catch { throw ArgumentError(error.message) }
            },
            ModuleFunction("__test_request") { args throws(ArgumentError) in
                guard let given = args[0], given.object != nil else { throw ArgumentError("a request must be a table") }
                return .value(try request(given).value)
            },
            ModuleFunction("__test_fixture") { args throws(ArgumentError) in
                let name = try args.text(0, "the fixture's name")
                guard let request = platform.source.fixture(name) else {
                    throw ArgumentError("there is no request in fixtures/\(name)")
                }
                return .value(request.value)
            },
            ModuleFunction("__test_vectors") { args throws(ArgumentError) in
                let name = try args.text(0, "the file's name")
                guard let bytes = platform.source.fixtureBytes(name + ".json") else {
                    throw ArgumentError("there is no file fixtures/\(name).json")
                }
                do { return .value(try Value(json: bytes)) } catch {
                    throw ArgumentError("fixtures/\(name).json: \(error)")
                }
            },
            ModuleFunction("__test_answer") { args throws(ArgumentError) in
                let fields = ["status", "headers", "body", "json", "path", "method", "lost", "refused"]
                platform.add(answer: try args.table(0, "the answer", fields: fields).value)
                return .values([])
            },
            ModuleFunction("__test_requests") { _ throws(ArgumentError) in .value(.array(platform.requests)) },
            ModuleFunction("__test_clock") { args throws(ArgumentError) in
                guard let seconds = args[0]?.double else { throw ArgumentError("the seconds are missing") }
                if args[1]?.bool == true {
                    platform.clock.set(Instant(milliseconds: Int64(seconds * 1000)))
                } else {
                    platform.clock.advance(by: .milliseconds(Int64(seconds * 1000)))
                }
                return .values([])
            },
            ModuleFunction("__test_hook") { args throws(ArgumentError) in
                guard let manifest = manifest.value else { return .values([]) }
                do { _ = try HookOutcome(args[0] ?? .null, channel: "test", manifest) } catch {
                    throw ArgumentError("receive answered wrongly: \(error)")
                }
                return .values([])
            },
            ModuleFunction("__test_poll") { args throws(ArgumentError) in
                guard let manifest = manifest.value else { return .values([]) }
                do { _ = try PollFinding(args[0] ?? .null, channel: "test", manifest) } catch {
                    throw ArgumentError("poll answered wrongly: \(error)")
                }
                return .values([])
            },
            ModuleFunction("__test_outcome") { args throws(ArgumentError) in
                guard SendOutcome(args[0] ?? .null) != nil else {
                    throw ArgumentError("send must return sent(…), retry(…), held(…), failed(…) or misconfigured(…)")
                }
                return .values([])
            },
            ModuleFunction("__test_public") { args throws(ArgumentError) in
                platform.publish(at: try args.text(0, "the desk's public address"))
                return .values([])
            },
            ModuleFunction("__test_put") { args throws(ArgumentError) in
                let (bytes, type) = (try args.bytes(0, "the bytes"), try args.text(1, "the content type"))
                return .value(.string(platform.media.add(bytes, contentType: type, name: args[2]?.string)))
            },
        ]
    }

    /// A request as tests write it: the query as text or table, headers and body optional.
    private static func request(_ value: Value) throws(ArgumentError) -> HookRequest {
        var query = value["raw_query"]?.string ?? ""
        if let given = value["query"] {
            if let text = given.string { query = text } else { query = try FormatModules.query(given) }
        }
        return HookRequest(
            method: value["method"]?.string ?? "POST", path: value["path"]?.string ?? "/hooks/test", query: query,
            headers: (value["headers"]?.object?.pairs ?? []).map { ($0.name.lowercased(), $0.value.string ?? "") },
            body: value["body"]?.utf8 ?? [])
    }
}
