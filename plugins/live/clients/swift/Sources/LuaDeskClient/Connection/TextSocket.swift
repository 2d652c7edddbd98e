// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A WebSocket that carries texts. `send` and `receive` end soon when their task is cancelled; the socket is of no use
/// then.
protocol TextSocket: Sendable {
    func send(_ text: String) async throws
    /// The next text, as UTF-8. Throws when the socket is closed, or could not be opened.
    func receive() async throws -> Data
    /// Asks for a sign of life; `answered` is called when it comes.
    func ping(answered: @escaping @Sendable () -> Void)
    func close()
}

/// URLSession's own. Where corelibs' libcurl has no WebSockets, everything throws `URLError.unsupportedURL`.
struct URLSessionSocket: TextSocket {
    private let task: URLSessionWebSocketTask

    init(_ session: URLSession, _ address: URL) {
        task = session.webSocketTask(with: address)
        task.maximumMessageSize = 4 << 20
        task.resume()
    }

    func send(_ text: String) async throws {
        try await withTaskCancellationHandler {
            try await task.send(.string(text))
        } onCancel: {
            close()
        }
    }

    func receive() async throws -> Data {
        let message = try await withTaskCancellationHandler {
            try await task.receive()
        } onCancel: {
            close()
        }
        switch message {
        case .string(let text): return Data(text.utf8)
        case .data(let data): return data
        @unknown default: throw LinkProblem.garbled
        }
    }

    func ping(answered: @escaping @Sendable () -> Void) {
        task.sendPing { error in if error == nil { answered() } }
    }

    /// On another thread, for the reasons that `Exchange` gives.
    func close() {
        let task = task
        DispatchQueue.global().async { task.cancel(with: .normalClosure, reason: nil) }
    }
}
