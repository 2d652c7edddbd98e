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

    /// Takes one response with `Content-Length` off the buffer; nil while it is not complete.
    static func takeResponse(_ buffer: inout ByteBuffer) -> Int? {
        let view = buffer.readableBytesView
        guard let end = view.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: view[..<end.lowerBound], as: UTF8.self).lowercased()
        var length = 0
        for line in head.split(separator: "\r\n") where line.hasPrefix("content-length:") {
            length = Int(line.dropFirst(15).drop { $0 == " " }) ?? 0
        }
        let total = end.upperBound - view.startIndex + length
        guard buffer.readableBytes >= total else { return nil }
        buffer.moveReaderIndex(forwardBy: total)
        return Int(head.dropFirst(9).prefix(3))
    }

    /// The bytes of a request.
    static func request(_ method: String, _ target: String, headers: [String] = [], body: [UInt8] = []) -> [UInt8] {
        var head = "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        for header in headers { head += header + "\r\n" }
        if !body.isEmpty || method == "POST" { head += "Content-Length: \(body.count)\r\n" }
        return Array((head + "\r\n").utf8) + body
    }
}
