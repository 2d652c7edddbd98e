// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Desk
import Engine
import Foundation
import Journal
import Logging
import MailServers
import NIOCore
import NIOHTTP1
import ServiceLifecycle

@testable import Server

/// A whole desk with its server on a free port: a store in a temporary folder, one live channel `web`, one agent, rules of the test's own.
final class TestServer: Sendable {
    let engine: DeskEngine
    let server: DeskServer
    let port: Int
    /// Gone with the object, also where it could not start.
    private let place: TemporaryPlace
    var folder: String { place.path }
    private let group: ServiceGroup
    private let running: Task<Void, any Error>
    private let engineRunning: Task<Void, any Error>

    /// Starts a desk, runs the body, stops the desk, whatever happens.
    static func with<Result: Sendable>(
        rules: [String: String] = [:], media: MediaOptions = MediaOptions(), clock: ManualClock? = nil,
        _ change: @Sendable (inout ServerOptions) -> Void = { _ in },
        _ body: @Sendable (TestServer) async throws -> Result
    ) async throws -> Result {
        let server = try await TestServer(rules: rules, media: media, clock: clock, change)
        do {
            let result = try await body(server)
            try await server.stop()
            return result
        } catch {
            try? await server.stop()
            throw error
        }
    }

    init(
        rules: [String: String], media: MediaOptions, clock: ManualClock?, _ change: @Sendable (inout ServerOptions) -> Void
    ) async throws {
        let clock = clock.map { $0.now } ?? Instant.systemNow
        place = try TemporaryPlace("server")
        let folder = place.path
        var files = rules
        if files["rules.lua"] == nil { files["rules.lua"] = "return { name = \"test\", api = 1 }\n" }
        for (path, text) in files {
            let url = URL(fileURLWithPath: "\(folder)/rules/\(path)")
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        let store = try SQLiteStore.open(at: folder + "/data", key: .random(), clock: clock)
        var options = EngineOptions(
            secret: Array(repeating: 1, count: 32), mediaFolder: folder + "/media", mediaKey: Array(repeating: 2, count: 32))
        options.channels = [
            ChannelConfiguration(id: "web", plugin: "live", settings: ["trust_identity": true]),
            ChannelConfiguration(id: "signed", plugin: "live", settings: ["identity_secret": "s"]),
            ChannelConfiguration(
                id: "shop", plugin: "live",
                settings: ["origins": ["https://shop.example"], "faq": ["zh-CN": ["多少钱？"], "en": ["How much?"]]]),
        ]
        options.teams = [Team(id: "service", name: "Service")]
        options.agents = [.init(name: "Lin", teams: ["service"])]
        options.rulesFolder = folder + "/rules"
        options.watchesFiles = false
        options.media = media
        options.clock = clock
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let engine = try await DeskEngine.start(options, store: store, logger: logger)
        self.engine = engine
        let engineRunning = Task { try await engine.run() }
        self.engineRunning = engineRunning

        var serverOptions = ServerOptions()
        serverOptions.port = 0
        serverOptions.rulesFolder = folder + "/rules"
        serverOptions.channels = [("signed", "live"), ("web", "live")]
        change(&serverOptions)
        do {
            let server = try DeskServer(engine: engine, options: serverOptions, logger: logger)
            self.server = server
            let group = ServiceGroup(configuration: .init(services: [server.service()], logger: logger))
            self.group = group
            running = Task { try await group.run() }
            port = try await server.boundPort
        } catch {
            await engine.drain()
            try? await engineRunning.value
            await store.close()
            throw error
        }
    }

    /// A graceful shutdown of the server, as SIGTERM begins one.
    func shutDown() async throws {
        await group.triggerGracefulShutdown()
        try await running.value
    }

    func beginShutdown() async { await group.triggerGracefulShutdown() }

    func stop() async throws {
        try await shutDown()
        await engine.drain()
        try await engineRunning.value
        await engine.store.close()
    }

    // MARK: - Who calls

    func token(_ role: Role) async throws -> String {
        let agent = role == .agent ? try await engine.store.agents().first?.id : nil
        return try await engine.createToken(
            name: "\(role.rawValue)-\(UUID().uuidString.prefix(8))", role: role, agent: agent,
            by: Principal(name: "test", role: .admin))
    }

    func session(_ name: String? = nil) async throws -> Value {
        var body: Value = ["channel": "web"]
        if let name { body["identity"] = ["external_id": .string(name)] }
        let answer = try await call("POST", "/v1/live/sessions", body)
        guard answer.status == 201 else { throw UnexpectedAnswer(answer: answer) }
        return answer.json
    }

    // MARK: - Calling

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: [UInt8]
        var text: String { String(decoding: body, as: UTF8.self) }
        var json: Value { (try? Value(json: body)) ?? .null }
        var items: [Value] { json["items"]?.array ?? [] }
        func header(_ name: String) -> String? { headers.first(name: name) }
        var code: String? { json["code"]?.string }
    }

    struct UnexpectedAnswer: Error { let answer: Answer }

    var url: String { "http://127.0.0.1:\(port)" }

    @discardableResult
    func call(
        _ method: String, _ path: String, _ body: Value? = nil, token: String? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        try await call(method, path, bytes: body?.json, token: token, headers: headers)
    }

    @discardableResult
    func call(
        _ method: String, _ path: String, bytes: [UInt8]?, token: String? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = HTTPMethod(rawValue: method)
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let bytes {
            if headers["Content-Type"] == nil { request.headers.add(name: "Content-Type", value: "application/json") }
            request.body = .bytes(bytes)
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(120))
        let data = try await response.body.collect(upTo: 1 << 24)
        return Answer(status: Int(response.status.code), headers: response.headers, body: Array(data.readableBytesView))
    }
}
