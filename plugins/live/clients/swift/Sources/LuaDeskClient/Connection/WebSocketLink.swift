// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A connection over a WebSocket.
actor WebSocketLink: LiveLink {
    nonisolated let transport = ClientTransport.webSocket
    private let socket: any TextSocket
    private var heartbeat = Duration.seconds(30)
    private var heard = ContinuousClock.now
    private var early: [IncomingFrame] = []

    /// What is said and not answered yet, by client id.
    private enum Answer {
        case open
        case awaited(CheckedContinuation<IncomingFrame.Ack, any Error>)
        case given(Result<IncomingFrame.Ack, any Error>)
    }
    private var answers: [String: Answer] = [:]
    private var isClosed = false

    init(_ socket: any TextSocket) { self.socket = socket }

    /// Connects and says hello. Throws `LinkProblem.unsupported` where URLSession has no WebSockets, `Refusal` where
    /// the token is not good.
    func open(token: String, after seq: Int64) async throws {
        do {
            try await send(.object(["type": .string("hello"), "token": .string(token), "after": .int(seq)]))
            while true {
                let frame = try await receive()
                early.append(frame)
                if case .failure(let refusal, nil) = frame { throw refusal }
                if case .ready(_, let seconds) = frame {
                    heartbeat = .seconds(max(5, seconds))
                    return
                }
            }
        } catch {
            close()
            // What corelibs answers when libcurl was built without WebSockets.
            throw (error as? URLError)?.code == .unsupportedURL ? LinkProblem.unsupported : error
        }
    }

    func next() async throws -> [IncomingFrame] {
        guard early.isEmpty else {
            defer { early = [] }
            return early
        }
        return [try await receive()]
    }

    private func receive() async throws -> IncomingFrame {
        let frame = try IncomingFrame(try await socket.receive())
        heard = .now
        switch frame {
        case .ack(let ack): answer(ack.clientID, .success(ack))
        case .failure(let refusal, let clientID?): answer(clientID, .failure(refusal))
        default: break
        }
        return frame
    }

    private func send(_ value: JSONValue) async throws {
        try await socket.send(String(decoding: try value.data, as: UTF8.self))
    }

    /// An ack that does not come in time means a dead connection.
    func say(_ frame: OutgoingFrame) async throws -> IncomingFrame.Ack? {
        guard case .message(let clientID, _, _, _) = frame else {
            try await send(frame.frame)
            return nil
        }
        guard !isClosed else { throw LinkProblem.silent }
        // Before sending: the ack may be here before `send` returns.
        answers[clientID] = .open
        defer { answers[clientID] = nil }
        try await send(frame.frame)
        return try await within(.seconds(15)) { try await self.answer(to: clientID) }
    }

    private func answer(to clientID: String) async throws -> IncomingFrame.Ack {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                switch answers[clientID] {
                case .given(let result)?: continuation.resume(with: result)
                case .open? where !isClosed && !Task.isCancelled: answers[clientID] = .awaited(continuation)
                default: continuation.resume(throwing: CancellationError())
                }
            }
        } onCancel: {
            // Ends with one call.
            Task { await self.answer(clientID, .failure(CancellationError())) }
        }
    }

    private func answer(_ clientID: String, _ result: Result<IncomingFrame.Ack, any Error>) {
        switch answers[clientID] {
        case .open?: answers[clientID] = .given(result)
        case .awaited(let continuation)?:
            answers[clientID] = .given(result)
            continuation.resume(with: result)
        case .given?, nil: break
        }
    }

    /// After a heartbeat of silence a ping; after 10 s more without a sign the connection counts as dead.
    func keepAlive() async throws {
        while true {
            try await Task.sleep(for: heartbeat)
            let before = heard
            guard .now - before >= heartbeat else { continue }
            // The task ends with one call.
            socket.ping { Task { await self.hear() } }
            try await Task.sleep(for: .seconds(10))
            guard heard > before else { throw LinkProblem.silent }
        }
    }

    private func hear() { heard = .now }

    func close() {
        isClosed = true
        socket.close()
        for clientID in Array(answers.keys) { answer(clientID, .failure(LinkProblem.silent)) }
    }
}
