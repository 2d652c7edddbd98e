// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import HTTPTypes
import HummingbirdCore
import Journal
import NIOCore
import Plugins

/// Attachments: put in by whoever is on the live channel, read with a token or by an address that is good for some hours.
enum MediaRoutes {
    static let all = [
        Route.write(
            .post, "/v1/live/media", "uploadMedia",
            "Keeps a file for a message: the body is the file itself, or a form (multipart/form-data) with it. Its media_id goes into a message's fields.",
            .live,
            [.init(name: "name", schema: .string(length: 1...200), note: "The file's name, for people.")], status: 201,
            answer: .reference("Media"), run: upload),
        Route.get(
            "/v1/media/{id}", "readMedia", "An attachment's bytes; of a voice or film those that browsers play.", .may(.readDesk),
            [form], answer: nil
        ) { call in
            try await file(call, call.parameters["id"] ?? "")
        },
        Route.get(
            "/media/{id}", "openMedia", "An attachment's bytes, by the address that came with its message.", .open,
            [
                form,
                .init(name: "until", schema: .integer(0...Int64.max), note: "As in the address.", isNeeded: true),
                .init(name: "signature", schema: .string(length: 64...64), note: "As in the address.", isNeeded: true),
            ], answer: nil
        ) { call in
            let id = call.parameters["id"] ?? ""
            guard
                call.engine.mediaLinks.opens(
                    id, until: try call.integer("until") ?? 0, signature: call.query["signature"] ?? "")
            else {
                throw Problem(403, "expired_address", "This address is not good any more; take the one of the message again.")
            }
            return try await file(call, id)
        },
    ]

    private static let form = Route.Parameter(
        name: "as", schema: .choice(["original"]), note: "The file as it came, not what was made of it for browsers.")

    @Sendable private static func upload(_ call: Call) async throws -> Reply {
        let limit = call.desk.options.limits.attachmentBytes
        let type = call.headers[.contentType]
        let isForm = MultipartFile.isMeant(type)
        let buffer = try await FrontDesk.collect(call.request, upTo: limit + (isForm ? MultipartFile.overhead : 0))
        let body = Array(buffer.readableBytesView)
        let form = isForm ? try MultipartFile(contentType: type, body: body) : nil
        let bytes = form?.bytes ?? body
        guard bytes.count <= limit else { throw Problem(413, "too_large", "A file may have \(limit) bytes here.") }
        let media = try await call.engine.keep(
            bytes, claimed: form.map(\.contentType) ?? type, name: call.query["name"] ?? form?.name)
        let facts = await call.engine.facts(of: media, bytes, converts: true)
        return .created(call.engine.mediaLinks.located(facts), at: "/v1/media/\(media.id)")
    }

    /// What a browser may show within a page; everything else is only ever saved.
    private static let shown: Set<String> = [
        "image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "audio/aac", "audio/amr", "audio/mpeg", "audio/wav",
        "audio/ogg",
        "audio/mp4", "audio/webm", "video/mp4", "video/webm",
    ]

    private static func file(_ call: Call, _ id: String) async throws -> Reply {
        guard let original = try await call.engine.media.get(id) else { throw Problem.notFound("attachment", id) }
        let made = call.query["as"] == "original" ? nil : try await call.engine.converter.playable(original.object)
        let (object, bytes) = made ?? original
        let isShown = shown.contains(object.contentType)
        // Whatever a customer sent must not run as a page of ours.
        var headers: HTTPFields = [
            .cacheControl: "private, max-age=21600", .contentSecurityPolicy: "default-src 'none'; sandbox",
            .contentDisposition: disposition(isShown ? "inline" : "attachment", object.name), .acceptRanges: "bytes",
        ]
        var part = bytes[...]
        var status = 200
        if let range = call.headers[.range] {
            guard let wanted = ByteRange(range, of: bytes.count) else {
                throw Problem(
                    416, "range_not_satisfiable", "There is no such part of the file.",
                    headers: [.contentRange: "bytes */\(bytes.count)"])
            }
            if let wanted = wanted.bounds {
                part = bytes[wanted]
                status = 206
                headers[.contentRange] = "bytes \(wanted.lowerBound)-\(wanted.upperBound - 1)/\(bytes.count)"
            }
        }
        return Reply(
            status: status, body: nil, headers: headers,
            raw: RawReply(contentType: object.contentType, body: ResponseBody(byteBuffer: ByteBuffer(bytes: part))))
    }

    /// - Source: RFC 6266 and RFC 8187.
    private static func disposition(_ kind: String, _ name: String?) -> String {
        guard let name else { return kind }
        let coded = name.utf8.map { byte in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x2e
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
        return "\(kind); filename*=UTF-8''\(coded)"
    }
}

/// One range of a Range header: what players ask for when one jumps in a recording.
/// - Source: RFC 9110 section 14.2; several ranges are answered with the whole.
struct ByteRange: Sendable, Hashable {
    /// nil: the whole file.
    let bounds: Range<Int>?

    /// nil if no byte of the file is in it.
    init?(_ header: String, of count: Int) {
        guard header.hasPrefix("bytes="), !header.contains(",") else {
            bounds = nil
            return
        }
        let sides = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
        guard sides.count == 2 else {
            bounds = nil
            return
        }
        switch (Int(sides[0]), Int(sides[1])) {
        case (let first?, let last):
            guard first < count, last ?? first >= first else { return nil }
            bounds = first..<min(count, (last ?? count - 1) + 1)
        case (nil, let suffix?):
            guard suffix > 0, count > 0 else { return nil }
            bounds = max(0, count - suffix)..<count
        default: bounds = nil
        }
    }
}

extension Call {
    /// A message as clients get it, with addresses for its attachments; `fields.media` is what was fetched of its platform, `waits` why
    /// it is not sent yet.
    func shown(_ message: Message) async throws -> Value {
        var value = message.value
        if let media = try await engine.fetchedMedia(of: message) {
            value["fields"] = (value["fields"] ?? [:]).merging(["media": media])
        }
        if message.direction == .outbound, message.delivery == .queued, let item = try await engine.store.outboxItem(message.id) {
            value["waits"] = item.waits
        }
        return engine.mediaLinks.addressed(value)
    }

    func shown(_ messages: [Message]) async throws -> [ID<Message>: Value] {
        var values: [ID<Message>: Value] = [:]
        for message in messages { values[message.id] = try await shown(message) }
        return values
    }
}

extension OutboxItem {
    /// `{for, reason?}`: for `customer`, who has to write again, or for `platform`, which is tried again; nil where it only stands in line.
    fileprivate var waits: Value? {
        switch state {
        case .held: ["for": "customer", "reason": .string(reason ?? "reply_quota_used")]
        case .waiting: reason.map { ["for": "platform", "reason": .string($0)] }
        case .dead: nil
        }
    }
}
