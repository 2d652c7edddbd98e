// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Plugins

/// A plugin that is wrong costs its own call: a 5xx so that the platform sends again, a retry for what was to be sent.
@Suite struct MisbehaviourTests {
    /// A channel whose functions are given; the marked line is line 3.
    static func host(receive: String = "return accept({})", send: String = "return sent()", lanes: Int = 1) async throws
        -> (PluginHost, TemporaryFolder)
    {
        let folder = try TemporaryFolder()
        try folder.write(
            "bad/plugin.lua",
            """
            local kept = {}
            local function receive(request, channel)
              \(receive)
            end
            local function send(message, channel) \(send) end
            return plugin { name = "bad", kind = "channel", version = "1", receive = receive, send = send, hosts = {},
              calls = { ping = function() return "pong" end } }
            """)
        let host = await PluginHost.sample([folder.path], lanes: lanes, step: .milliseconds(300))
        #expect(host.problems() == [])
        try host.open(ChannelConfiguration(id: "c", plugin: "bad"))
        return (host, folder)
    }

    static let request = HookRequest(method: "POST", path: "/", query: "a=1&b=%E4%BD%A0", headers: [], body: [])

    @Test(
        "it fails with file and line, and the next call is served",
        arguments: [
            ("error('boom')", "boom"), ("local x = nil; x.y = 1", "nil value"), ("while true do end", "time allowed"),
            ("local t = {}; for i = 1, 1e9 do t[i] = i end", ""), ("return 1", "must be a table"),
            ("return nil", "must be a table"),
            ("return { status = 99 }", "status"), ("return { body = 'x' }", "status"),
            ("return accept({ { sender = 'a', text = 'x' } })", "external_id: missing"),
            ("return accept({ { external_id = '1', text = 'x' } })", "sender"),
            ("return accept({ { sender = 'a', external_id = '1', kind = 'txt' } })", "Did you mean 'text'?"),
            ("return accept({ { sender = 'a', external_id = '1', txt = 'x' } })", "Did you mean 'text'?"),
            ("return accept({ { sender = 'a', external_id = '1', fields = { 'x' } } })", "fields"),
            ("return accept({ 'x' })", "sender"), ("return accept('x')", "messages must be a list"),
            ("local t = {}; t.t = t; return t", ""), ("return function() end", ""), ("return accept({}, { body = {} })", ""),
            ("local function f() return f() + 1 end; f()", ""), ("error({})", ""), ("error(nil)", ""),
            ("pcall(function() while true do end end); return accept({})", "time allowed"),
            ("http.request { url = 'http://x.example.com/' }; http.request()", "the request is missing"),
            ("undefined_name()", "undefined_name"), ("kept = nil; new_global = 1", ""), ("http.request = nil", "read-only"),
            ("string.rep('x', 1e10)", ""), ("return ('x'):rep(100)", "must be a table"),
            ("for i = 1, 1e4 do store.get('k') end", "too"),
            ("return coroutine.wrap(function() return http.get('http://x.example.com/') end)()", ""),
        ])
    func receive(_ body: String, _ message: String) async throws {
        let (host, folder) = try await Self.host(receive: body)
        guard case .failed(let response, let failure) = await host.receive(channel: "c", Self.request) else {
            throw ShapeError("\(body) did not fail")
        }
        #expect(response.status == 500)
        #expect(response.body.isEmpty)
        #expect(failure.message.contains(message), "\(failure)")
        #expect(failure.description.contains("bad"))
        if failure.code == .raised { #expect([3, nil].contains(failure.line)) }
        #expect(try await host.call("bad.ping", .null) == "pong")
        #expect(await host.send(.sample) == .sent(externalID: nil))
        await host.shutdown()
        _ = folder
    }

    @Test("functions that leave a call are let go: a hundred thousand of them fill nothing") func functions() async throws {
        let (host, folder) = try await Self.host(
            receive: "local f = {}; for i = 1, 500 do f[i] = function() return i end end; return f")
        for _ in 0..<200 { _ = await host.receive(channel: "c", Self.request) }
        let statistics = try #require(await host.statistics().first)
        #expect(statistics.calls == 200 && statistics.failures == 0)
        #expect(statistics.byteCount < 8 << 20, "\(statistics.byteCount)")
        await host.shutdown()
        _ = folder
    }

    @Test(
        "a send that fails is tried again later, with the reason",
        arguments: [
            "error('boom')", "while true do end", "return 1", "return nil", "return { outcome = 'perhaps' }",
        ])
    func send(_ body: String) async throws {
        let (host, folder) = try await Self.host(send: body)
        guard case .retry(let reason, _) = await host.send(.sample) else { throw ShapeError("not retried") }
        #expect(reason.contains("plugins/bad/plugin.lua"))
        await host.shutdown()
        _ = folder
    }

    @Test("a message for a channel that is not open says so") func unknownChannel() async throws {
        let (host, folder) = try await Self.host()
        var message = OutboundMessage.sample
        message.channel = "nope"
        guard case .misconfigured = await host.send(message) else { throw ShapeError("sent") }
        guard case .refused(let response, _) = await host.receive(channel: "nope", Self.request) else {
            throw ShapeError("taken")
        }
        #expect(response.status == 404)
        await #expect(throws: PluginFailure.self) { try await host.call("bad.pong", .null) }
        await #expect(throws: PluginFailure.self) { try await host.call("nope.ping", .null) }
        await host.shutdown()
        _ = folder
    }

    @Test("other plugins' calls go on while one loops") func othersGoOn() async throws {
        let (host, folder) = try await Self.host(receive: "while true do end", lanes: 2)
        async let looping = host.receive(channel: "c", Self.request)
        for _ in 0..<20 { #expect(try await host.call("bad.ping", .null) == "pong") }
        guard case .failed = await looping else { throw ShapeError("the loop ended") }
        await host.shutdown()
        _ = folder
    }

    @Test(
        "a plugin that used up its time runs apart: others do not wait behind it, and too many of its calls are refused at once")
    func apart() async throws {
        let (host, folder) = try await Self.host(receive: "while true do end", lanes: 1)
        try folder.write(
            "good/plugin.lua",
            #"return plugin { name = "good", kind = "data", version = "1", calls = { ping = function() return "pong" end } }"#)
        #expect(await host.reload() == [])
        guard case .failed = await host.receive(channel: "c", Self.request) else { throw ShapeError("the loop ended") }
        // In the order in which they end.
        let seen = await withTaskGroup(of: String.self) { group in
            for _ in 0..<24 {
                group.addTask {
                    guard case .failed(let response, _) = await host.receive(channel: "c", Self.request) else { return "taken" }
                    return response.status == 503 ? "refused" : "bad"
                }
            }
            for _ in 0..<50 {
                group.addTask { (try? await host.call("good.ping", .null)) == "pong" ? "good" : "lost" }
            }
            return await group.reduce(into: [String]()) { $0.append($1) }
        }
        // Sixteen loops of 0.3 s each come one after the other; whoever stood behind them would come after the last.
        let last = try #require(seen.lastIndex(of: "good"))
        #expect(seen[last...].count { $0 == "bad" } > 1, "\(seen)")
        #expect(seen.contains("refused") && !seen.contains("taken") && !seen.contains("lost"), "\(seen)")
        // A new version begins with a clean slate.
        try folder.write(
            "bad/plugin.lua",
            #"return plugin { name = "bad", kind = "channel", version = "2", receive = function() return accept({}) end, send = function() return sent() end }"#
        )
        #expect(await host.reload() == [])
        guard case .accepted = await host.receive(channel: "c", Self.request) else { throw ShapeError("not taken") }
        await host.shutdown()
        _ = folder
    }

    @Test("after shutdown nothing is taken") func closed() async throws {
        let (host, folder) = try await Self.host()
        await host.shutdown()
        guard case .refused = await host.receive(channel: "c", Self.request) else { throw ShapeError("taken") }
        guard case .misconfigured = await host.send(.sample) else { throw ShapeError("sent") }
        #expect(await host.reload() == [])
        _ = folder
    }
}

extension OutboundMessage {
    static let sample = OutboundMessage(
        message: ID(1), channel: "c", recipient: "r", content: .text("hi"), author: .system, attempt: 1)
}
