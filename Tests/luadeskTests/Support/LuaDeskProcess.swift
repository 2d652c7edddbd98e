// SPDX-License-Identifier: Apache-2.0
import Foundation
import MailServers

/// A real `luadesk` on a free port and a folder of its own; killed with the object, and the folder removed after it.
final class LuaDeskProcess: Sendable {
    /// `http://127.0.0.1:PORT`
    let url: String
    var port: Int { Int(url.split(separator: ":").last ?? "") ?? 0 }
    let data: TemporaryFolder
    let process: ChildProcess

    private init(process: ChildProcess, data: TemporaryFolder, url: String) {
        self.process = process
        self.data = data
        self.url = url
    }

    deinit { process.send(SIGKILL) }

    /// The program that was built together with this test bundle.
    static let program: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("luadesk").path
    }()

    /// The checkout's folder.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// Where the shipped rules and plugins lie, wherever the build is.
    static let home = ["LUADESK_HOME": root]

    /// `luadesk demo` on a free port.
    /// - Parameters:
    ///   - data: an earlier one's folder, to start again on.
    ///   - port: a `HeldPort`'s, for one that is to come back at its address.
    static func demo(
        data: TemporaryFolder = TemporaryFolder(), port: HeldPort? = nil, environment: [String: String] = [:]
    ) async throws -> LuaDeskProcess {
        try await start(
            ["demo", "--data", "\(data.path)/data", "--port", "\(port?.number ?? 0)"], data: data, environment: environment)
    }

    /// `luadesk serve` on a free port with this configuration.
    /// - Parameter shell: what a shell does before it becomes the program: `ulimit -S -f 1000`.
    static func serve(
        _ configuration: String, data: TemporaryFolder = TemporaryFolder(), port: HeldPort? = nil,
        environment: [String: String] = [:],
        shell: String? = nil
    ) async throws -> LuaDeskProcess {
        let file = try data.write(configuration, to: "desk.yaml")
        return try await start(
            ["serve", "--config", file, "--data", "\(data.path)/data", "--port", "\(port?.number ?? 0)"], data: data,
            environment: environment,
            shell: shell)
    }

    private static func start(
        _ arguments: [String], data: TemporaryFolder, environment: [String: String], shell: String? = nil
    ) async throws -> LuaDeskProcess {
        let environment = Self.home.merging(environment) { $1 }
        let process =
            if let shell {
                try ChildProcess(
                    "/bin/sh", ["-c", "\(shell); exec \"$0\" \"$@\"", program] + arguments, environment: environment, in: data)
            } else {
                try ChildProcess(program, arguments, environment: environment, in: data)
            }
        do {
            try await within(.seconds(120), "luadesk is ready") {
                try await process.wait { $0.out.contains { $0.hasPrefix("luadesk is ready on ") } }
            }
        } catch {
            process.send(SIGKILL)
            throw OutOfPatience(description: "\(error)\n\(process.output.err.suffix(30).joined(separator: "\n"))")
        }
        let output = process.output
        guard let line = output.out.first(where: { $0.hasPrefix("luadesk is ready on ") }),
            let url = line.split(separator: " ").first(where: { $0.hasPrefix("http") })
        else {
            throw OutOfPatience(
                description: "luadesk ended before it was ready: \(output.err.suffix(30).joined(separator: "\n"))")
        }
        return LuaDeskProcess(process: process, data: data, url: String(url))
    }

    /// The data folder proper.
    var folder: String { "\(data.path)/data" }

    /// What it has logged so far.
    var log: [String] { process.output.err }

    func waitForLog(_ part: String, within limit: Duration = patience) async throws {
        try await luadeskTests.within(limit, "a log line with '\(part)'") { [process] in
            try await process.wait { $0.err.contains { $0.contains(part) } }
        }
    }

    /// A new API token of this role, by `luadesk token create` beside the running server.
    func token(role: String, agent: String? = nil) async throws -> String {
        var arguments = ["token", "create", "--data", folder, "--role", role]
        if let agent { arguments += ["--agent", agent] }
        let result = try await Self.run(arguments)
        guard result.exit.status == 0, let token = result.out.last else {
            throw OutOfPatience(description: "no token: \(result.err.joined(separator: "\n"))")
        }
        return token
    }

    func api(role: String = "admin") async throws -> DeskAPI { DeskAPI(url: url, token: try await token(role: role)) }

    /// SIGTERM, and its end.
    @discardableResult
    func stop(within limit: Duration = patience) async throws -> ChildProcess.Exit {
        process.send(SIGTERM)
        return try await luadeskTests.within(limit, "luadesk drains") { [process] in try await process.exit() }
    }

    /// SIGKILL, and its end.
    func kill() async throws {
        process.send(SIGKILL)
        _ = try await luadeskTests.within(patience, "luadesk is killed") { [process] in try await process.exit() }
    }

    struct Result: Sendable {
        var exit: ChildProcess.Exit
        var out: [String]
        var err: [String]
        var text: String { (out + err).joined(separator: "\n") }
    }

    /// Runs a command to its end.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], within limit: Duration = .seconds(120)
    ) async throws -> Result {
        let process = try ChildProcess(program, arguments, environment: home.merging(environment) { $1 })
        do {
            let exit = try await luadeskTests.within(limit, "luadesk \(arguments.first ?? "") ends") { try await process.exit() }
            return Result(exit: exit, out: process.output.out, err: process.output.err)
        } catch {
            process.send(SIGKILL)
            throw OutOfPatience(
                description: "\(error)\n\((process.output.out + process.output.err).suffix(30).joined(separator: "\n"))")
        }
    }
}
