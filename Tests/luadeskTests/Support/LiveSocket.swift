// SPDX-License-Identifier: Apache-2.0
import Desk
import NIOCore
import NIOPosix
import Synchronization

/// A WebSocket client small enough to be read: one text frame, one JSON value. It masks, answers pings and reports how it was closed.
final class LiveSocket: Sendable {
    struct Closed: Error, Sendable, Hashable {
        /// Nil if the connection broke without a close frame.
        var code: Int?
    }

    private let frames: AsyncThrowingStream<Value, any Error>
    private let iterator: Mutex<Reader>
    private let outbound: AsyncStream<[UInt8]>.Continuation
    private let work: Task<Void, Never>

    /// The iterator moves between the lock and the one who reads; there is one reader at a time.
    private struct Reader: @unchecked Sendable { var value: AsyncThrowingStream<Value, any Error>.AsyncIterator? }

    /// Connects and says hello.
    /// - Parameter after: resume behind this seq.
    static func open(port: Int, token: String?, after: Int64? = nil, path: String = "/v1/live") async throws -> LiveSocket {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connectTimeout(.seconds(10))
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let socket = LiveSocket(channel, path: path)
        if let token {
            var hello: Value = ["type": "hello", "token": .string(token)]
            if let after { hello["after"] = .int(after) }
            socket.send(hello)
        }
        return socket
    }

    private init(_ channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>, path: String) {
        let (frames, incoming) = AsyncThrowingStream.makeStream(of: Value.self)
        let (outgoing, outbound) = AsyncStream.makeStream(of: [UInt8].self)
        self.frames = frames
        self.outbound = outbound
        iterator = Mutex(Reader(value: frames.makeAsyncIterator()))
        // Ends with the connection; its error is the end of `frames`.
        work = Task {
            do {
                try await channel.executeThenClose { inbound, writer in
                    let request =
                        "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                    try await writer.write(ByteBuffer(string: request))
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { for await bytes in outgoing { try await writer.write(ByteBuffer(bytes: bytes)) } }
                        group.addTask {
                            var parser = FrameParser()
                            for try await buffer in inbound {
                                for frame in try parser.feed(Array(buffer: buffer)) {
                                    switch frame {
                                    case .text(let bytes): incoming.yield(try Value(json: bytes))
                                    case .ping(let bytes): outbound.yield(Self.encode(0xA, bytes))
                                    case .close(let code): throw Closed(code: code)
                                    case .refused(let line): throw OutOfPatience(description: "no upgrade: \(line)")
                                    }
                                }
                            }
                            throw Closed(code: nil)
                        }
                        defer { group.cancelAll() }
                        try await group.next()
                    }
                }
                incoming.finish(throwing: Closed(code: nil))
            } catch let error as Closed {
                incoming.finish(throwing: error)
            } catch {
                incoming.finish(throwing: error)
            }
        }
    }

    deinit { work.cancel() }

    func send(_ value: Value) { outbound.yield(Self.encode(1, value.json)) }
    func send(raw opcode: UInt8, _ bytes: [UInt8], masked: Bool = true) {
        outbound.yield(Self.encode(opcode, bytes, masked: masked))
    }

    /// The next frame. Throws `Closed` after the last.
    func next(within limit: Duration = patience) async throws -> Value {
        try await luadeskTests.within(limit, "a frame") { [self] in
            var reader = iterator.withLock { reader in
                defer { reader.value = nil }
                return reader
            }
            guard reader.value != nil else { throw OutOfPatience(description: "two readers on one socket") }
            defer { iterator.withLock { $0 = reader } }
            guard let frame = try await reader.value?.next() else { throw Closed(code: nil) }
            return frame
        }
    }

    /// The next frame of this type; others are passed over.
    func next(_ type: String, within limit: Duration = patience, where isWanted: (Value) -> Bool = { _ in true }) async throws
        -> Value
    {
        while true {
            let frame = try await next(within: limit)
            if frame["type"]?.string == type, isWanted(frame) { return frame }
        }
    }

    /// Says a text; the acknowledgement comes as a frame.
    func say(_ text: String, clientID: String) {
        send(["type": "message", "client_id": .string(clientID), "kind": "text", "text": .string(text)])
    }

    /// Breaks the connection without a word.
    func cut() { work.cancel() }

    private static func encode(_ opcode: UInt8, _ bytes: [UInt8], masked: Bool = true) -> [UInt8] {
        var frame: [UInt8] = [0x80 | opcode]
        let bit: UInt8 = masked ? 0x80 : 0
        switch bytes.count {
        case 0..<126: frame.append(bit | UInt8(bytes.count))
        case 126..<65_536: frame += [bit | 126, UInt8(bytes.count >> 8), UInt8(bytes.count & 0xff)]
        default: frame += [bit | 127] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: bytes.count >> ($0 * 8)) }
        }
        guard masked else { return frame + bytes }
        let mask: [UInt8] = [0x37, 0xfa, 0x21, 0x3d]
        return frame + mask + bytes.enumerated().map { $1 ^ mask[$0 & 3] }
    }
}

/// Cuts the server's bytes into the upgrade answer and frames.
private struct FrameParser {
    enum Frame { case text([UInt8]), ping([UInt8]), close(Int?), refused(String) }
    private var buffer: [UInt8] = []
    private var isUpgraded = false

    mutating func feed(_ bytes: [UInt8]) throws -> [Frame] {
        buffer += bytes
        if !isUpgraded {
            guard let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) else { return [] }
            let head = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
            guard head.hasPrefix("HTTP/1.1 101") else { return [.refused(String(head.prefix { $0 != "\r\n" }))] }
            buffer.removeSubrange(..<end.upperBound)
            isUpgraded = true
        }
        var frames: [Frame] = []
        while let (opcode, body) = take() {
            switch opcode {
            case 1: frames.append(.text(body))
            case 8: frames.append(.close(body.count >= 2 ? Int(body[0]) << 8 | Int(body[1]) : nil))
            case 9: frames.append(.ping(body))
            default: break
            }
        }
        return frames
    }

    private mutating func take() -> (UInt8, [UInt8])? {
        guard buffer.count >= 2 else { return nil }
        var start = 2
        var count = Int(buffer[1] & 0x7f)
        if count == 126 {
            guard buffer.count >= 4 else { return nil }
            count = Int(buffer[2]) << 8 | Int(buffer[3])
            start = 4
        } else if count == 127 {
            guard buffer.count >= 10 else { return nil }
            count = buffer[2..<10].reduce(0) { $0 << 8 | Int($1) }
            start = 10
        }
        guard buffer.count >= start + count else { return nil }
        defer { buffer.removeSubrange(..<(start + count)) }
        return (buffer[0] & 0xf, Array(buffer[start..<start + count]))
    }
}
