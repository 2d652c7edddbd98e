// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A platform on loopback: answers HTTP/1.1 requests with a closure, on a port the system chose, and remembers what it was asked.
final class StandInServer: Sendable {
    struct Request: Sendable {
        var method: String
        var target: String
        var headers: [String: String]
        var body: [UInt8]
        var path: String { String(target.prefix { $0 != "?" }) }
        var query: String { target.contains("?") ? String(target.drop { $0 != "?" }.dropFirst()) : "" }
        var text: String { String(decoding: body, as: UTF8.self) }
    }
    struct Answer: Sendable {
        var status = 200
        var headers: [String: String] = ["Content-Type": "application/json"]
        var body: [UInt8] = []
        /// Closes the connection without a word.
        var hangsUp = false

        static func json(_ text: String, status: Int = 200) -> Answer { Answer(status: status, body: Array(text.utf8)) }
        static func redirect(_ to: String) -> Answer { Answer(status: 302, headers: ["Location": to]) }
    }

    let port: Int
    private let socketNumber: Int32
    private let answer: @Sendable (Request) -> Answer
    private let seen = Mutex<[Request]>([])

    var base: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { seen.withLock { $0 } }
    func requests(to path: String) -> [Request] { requests.filter { $0.path == path } }

    init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
        self.answer = answer
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, length) == 0 && listen(number, 128) == 0 && getsockname(number, $0, &length) == 0
            }
        }
        guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
        socketNumber = number
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(number, nil, nil)
                if connection < 0 { return }
                Thread.detachNewThread { self.serve(connection) }
            }
        }
    }

    func stop() { shutdown(socketNumber, Int32(SHUT_RDWR)); Glibc.close(socketNumber) }

    private func serve(_ connection: Int32) {
        defer { Glibc.close(connection) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        let end = Array("\r\n\r\n".utf8)
        func more() -> Bool {
            let count = recv(connection, &chunk, chunk.count, 0)
            if count > 0 { bytes += chunk[..<count] }
            return count > 0
        }
        var head: Range<Int>?
        while head == nil { head = bytes.firstRange(of: end); if head == nil, !more() { return } }
        guard let head else { return }
        let lines = String(decoding: bytes[..<head.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let first = lines[0].split(separator: " ").map(String.init)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        let length = Int(headers["content-length"] ?? "0") ?? 0
        while bytes.count < head.upperBound + length { if !more() { return } }
        let body = Array(bytes[head.upperBound..<head.upperBound + length])
        let request = Request(method: first[0], target: first[1], headers: headers, body: body)
        seen.withLock { $0.append(request) }
        let answer = answer(request)
        if answer.hangsUp { return }
        var out = "HTTP/1.1 \(answer.status) X\r\nContent-Length: \(answer.body.count)\r\nConnection: close\r\n"
        for (name, value) in answer.headers { out += "\(name): \(value)\r\n" }
        let all = Array((out + "\r\n").utf8) + answer.body
        _ = send(connection, all, all.count, Int32(MSG_NOSIGNAL))
    }
}
