// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Desk
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Plugins
import Synchronization

/// How the platform's API behaves.
struct StandInOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Answer on this port of 127.0.0.1 as the platform's API; 0: a free one.", valueName: "port"))
    var listen: Int?
    @Flag(help: "The first message finds its access token expired.") var expireToken = false
    @Option(help: "How many messages get an error instead of being taken.") var errors = 0
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Which error: the platform's own code, or busy, rate_limit, refused, unauthorized.", valueName: "code")
    )
    var errorCode: String?
    @Option(help: ArgumentHelp("How long each answer takes.", valueName: "ms")) var platformSlow = 0

    private static let kinds: Set = ["busy", "rate_limit", "refused", "unauthorized", "window", "expired"]

    /// What the next messages get, first one first.
    var faults: [PlatformFault] {
        let code = errorCode ?? "busy"
        let fault = Self.kinds.contains(code) ? PlatformFault(code) : PlatformFault("code", code: code)
        return (expireToken ? [PlatformFault("expired")] : []) + [PlatformFault](repeating: fault, count: errors)
    }

    func validate() throws {
        guard (0...65_535).contains(listen ?? 0), (0...1_000_000).contains(errors), (0...60_000).contains(platformSlow) else {
            throw ValidationError("--listen is a port, --platform-slow at most 60000.")
        }
    }
}

/// A platform's API on a loopback port: hands what the desk sends to the plugin's `platform.lua`, and prints what it took.
final class StandInServer: Sendable {
    private struct State {
        var faults: [PlatformFault] = []
        var taken = 0
        var port: Int?
        var waiters: [CheckedContinuation<Void, any Error>] = []
    }

    private let host: PluginHost
    private let channel: String
    private let slow: Int
    private let state: Mutex<State>

    init(host: PluginHost, channel: String, options: StandInOptions) {
        self.host = host
        self.channel = channel
        slow = options.platformSlow
        state = Mutex(State(faults: options.faults))
    }

    /// Waits until it listens.
    func ready() async throws {
        try await withCheckedThrowingContinuation { continuation in
            let isReady = state.withLock { state in
                if state.port == nil { state.waiters.append(continuation) }
                return state.port != nil
            }
            if isReady { continuation.resume() }
        }
    }

    func run(port: Int) async throws {
        var logger = Logger(label: "stand-in")
        // It ends by cancellation, which its server would call an error.
        logger.logLevel = .critical
        let responder = CallbackResponder { (request: Request, _: BasicRequestContext) in try await self.answer(request) }
        let application = Application(
            responder: responder, configuration: .init(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { channel in self.listening(channel.localAddress?.port ?? port) }, logger: logger)
        do { try await application.run() } catch {
            for waiter in takeWaiters() { waiter.resume(throwing: error) }
            throw error
        }
    }

    private func listening(_ port: Int) {
        // Whoever starts this reads its first line through a pipe.
        print("The platform's API is ready on http://127.0.0.1:\(port); the channel's api_base must be this address.")
        fflush(nil)
        state.withLock { $0.port = port }
        for waiter in takeWaiters() { waiter.resume() }
    }

    private func takeWaiters() -> [CheckedContinuation<Void, any Error>] {
        state.withLock { state in
            defer { state.waiters = [] }
            return state.waiters
        }
    }

    private func answer(_ request: Request) async throws -> Response {
        let body = Array(buffer: try await request.body.collect(upTo: 32 << 20))
        if slow > 0 { try await Task.sleep(for: .milliseconds(slow)) }
        var headers = request.headers.map { (name: $0.name.rawName.lowercased(), value: $0.value) }
        if let authority = request.head.authority { headers.append(("host", authority)) }
        let asked = HookRequest(
            method: request.method.rawValue, path: request.uri.path, query: request.uri.query ?? "", headers: headers, body: body)
        // Taken by this request alone, and given back if it meets none: so many messages as were asked for get an error.
        let fault = state.withLock { $0.faults.isEmpty ? nil : $0.faults.removeFirst() }
        func giveBack() { if let fault { state.withLock { $0.faults.insert(fault, at: 0) } } }
        let answer: StandInAnswer
        do { answer = try await host.standIn(channel: channel, asked, fault: fault) } catch {
            giveBack()
            say("! \(asked.method) \(asked.path): \(error)")
            return Response(status: .internalServerError)
        }
        if !answer.isFault { giveBack() }
        if answer.isFault {
            say("× \(asked.method) \(asked.path): answered with \(fault?.code ?? fault?.kind ?? "an error")")
        } else if let message = answer.message {
            let number = state.withLock { state in
                state.taken += 1
                return state.taken
            }
            let kind = message["kind"]?.string ?? "text"
            let text = message["text"]?.string ?? "[\(kind)]"
            say("← \(number)  to \(message["recipient"]?.string ?? "?"): \(text)")
        } else {
            say("  \(asked.method) \(asked.path): \(answer.response.status)")
        }
        var fields = HTTPFields()
        for header in answer.response.headers {
            if let name = HTTPField.Name(header.name) { fields[name] = header.value }
        }
        return Response(
            status: .init(code: answer.response.status), headers: fields,
            body: .init(byteBuffer: ByteBuffer(bytes: answer.response.body)))
    }

    private func say(_ line: String) {
        print(line)
        fflush(nil)
    }
}
