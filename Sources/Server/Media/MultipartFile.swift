// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine

/// The file in a `multipart/form-data` body: the only form in which mini programs can upload (`wx.uploadFile` and its siblings).
///
/// - Source: RFC 7578 and RFC 2046 section 5.1.1.
struct MultipartFile: Equatable {
    let bytes: [UInt8]
    let contentType: String?
    let name: String?

    /// What stands around a file: its part's head, other fields of the form.
    static let overhead = 64 << 10

    static func isMeant(_ contentType: String?) -> Bool {
        contentType?.lowercased().hasPrefix("multipart/form-data") == true
    }

    /// The first part that is a file. Throws `.invalid` where there is none.
    init(contentType: String?, body: [UInt8]) throws(DeskError) {
        guard let boundary = Self.parameter("boundary", of: contentType ?? ""), (1...70).contains(boundary.utf8.count) else {
            throw DeskError(.invalid, "The form names no boundary.")
        }
        // The first delimiter has no line break before it; with one of our own all are alike.
        let body = [0x0d, 0x0a] + body
        let delimiter = Array("\r\n--\(boundary)".utf8)
        var at = Self.find(delimiter, in: body, from: 0)
        while let start = at {
            let head = start + delimiter.count
            guard !body[head...].starts(with: [0x2d, 0x2d]), let end = Self.find(delimiter, in: body, from: head) else { break }
            at = end
            let blank = Array("\r\n\r\n".utf8)
            guard let split = Self.find(blank, in: body, from: head), split + blank.count <= end else { continue }
            let fields = Self.fields(String(decoding: body[head..<split], as: UTF8.self))
            guard let disposition = fields["content-disposition"], let name = Self.parameter("filename", of: disposition) else {
                continue
            }
            bytes = Array(body[(split + blank.count)..<end])
            self.contentType = fields["content-type"]
            // Some clients send the whole path.
            let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init)
            self.name = last
            return
        }
        throw DeskError(.invalid, "The form holds no file.")
    }

    private static func fields(_ head: String) -> [String: String] {
        var fields: [String: String] = [:]
        for line in head.split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            fields[line[..<colon].lowercased()] = String(value)
        }
        return fields
    }

    /// `name=value` or `name="value"` behind a semicolon.
    private static func parameter(_ name: String, of header: String) -> String? {
        var rest = Substring(header)
        while let semicolon = rest.firstIndex(of: ";") {
            rest = rest[rest.index(after: semicolon)...].drop { $0 == " " || $0 == "\t" }
            guard let equals = rest.firstIndex(of: "=") else { return nil }
            let key = rest[..<equals].lowercased()
            var value = ""
            rest = rest[rest.index(after: equals)...]
            if rest.first == "\"" {
                rest = rest.dropFirst()
                while let character = rest.popFirst(), character != "\"" {
                    // A backslash stands for itself but before a quotation mark: clients send Windows paths as they are.
                    value.append(character == "\\" && rest.first == "\"" ? rest.removeFirst() : character)
                }
            } else {
                value = String(rest.prefix { $0 != ";" && $0 != " " })
            }
            if key == name { return value }
        }
        return nil
    }

    private static func find(_ pattern: [UInt8], in body: [UInt8], from start: Int) -> Int? {
        body.withUnsafeBufferPointer { body in
            var at = start
            while at + pattern.count <= body.count {
                var matched = 0
                while matched < pattern.count, body[at + matched] == pattern[matched] { matched += 1 }
                if matched == pattern.count { return at }
                at += 1
            }
            return nil
        }
    }
}
