// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Foundation
import Journal
import Logging
import Metrics
import Rules
import Server
import ServiceLifecycle

/// A desk from start to end: key, store, engine, server, signals; one after another, and back in the other order.
struct ServingDesk: Sendable {
    let configuration: DeskConfiguration
    /// The data folder, absolute.
    let folder: String

    /// What is known once it listens.
    struct Running: Sendable {
        let url: String
        let folder: String
        let rulesFolder: String?
        let store: any EventStore

        /// The last line on stdout before the desk works: scripts wait for it.
        var readyLine: String { "luadesk is ready on \(url) (process \(getpid()), data \(folder))" }
        var folderHint: String {
            folder == URL(fileURLWithPath: DemoDesk.folder).standardizedFileURL.path ? "" : " --data \(folder)"
        }
    }

    /// Serves until a signal drains it.
    /// - Parameter greet: the lines that go to stdout when it is ready.
    func run(greet: @escaping @Sendable (Running) async throws -> [String]) async throws {
        let signals = await SignalWatch()
        let files = OpenFiles.raise()
        let logger = makeLogger()
        if let files { logger.info("Files and sockets that may be open.", metadata: ["limit": "\(files)"]) }
        for name in configuration.unknownVariables {
            logger.warning("This environment variable means no key.", metadata: ["variable": "\(name)"])
        }
        try makeDataFolder(folder)
        let key = try DeskKey.load(hex: configuration.text("encryption_key"), folder: folder, creatingIfMissing: true)
        let store = try SQLiteStore.open(at: folder, key: key.storeKey())
        do {
            try await serve(on: store, key: key, signals: signals, logger: logger, greet: greet)
            await store.close()
        } catch {
            await store.close()
            throw error
        }
        logger.notice("The desk has ended.")
    }

    private func makeLogger() -> Logger {
        let level = configuration.logLevel
        let format = configuration.logFormat
        LoggingSystem.bootstrap { DeskLogHandler(label: $0, level: level, format: format) }
        return Logger(label: "luadesk")
    }

    private func serve(
        on store: SQLiteStore, key: DeskKey, signals: SignalWatch, logger: Logger,
        greet: @escaping @Sendable (Running) async throws -> [String]
    ) async throws {
        let engine = try await DeskEngine.start(
            configuration.engineOptions(key: key, dataFolder: folder), store: store, logger: logger)
        let registry = MetricRegistry()
        MetricsSystem.bootstrap(registry)
        let server = try DeskServer(engine: engine, options: configuration.serverOptions(registry: registry), logger: logger)
        var group = ServiceGroupConfiguration(
            services: [.init(service: EngineService(engine: engine)), .init(service: server.service())], logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(25)
        group.maximumCancellationDuration = .seconds(10)
        let services = ServiceGroup(configuration: group)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                await signals.run(
                    logger: logger, drain: { await services.triggerGracefulShutdown() },
                    reload: { await Self.reload(engine, logger) })
            }
            tasks.addTask {
                // What keeps the port from being bound is the services' error, told there.
                guard let port = try? await server.boundPort else { return }
                try await announce(port: port, store: store, greet: greet)
            }
            defer { tasks.cancelAll() }
            do { try await services.run() } catch {
                RunFile.remove(in: folder)
                throw error
            }
        }
        RunFile.remove(in: folder)
        try? await store.revokeToken(named: Self.localToken)
    }

    /// The token of the run file.
    private static let localToken = "this machine"

    private func announce(
        port: Int, store: SQLiteStore, greet: @Sendable (Running) async throws -> [String]
    ) async throws {
        let scheme = configuration.text("server.tls.certificate") == nil ? "http" : "https"
        let host = configuration.text("server.host") ?? "127.0.0.1"
        let own = ["0.0.0.0", "::", ""].contains(host) ? "127.0.0.1" : host.contains(":") ? "[\(host)]" : host
        if try await store.tokens().contains(where: { $0.name == Self.localToken }) {
            try await store.revokeToken(named: Self.localToken)
        }
        let secret = try await DeskEngine.createToken(
            name: Self.localToken, role: .admin, agent: nil, by: .system, in: store, at: Instant.systemNow())
        let running = Running(
            url: "\(scheme)://\(own):\(port)", folder: folder, rulesFolder: configuration.rulesFolder, store: store)
        let lines = try await greet(running)
        try RunFile(process: getpid(), url: running.url, token: secret).write(in: folder)
        print(lines.joined(separator: "\n"))
        fflush(nil)
    }

    private static func reload(_ engine: DeskEngine, _ logger: Logger) async {
        do {
            let record = try await engine.rules.reloadFromDisk(by: "SIGHUP")
            logger.notice("Rules were read again.", metadata: ["live": "\((record?.id ?? engine.rules.active.id).prefix(12))"])
        } catch {
            logger.error("The rules are not taken; the old ones run on.", metadata: ["problem": "\(sentence(for: error))"])
        }
        await engine.rules.reloadPlugins()
    }
}

/// The engine among the services: it starts before the server and drains after it.
private struct EngineService: Service {
    let engine: DeskEngine

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await engine.run()
        } onGracefulShutdown: {
            // Ends by itself with the last send; `run` returns then, and the group waits for that.
            Task { await engine.drain() }
        }
    }
}
