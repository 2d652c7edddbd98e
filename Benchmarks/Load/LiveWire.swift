// SPDX-License-Identifier: Apache-2.0
import Desk
import NIOCore

/// Our own live socket: WebSocket frames written and read by hand; an `ack` is good, an `error` is bad.
struct LiveWire: Wire {
    private enum Phase { case upgrading, greeting, talking }
    private let token: String
    private let name: String
    private var left: Int
    private var number = 0
    private var phase = Phase.upgrading

    /// - Parameters:
    ///   - token: of the session.
    ///   - name: begins the client ids of this connection.
    ///   - count: messages to send.
    init(token: String, name: String, count: Int) {
        self.token = token
        self.name = name
        left = count
    }

    func greeting() -> ByteBuffer? {
        let upgrade = HTTPWire.request("GET", "/v1/live", headers: [
            "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ])
        // The hello follows at once: the server reads it when it has upgraded.
        return ByteBuffer(bytes: upgrade + Self.frame("{\"type\":\"hello\",\"token\":\"\(token)\"}"))
    }

    mutating func next() -> ByteBuffer? {
        guard left > 0 else { return nil }
        left -= 1
        number += 1
        return ByteBuffer(bytes: Self.frame(
            "{\"type\":\"message\",\"client_id\":\"\(name)-\(number)\",\"kind\":\"text\",\"text\":\"number \(number) of \(name)\"}"))
    }

    mutating func consume(_ buffer: inout ByteBuffer) -> Answers {
        var answers = Answers()
        if phase == .upgrading {
            guard let head = buffer.withUnsafeReadableBytes({ HTTPWire.headSize($0) }) else { return answers }
            buffer.moveReaderIndex(forwardBy: head)
            phase = .greeting
        }
        while let text = Self.takeFrame(&buffer) {
            if text.starts(with: "{\"type\":\"ack\"".utf8) {
                answers.good += 1
            } else if text.starts(with: "{\"type\":\"error\"".utf8) {
                answers.bad += 1
            } else if phase == .greeting, text.starts(with: "{\"type\":\"ready\"".utf8) {
                phase = .talking
                answers.isGreeted = true
            }
        }
        return answers
    }

    /// A masked text frame of a client.
    static func frame(_ text: String) -> [UInt8] {
        let payload = Array(text.utf8)
        var out: [UInt8] = [0x81]
        if payload.count < 126 {
            out.append(0x80 | UInt8(payload.count))
        } else {
            out += [0xFE, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        }
        let mask: [UInt8] = [0x12, 0x34, 0x56, 0x78]
        out += mask
        for (index, byte) in payload.enumerated() { out.append(byte ^ mask[index & 3]) }
        return out
    }

    /// Takes one whole frame of the server off the buffer; nil while it is not complete.
    static func takeFrame(_ buffer: inout ByteBuffer) -> ByteBufferView? {
        let view = buffer.readableBytesView
        guard view.count >= 2 else { return nil }
        var head = 2
        var length = Int(view[view.startIndex + 1] & 127)
        if length == 126 {
            guard view.count >= 4 else { return nil }
            length = Int(view[view.startIndex + 2]) << 8 | Int(view[view.startIndex + 3])
            head = 4
        } else if length == 127 {
            guard view.count >= 10 else { return nil }
            length = (2..<10).reduce(0) { $0 << 8 | Int(view[view.startIndex + $1]) }
            head = 10
        }
        guard view.count >= head + length else { return nil }
        buffer.moveReaderIndex(forwardBy: head)
        return buffer.readSlice(length: length)?.readableBytesView
    }
}
