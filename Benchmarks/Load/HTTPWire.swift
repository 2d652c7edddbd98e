// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// HTTP/1.1 on a kept-alive connection: prepared requests, one at a time; 200 is good.
struct HTTPWire: Wire {
    private var requests: ArraySlice<[UInt8]>
    private let repeats: Bool
    private let all: ArraySlice<[UInt8]>

    /// - Parameter repeats: begins again at the end; otherwise each request is sent once.
    init(_ requests: ArraySlice<[UInt8]>, repeats: Bool) {
        self.requests = requests
        self.repeats = repeats
        all = requests
    }

    func greeting() -> ByteBuffer? { nil }

    mutating func next() -> ByteBuffer? {
        if requests.isEmpty, repeats { requests = all }
        return requests.popFirst().map { ByteBuffer(bytes: $0) }
    }

    mutating func consume(_ buffer: inout ByteBuffer) -> Answers {
        var answers = Answers()
        while let status = Self.takeResponse(&buffer) { if status == 200 { answers.good += 1 } else { answers.bad += 1 } }
        return answers
    }

    /// Takes one response with `Content-Length` off the buffer; nil while it is not complete. On bytes: the generator runs on
    /// the cores that it measures.
    /// - Returns: its status.
    static func takeResponse(_ buffer: inout ByteBuffer) -> Int? {
        let found: (status: Int, size: Int)? = buffer.withUnsafeReadableBytes { bytes in
            guard let head = headSize(bytes) else { return nil }
            let size = head + contentLength(bytes, head)
            guard bytes.count >= size, head > 12 else { return nil }
            return (bytes[9..<12].reduce(0) { $0 * 10 + Int($1 & 15) }, size)
        }
        guard let found else { return nil }
        buffer.moveReaderIndex(forwardBy: found.size)
        return found.status
    }

    /// Up to and with the empty line.
    static func headSize(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var at = 3
        while at < bytes.count {
            if bytes[at] == 10, bytes[at - 1] == 13, bytes[at - 2] == 10, bytes[at - 3] == 13 { return at + 1 }
            at += 1
        }
        return nil
    }

    private static let lengthName = Array("content-length:".utf8)

    private static func contentLength(_ bytes: UnsafeRawBufferPointer, _ head: Int) -> Int {
        var line = 0
        while line + lengthName.count < head {
            // A letter's case is its bit 32.
            if lengthName.indices.allSatisfy({ bytes[line + $0] | 32 == lengthName[$0] | 32 }) {
                return bytes[(line + lengthName.count)..<head].drop { $0 == 32 }.prefix { $0 >= 48 && $0 < 58 }
                    .reduce(0) { $0 * 10 + Int($1 - 48) }
            }
            while line < head, bytes[line] != 10 { line += 1 }
            line += 1
        }
        return 0
    }

    /// The bytes of a request.
    static func request(_ method: String, _ target: String, headers: [String] = [], body: [UInt8] = []) -> [UInt8] {
        var head = "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        for header in headers { head += header + "\r\n" }
        if !body.isEmpty || method == "POST" { head += "Content-Length: \(body.count)\r\n" }
        return Array((head + "\r\n").utf8) + body
    }
}
