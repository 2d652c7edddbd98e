// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOWebSocket

/// Puts a client's messages together from its frames and keeps RFC 6455: tells what to do, does nothing itself.
///
/// NIO's decoder has already checked lengths and the form of control frames; masks, reserved bits, order of fragments, UTF-8 and close
/// codes are checked here.
struct FrameAssembler {
    enum Action: Equatable {
        /// A whole text message.
        case message([UInt8])
        case pong(ByteBuffer)
        /// The peer closes: answer with this code, then end.
        case close(SocketClose)
        /// The peer broke the protocol: say so, then end.
        case fail(SocketClose)
        /// It lives; nothing to do.
        case heard
    }

    private let limit: Int
    private var parts: [UInt8] = []
    private var isInside = false

    /// - Parameter limit: bytes of one message, however many frames it comes in.
    init(limit: Int) { self.limit = limit }

    mutating func take(_ frame: WebSocketFrame) -> Action {
        guard frame.maskKey != nil else { return .fail(.protocolError("client frames must be masked")) }
        guard frame.reservedBits.isEmpty else { return .fail(.protocolError("no extension was agreed on")) }
        switch frame.opcode {
        case .text:
            guard !isInside else { return .fail(.protocolError("a message began inside another")) }
            isInside = true
            return add(frame)
        case .continuation:
            guard isInside else { return .fail(.protocolError("a continuation without a beginning")) }
            return add(frame)
        case .binary: return .fail(SocketClose(1003, "text frames with JSON, please"))
        case .ping: return .pong(frame.unmaskedData)
        case .pong: return .heard
        case .connectionClose: return Self.close(frame.unmaskedData)
        default: return .fail(.protocolError("unknown opcode"))
        }
    }

    private mutating func add(_ frame: WebSocketFrame) -> Action {
        let data = frame.unmaskedData
        guard parts.count + data.readableBytes <= limit else {
            return .fail(SocketClose(1009, "at most \(limit) bytes a message"))
        }
        parts.append(contentsOf: data.readableBytesView)
        guard frame.fin else { return .heard }
        defer {
            parts = []
            isInside = false
        }
        guard String(validating: parts, as: Unicode.UTF8.self) != nil else {
            return .fail(SocketClose(1007, "text must be valid UTF-8"))
        }
        return .message(parts)
    }

    /// RFC 6455 §7.4: what may stand in a close frame.
    private static func close(_ data: ByteBuffer) -> Action {
        var data = data
        guard data.readableBytes > 0 else { return .close(.normal) }
        guard let code = data.readInteger(as: UInt16.self), isValid(code) else {
            return .fail(.protocolError("no valid close code"))
        }
        guard String(validating: data.readableBytesView, as: Unicode.UTF8.self) != nil else {
            return .fail(SocketClose(1007, "the reason must be valid UTF-8"))
        }
        return .close(SocketClose(code, ""))
    }

    private static func isValid(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}

/// Why a socket is closed, as it stands in the close frame.
struct SocketClose: Sendable, Equatable {
    let code: UInt16
    /// At most 123 bytes.
    let reason: String

    init(_ code: UInt16, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    static let normal = SocketClose(1000, "")
    static let goingAway = SocketClose(1001, "the desk restarts; come back with your last seq")
    static let tooSlow = SocketClose(1013, "too slow; come back with your last seq")
    static let silent = SocketClose(1001, "no sign of life")
    static let noHello = SocketClose(1008, "no hello in time")
    static let flood = SocketClose(1008, "too many frames")
    static let unauthorized = SocketClose(4401, "unauthorized")
    static let fault = SocketClose(1011, "the desk had to give up; come back with your last seq")
    static func protocolError(_ reason: String) -> SocketClose { SocketClose(1002, reason) }

    var frame: WebSocketFrame {
        var data = ByteBuffer()
        data.writeInteger(code)
        data.writeString(reason)
        return WebSocketFrame(fin: true, opcode: .connectionClose, data: data)
    }
}
