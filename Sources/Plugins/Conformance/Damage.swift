// SPDX-License-Identifier: Apache-2.0
import Desk

/// A request that was changed on its way.
struct Damage: Sendable {
    /// What was done, for the report.
    let name: String
    /// Where: `body`, `query:NAME`, `header:NAME`, `method`.
    let place: String
    let request: HookRequest

    /// Everything that is done to one request: each part of it cut, changed, doubled, left out, and bodies that are hard to read.
    /// - Parameter limit: the largest body that is read, in bytes.
    static func all(of request: HookRequest, limit: Int, _ random: inout SeededRandom) -> [Damage] {
        queries(request) + headers(request) + (request.body.isEmpty ? [] : bodies(request, limit, &random)) + methods(request)
    }

    private static func queries(_ request: HookRequest) -> [Damage] {
        let parts = request.query.split(separator: "&").map(String.init)
        var out: [Damage] = []
        for (index, part) in parts.enumerated() {
            let name = String(part.prefix { $0 != "=" })
            func add(_ what: String, _ changed: [String]) {
                var other = request
                other.query = changed.joined(separator: "&")
                out.append(Damage(name: "parameter \(name) \(what)", place: "query:\(name)", request: other))
            }
            func with(_ text: String) -> [String] { parts.enumerated().map { $0.offset == index ? text : $0.element } }
            add("left out", parts.enumerated().filter { $0.offset != index }.map(\.element))
            add("emptied", with(name + "="))
            add("lengthened", with(part + "0"))
            add("changed", with(changedAtEnd(part)))
            add("of 8 KB", with(name + "=" + String(repeating: "7", count: 8192)))
            add("not UTF-8", with(name + "=%ff%fe"))
            add("given twice", parts + [name + "=x"])
        }
        var other = request
        other.query += (request.query.isEmpty ? "" : "&") + "%00=%00&x[]=1&=&&"
        out.append(Damage(name: "strange parameters added", place: "query", request: other))
        return out
    }

    /// Headers that HTTP itself needs say nothing about who sent it.
    private static let ordinary: Set = [
        "host", "user-agent", "content-length", "content-type", "accept", "connection", "accept-encoding",
    ]

    private static func headers(_ request: HookRequest) -> [Damage] {
        var out: [Damage] = []
        for (index, header) in request.headers.enumerated() where !ordinary.contains(header.name.lowercased()) {
            func add(_ what: String, _ value: String?) {
                var other = request
                if let value { other.headers[index].value = value } else { other.headers.remove(at: index) }
                out.append(
                    Damage(name: "header \(header.name) \(what)", place: "header:\(header.name.lowercased())", request: other))
            }
            add("left out", nil)
            add("emptied", "")
            add("changed", changedAtEnd(header.value))
            add(
                "in another case",
                header.value == header.value.uppercased() ? header.value.lowercased() : header.value.uppercased())
            add("of 8 KB", String(repeating: "7", count: 8192))
        }
        return out
    }

    private static func bodies(_ request: HookRequest, _ limit: Int, _ random: inout SeededRandom) -> [Damage] {
        let body = request.body
        var out: [Damage] = []
        func add(_ what: String, _ bytes: [UInt8]) {
            var other = request
            other.body = bytes
            out.append(Damage(name: "body \(what)", place: "body", request: other))
        }
        for eighth in 0..<8 { add("cut at \(eighth)/8", Array(body.prefix(body.count * eighth / 8))) }
        add("without its last byte", Array(body.dropLast()))
        for place in stride(from: 0, to: body.count, by: max(1, body.count / 24)) {
            var other = body
            other[place] &+= 1
            add("with byte \(place) changed", other)
        }
        for _ in 0..<24 {
            var other = body
            let place = Int.random(in: 0..<body.count, using: &random)
            let bit = UInt8(1) << UInt8.random(in: 0..<8, using: &random)
            other[place] ^= bit
            add("with bit \(bit) of byte \(place) flipped", other)
        }
        for (name, bytes) in [("NUL", [0]), ("invalid UTF-8", [0xff, 0xc0, 0x80]), ("a surrogate", [0xed, 0xa0, 0x80])]
            as [(String, [UInt8])]
        {
            let place = Int.random(in: 0...body.count, using: &random)
            add("with \(name) at byte \(place)", Array(body[..<place]) + bytes + Array(body[place...]))
        }
        add("twice", body + body)
        add("in two bytes a character", body.flatMap { [$0, 0] })
        for text in ["", "0", "null", "[]", "{}", "\"\"", "<x/>", "<xml></xml>", "a=1&a=2", "[null]", "[[]]", "\u{feff}"] {
            add(text.isEmpty ? "empty" : "replaced by \(text)", Array(text.utf8))
        }
        add("of 50,000 open brackets", [UInt8](repeating: UInt8(ascii: "["), count: 50_000))
        add("of 10,000 nested objects", Array(String(repeating: #"{"a":"#, count: 10_000).utf8))
        add("of 10,000 nested elements", Array(String(repeating: "<a>", count: 10_000).utf8))
        add("of 20,000 names", Array(("{" + (0..<20_000).map { #""k\#($0)":1"# }.joined(separator: ",") + "}").utf8))
        add("of entities that grow", Array(Self.growing.utf8))
        add("as long as may be", body + [UInt8](repeating: 0x20, count: max(0, limit - body.count)))
        add("of 10 MB", body + [UInt8](repeating: 0x20, count: 10 << 20))
        return out
    }

    private static func methods(_ request: HookRequest) -> [Damage] {
        ["GET", "POST", "PUT"].filter { $0 != request.method }.map { method in
            var other = request
            other.method = method
            return Damage(name: "method \(method)", place: "method", request: other)
        }
    }

    private static func changedAtEnd(_ text: String) -> String {
        // Not the very last one: in base64 its lower bits may mean nothing.
        var letters = Array(text)
        let place = max(0, letters.count - 3)
        guard letters.indices.contains(place) else { return text + "x" }
        letters[place] = letters[place] == "1" ? "2" : "1"
        return String(letters)
    }

    /// "Billion laughs": small to send, large to read for who replaces entities.
    private static let growing =
        #"<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">"#
        + #"<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><xml><MsgType>&c;</MsgType></xml>"#
}
