// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Journal
import Testing

@testable import Server

@Suite("Attachments", .timeLimit(.minutes(10)))
struct MediaTests {
    private static let png: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + Array(0...255)

    private func upload(
        _ server: TestServer, _ bytes: [UInt8], _ token: String, type: String = "image/png", name: String = "a.png"
    ) async throws -> TestServer.Answer {
        try await server.call("POST", "/v1/live/media?name=\(name)", bytes: bytes, token: token, headers: ["Content-Type": type])
    }

    @Test("a picture goes from a customer to the desk and is opened by its address alone") func picture() async throws {
        try await TestServer.with { server in
            let session = try await server.session()["token"]?.string ?? ""
            let media = try await upload(server, Self.png, session)
            #expect(media.status == 201)
            #expect(media.json["content_type"] == "image/png")
            let said = try await server.call(
                "POST", "/v1/live/messages",
                ["client_id": "c-1", "kind": "image", "text": "", "fields": ["media_id": media.json["media_id"] ?? .null]],
                token: session)
            #expect(said.status == 200)
            let agent = try await server.token(.agent)
            let message = try #require(try await server.call("GET", "/v1/messages?channel=web", token: agent).items.first)
            #expect(message["kind"] == "image")
            #expect(message["fields"]?["content_type"] == "image/png")
            #expect(message["fields"]?["name"] == "a.png")
            let address = try #require(message["fields"]?["url"]?.string)
            let opened = try await server.call("GET", address)
            #expect(opened.status == 200 && opened.body == Self.png)
            #expect(opened.header("Content-Type") == "image/png")
            #expect(opened.header("X-Content-Type-Options") == "nosniff")
            #expect(opened.header("Content-Security-Policy")?.contains("sandbox") == true)
            #expect(opened.header("Content-Disposition")?.hasPrefix("inline") == true)
            let frames = try await server.call("GET", "/v1/live/events?after=0&wait=0", token: session).items
            #expect(frames.contains { $0["fields"]?["url"]?.string == address })
        }
    }

    @Test("a mini program's form is taken apart: the file counts, with its name") func form() async throws {
        try await TestServer.with { server in
            let session = try await server.session()["token"]?.string ?? ""
            func post(_ parts: [UInt8], boundary: String = "xYz") async throws -> TestServer.Answer {
                try await server.call(
                    "POST", "/v1/live/media", bytes: parts, token: session,
                    headers: ["Content-Type": "multipart/form-data; boundary=\"\(boundary)\""])
            }
            let field = "--xYz\r\nContent-Disposition: form-data; name=\"filename\"\r\n\r\nnone\r\n"
            let head =
                "--xYz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"tmp/\u{56fe}.png\"\r\nContent-Type: x/y\r\n\r\n"
            let picture = Self.png + Array("\r\n--xY".utf8)
            let form = Array((field + head).utf8) + picture + Array("\r\n--xYz--\r\n".utf8)
            let media = try await post(form)
            #expect(media.status == 201)
            #expect(media.json["content_type"] == "image/png" && media.json["name"] == "\u{56fe}.png")
            #expect(media.json["byte_count"]?.int == Int64(picture.count))
            #expect(try await server.call("GET", media.json["url"]?.string ?? "").body == picture)
            for end in [0, 5, field.utf8.count, form.count - 12] {
                #expect(try await post(Array(form.prefix(end))).status == 422 || end == 0, "cut at \(end)")
            }
            #expect(try await post(form, boundary: "other").status == 422)
        }
    }

    @Test("an address opens one attachment for some hours, and nothing else does") func addresses() async throws {
        try await TestServer.with { server in
            let session = try await server.session()["token"]?.string ?? ""
            let address = try #require(try await upload(server, Self.png, session).json["url"]?.string)
            let other = try #require(try await upload(server, Self.png + [1], session).json["media_id"]?.string)
            let query = address.split(separator: "?")[1]
            #expect(try await server.call("GET", "/media/\(other)?\(query)").status == 403)
            let later = address.replacing("until=", with: "until=9")
            #expect(try await server.call("GET", later).status == 403)
            let wrong = address.dropLast() + (address.last == "0" ? "1" : "0")
            #expect(try await server.call("GET", String(wrong)).status == 403)
            #expect(try await server.call("GET", "/media/\(other)").status == 400)
            #expect(try await server.call("GET", "/v1/media/\(other)").status == 401)
            #expect(try await server.call("GET", "/v1/media/\(other)", token: try await server.token(.agent)).status == 200)
        }
    }

    @Test("what could run in a page is only ever saved, and what is no picture is not shown as one") func harmless() async throws
    {
        try await TestServer.with { server in
            let session = try await server.session()["token"]?.string ?? ""
            let svg = Array("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".utf8)
            let media = try await upload(server, svg, session, type: "image/svg+xml", name: "x.svg").json
            #expect(media["content_type"] == "application/octet-stream")
            let opened = try await server.call("GET", media["url"]?.string ?? "")
            #expect(opened.header("Content-Disposition")?.hasPrefix("attachment") == true)
            _ = try await server.call(
                "POST", "/v1/live/messages",
                [
                    "client_id": "c-1", "kind": "image",
                    "fields": [
                        "media_id": media["media_id"] ?? .null, "content_type": "image/png", "url": "javascript:alert(1)",
                    ],
                ], token: session)
            let message = try await server.call("GET", "/v1/messages?channel=web", token: try await server.token(.agent)).items
                .first
            #expect(message?["kind"] == "file")
            #expect(message?["fields"]?["content_type"] == "application/octet-stream")
            #expect(message?["fields"]?["url"]?.string?.hasPrefix("/media/") == true)
        }
    }

    @Test("an empty file, a large one and one that is not there are refused") func refusals() async throws {
        try await TestServer.with({ $0.limits.attachmentBytes = 1000 }) { server in
            let session = try await server.session()["token"]?.string ?? ""
            #expect(try await upload(server, [], session).status == 422)
            #expect(try await upload(server, Array(repeating: 1, count: 1001), session).status == 413)
            #expect(try await upload(server, Self.png, "nonsense").status == 401)
            let missing = try await server.call(
                "POST", "/v1/live/messages",
                ["client_id": "c-1", "kind": "image", "fields": ["media_id": "0123456789abcdef0123456789abcdef"]],
                token: session)
            #expect(missing.status == 422)
            #expect(try await server.call("GET", "/v1/messages?channel=web", token: try await server.token(.agent)).items.isEmpty)
        }
    }

    @Test(
        "a part of a recording is given as it is asked for",
        arguments: [
            ("bytes=0-3", 206, 4), ("bytes=4-", 206, 260), ("bytes=-10", 206, 10), ("bytes=100-9999", 206, 164),
            ("bytes=0-1,5-6", 200, 264),
            ("bytes=264-", 416, nil), ("lines=1-2", 200, 264), ("bytes=9-2", 416, nil),
        ] as [(String, Int, Int?)])
    func ranges(_ range: String, _ status: Int, _ count: Int?) async throws {
        try await TestServer.with { server in
            let session = try await server.session()["token"]?.string ?? ""
            let address = try #require(try await upload(server, Self.png, session).json["url"]?.string)
            let part = try await server.call("GET", address, bytes: nil, headers: ["Range": range])
            #expect(part.status == status)
            if let count { #expect(part.body.count == count) }
        }
    }
}
