// SPDX-License-Identifier: Apache-2.0
import Desk

/// `http`: to the author it reads like a call; the plugin's coroutine waits while the host does the work.
enum HTTPModule {
    private static let fields = [
        "method", "url", "query", "headers", "body", "json", "form", "multipart", "content_type", "timeout", "retries", "into",
        "limit",
    ]
    private static let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]

    /// Reads the table given to `http.request { … }`.
    static func request(_ args: Arguments) throws(ArgumentError) -> OutgoingRequest {
        let fields = try args.table(0, "the request", fields: fields)
        let method = fields["method"] == nil ? "GET" : try fields.text("method").uppercased()
        guard methods.contains(method) else {
            throw ArgumentError("method '\(method)' is none of \(methods.joined(separator: ", "))")
        }
        let address = try address(fields)
        let timeout = try fields.duration("timeout") ?? .seconds(10)
        guard timeout > .zero, timeout <= .seconds(60) else { throw ArgumentError("timeout is at most 60 s") }
        let retries = fields["retries"]?.int ?? (["GET", "HEAD", "PUT", "DELETE"].contains(method) ? 2 : 0)
        guard (0...5).contains(retries) else { throw ArgumentError("retries is 0 to 5") }
        if let into = fields["into"], into != "media" { throw ArgumentError("into can only be \"media\"") }
        let intoMedia = fields["into"] != nil
        let most = intoMedia ? 32 << 20 : 512 << 10
        let limit = fields["limit"]?.int ?? Int64(intoMedia ? 20 << 20 : 256 << 10)
        guard (1...Int64(most)).contains(limit) else { throw ArgumentError("limit is at most \(most) bytes here") }
        return OutgoingRequest(
            method: method, address: address, headers: try headers(fields["headers"]), body: try body(fields),
            timeout: timeout, retries: Int(retries), intoMedia: intoMedia, byteLimit: Int(limit))
    }

    private static func address(_ fields: Arguments.Fields) throws(ArgumentError) -> WebAddress {
        var text = try fields.text("url")
        if let query = fields["query"] {
            let more = try FormatModules.query(query)
            if !more.isEmpty { text += (text.contains("?") ? "&" : "?") + more }
        }
        guard let address = WebAddress(text) else {
            throw ArgumentError("url is no http address that is allowed here")
        }
        return address
    }

    private static func headers(_ value: Value?) throws(ArgumentError) -> [(name: String, value: String)] {
        guard let value else { return [] }
        guard let object = value.object else { throw ArgumentError("headers must be a table of texts") }
        var out: [(name: String, value: String)] = []
        for pair in object.pairs {
            guard let text = pair.value.string ?? pair.value.int.map({ String($0) }) else {
                throw ArgumentError("header '\(pair.name)' must be a text")
            }
            let isClean = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
            let isName =
                !pair.name.isEmpty
                && pair.name.utf8.allSatisfy {
                    (0x61...0x7a).contains($0) || (0x41...0x5a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
                        || $0 == 0x5f
                }
            guard isClean, isName else { throw ArgumentError("header '\(pair.name)' is not well formed") }
            guard !["host", "content-length", "transfer-encoding", "connection"].contains(pair.name.lowercased()) else {
                throw ArgumentError("header '\(pair.name)' is the host's own")
            }
            out.append((pair.name, text))
        }
        return out
    }

    private static func body(_ fields: Arguments.Fields) throws(ArgumentError) -> OutgoingRequest.Body {
        let given = ["body", "json", "form", "multipart"].filter { fields[$0] != nil }
        guard given.count <= 1 else { throw ArgumentError("give one of body, json, form, multipart") }
        let type = fields["content_type"] == nil ? nil : try fields.text("content_type")
        switch given.first {
        case "body": return .bytes(try fields.bytes("body"), contentType: type)
        case "json": return .bytes(fields["json"]?.json ?? [], contentType: type ?? "application/json")
        case "form":
            let text = try FormatModules.query(fields["form"] ?? .null)
            return .bytes(Array(text.utf8), contentType: type ?? "application/x-www-form-urlencoded")
        case "multipart": return .form(try parts(fields["multipart"]))
        default: return .none
        }
    }

    private static func parts(_ value: Value?) throws(ArgumentError) -> [OutgoingRequest.FormPart] {
        guard let items = value?.array else { throw ArgumentError("multipart must be a list of { name = …, media = … }") }
        var out: [OutgoingRequest.FormPart] = []
        for item in items {
            let names = ["name", "body", "media", "filename", "content_type"]
            let fields = try Arguments(values: [item]).table(0, "a part", fields: names)
            out.append(
                OutgoingRequest.FormPart(
                    name: try fields.text("name"), text: fields["body"] == nil ? nil : try fields.bytes("body"),
                    media: fields["media"] == nil ? nil : try fields.text("media"),
                    fileName: fields["filename"] == nil ? nil : try fields.text("filename"),
                    contentType: fields["content_type"] == nil ? nil : try fields.text("content_type")))
        }
        return out
    }

    /// What the plugin gets: `response`, or `nil, message, code`.
    static func results(_ answer: Result<OutgoingResponse, HTTPFailure>) -> [Value] {
        switch answer {
        case .failure(let failure): return [.null, .string(failure.message), .string(failure.code.rawValue)]
        case .success(let response):
            var headers = Value.Fields()
            for header in response.headers where headers[header.name] == nil {
                headers[header.name] = Value(lua: Array(header.value.utf8))
            }
            var value: Value = ["status": .int(Int64(response.status)), "headers": .object(headers)]
            if let media = response.media { value["media"] = media.value } else { value["body"] = Value(lua: response.body) }
            return [value]
        }
    }
}

extension MediaObject {
    /// As plugins see it.
    var value: Value {
        var value: Value = [
            "id": .string(id), "content_type": .string(contentType), "byte_count": .int(Int64(byteCount)),
        ]
        if let name { value["name"] = .string(name) }
        return value
    }

    init?(_ value: Value) {
        guard let id = value["id"]?.string else { return nil }
        self.init(
            id: id, contentType: value["content_type"]?.string ?? "application/octet-stream", name: value["name"]?.string,
            byteCount: Int(value["byte_count"]?.int ?? 0))
    }
}
