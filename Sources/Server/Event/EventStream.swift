// SPDX-License-Identifier: Apache-2.0
import Desk
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// Server-sent events: `text/event-stream`, one event of the journal each, with its seq as id.
enum EventStream {
    /// Takes the events of one stream; waits where the client reads slowly.
    struct Writer: Sendable {
        fileprivate let pieces: Mailbox<[UInt8]>

        /// Throws CancellationError once the client has gone.
        /// - Parameter id: nil for what is passing: the client's position stays.
        func send(id: Seq?, name: String, _ value: Value) async throws {
            var text: [UInt8] = []
            if let id { text.append(contentsOf: "id: \(id)\n".utf8) }
            text.append(contentsOf: "event: \(name)\ndata: ".utf8)
            value.write(to: &text)
            text.append(contentsOf: "\n\n".utf8)
            guard await pieces.putInTurn(text) else { throw CancellationError() }
        }
    }

    static func isWanted(_ call: Call) -> Bool { call.headers[.accept]?.contains("text/event-stream") ?? false }

    /// An answer that goes on until the client or the server goes, with a sign of life twice in each `ping_interval`; a client that takes
    /// none of two is cut off, and comes back with its last id.
    static func reply(_ call: Call, _ body: @escaping @Sendable (Writer) async throws -> Void) -> Reply {
        let request = call.request
        let logger = call.logger
        let channel = call.channel
        let period = call.desk.options.limits.pingInterval / 2
        let flow = ResponseBody { writer in
            do {
                try await request.body.consumeWithCancellationOnInboundClose { _ in
                    let pieces = Mailbox<[UInt8]>(capacity: 64)
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask {
                            defer { pieces.close() }
                            try await cancelWhenGracefulShutdown { try await body(Writer(pieces: pieces)) }
                        }
                        group.addTask {
                            // No room twice means that nothing was read for all that time.
                            var refusals = 0
                            while refusals < 2 {
                                try await Task.sleep(for: period)
                                refusals = pieces.put(Array(": still here\n\n".utf8)) ? 0 : refusals + 1
                            }
                            channel.close(promise: nil)
                        }
                        // Closed too: whoever waits there for room does not hear of a cancellation.
                        defer {
                            group.cancelAll()
                            pieces.close()
                        }
                        try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
                        while let piece = await pieces.next() { try await writer.write(ByteBuffer(bytes: piece)) }
                    }
                }
            } catch is CancellationError {
            } catch {
                logger.trace("A stream ended.", metadata: ["error": "\(error)"])
            }
            try await writer.finish(nil)
        }
        return Reply(
            status: 200, body: nil, headers: [.cacheControl: "no-store", .xAccelBuffering: "no"],
            raw: RawReply(contentType: "text/event-stream; charset=utf-8", body: flow))
    }
}

extension HTTPField.Name {
    static let lastEventID = Self("Last-Event-ID") ?? .date
    static let xAccelBuffering = Self("X-Accel-Buffering") ?? .date
}
