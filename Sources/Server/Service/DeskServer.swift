// SPDX-License-Identifier: Apache-2.0
import Engine
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle

/// The desk's doors to the network: API, live channel, platform callbacks, pages, metrics.
///
/// Prints nothing. Ends within `limits.shutdownGrace` of a graceful shutdown: sockets are closed with 1001, requests are finished.
package struct DeskServer: Service {
    private let options: ServerOptions
    private let logger: Logger
    private let desk: FrontDesk
    private let port = Arrival<Int>()

    /// Throws `ServerFailure` where certificate or key cannot be used.
    package init(engine: DeskEngine, options: ServerOptions = ServerOptions(), logger: Logger) throws {
        self.options = options
        self.logger = logger
        desk = try FrontDesk(engine: engine, options: options, logger: logger)
    }

    /// The server as a service of the program's group; it ends after a graceful shutdown.
    package func service() -> some Service { self }

    /// The port it listens on, once it does. Throws what kept it from listening.
    package var boundPort: Int { get async throws { try await port.value } }

    /// Live sockets that are open now.
    package var sockets: Int { desk.sockets.total }

    /// Listens until a graceful shutdown. Throws `ServerFailure`.
    package func run() async throws {
        do {
            let server = try builder().buildServer(
                configuration: ServerConfiguration(
                    address: .hostname(options.host, port: options.port), backlog: 1024,
                    availableConnectionsDelegate: .maximum(options.limits.connections, logger: logger)),
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: quiet, responder: desk.respond
            ) { channel in
                port.arrive(.success(channel.localAddress?.port ?? options.port))
            }
            try await withGracefulShutdownHandler {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await server.run() }
                    group.addTask { await desk.sockets.watch() }
                    // Whichever ends first ends the other: the server at shutdown, or by not getting its port.
                    try await group.next()
                    group.cancelAll()
                }
            } onGracefulShutdown: {
                desk.sockets.closeAll()
            }
        } catch {
            let failure = ServerFailure.bind(error, host: options.host, port: options.port)
            port.arrive(.failure(failure))
            throw failure
        }
    }

    /// Hummingbird's own line about listening is ours to say.
    private var quiet: Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .notice)
        return logger
    }

    private func builder() throws -> HTTPServerBuilder {
        let plain = HTTPServerBuilder { [desk, options] responder in
            DeskChannel(responder: responder, sockets: desk.sockets, limits: options.limits)
        }
        guard let files = options.tls else { return plain }
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(files.certificate)
            let key = try NIOSSLPrivateKey(file: files.key, format: .pem)
            var tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            tls.minimumTLSVersion = .tlsv12
            tls.applicationProtocols = ["http/1.1"]
            return try .tls(plain, tlsConfiguration: tls)
        } catch {
            throw ServerFailure(
                .badCertificate,
                "server.tls: certificate \(files.certificate) and key \(files.key) cannot be used: \(error). Give PEM files that belong together."
            )
        }
    }
}
