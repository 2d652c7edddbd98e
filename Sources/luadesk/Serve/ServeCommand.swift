// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation

/// `luadesk serve`: the desk, as an operator runs it.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve a desk.",
        discussion: """
              luadesk serve --config desk.yaml --data /var/lib/luadesk

            'luadesk config' prints every key of the file. Any key can be overridden by an environment variable, server.port by
            LUADESK_SERVER_PORT; secrets may be given as env:NAME or file:PATH.

            When the desk is ready it prints one line with its address, and GET /readyz answers 200. SIGTERM and SIGINT drain
            it: no new work, what has begun is finished, status 0; a second one ends it at once. SIGHUP reads rules and plugins
            again; saved rules and plugins are picked up by themselves. What is wrong with the configuration is told with file,
            line and a hint, and the status is 78.
            """)

    @Option(help: ArgumentHelp("The configuration.", valueName: "file")) var config: String
    @Option(help: ArgumentHelp("The data folder; made if it is not there.", valueName: "dir")) var data: String?
    @Option(help: "The port; 0 for any free one.") var port: String?
    @Option(help: "The address to listen at.") var host: String?

    func run() async throws {
        try await complaining {
            let configuration = try await DeskConfiguration.load(
                file: config,
                options: DeskConfiguration.Options(data: data, host: host, port: port, takesBrokenPlugins: true))
            guard let folder = configuration.path("data") else {
                throw Complaint("no data folder. Give --data DIR, or set data: in \(config).")
            }
            try await ServingDesk(configuration: configuration, folder: folder).run { desk in
                [desk.readyLine]
            }
        }
    }
}
