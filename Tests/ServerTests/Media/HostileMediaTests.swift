// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@testable import Server

@Suite("Hostile attachments", .timeLimit(.minutes(10)))
struct HostileMediaTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let claimed: String
        var type = "application/octet-stream"
        var withheld: String?

        init(_ name: String, _ text: String, _ claimed: String, withheld: String? = nil) {
            self.init(name, Array(text.utf8), claimed, withheld: withheld)
        }

        init(
            _ name: String, _ bytes: [UInt8], _ claimed: String, type: String = "application/octet-stream",
            withheld: String? = nil
        ) {
            testDescription = name
            self.bytes = bytes
            self.claimed = claimed
            self.type = type
            self.withheld = withheld
        }
    }

    private static let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>"

    static let cases = [
        Case("SVG with script", svg, "image/svg+xml", withheld: "script"),
        Case("SVG as PNG", svg, "image/png", withheld: "script"),
        Case("SVG behind a prolog", "\u{feff} \n<?xml version=\"1.0\"?><!-- x -->" + svg, "image/svg+xml", withheld: "script"),
        Case("SVG in UTF-16", [0xff, 0xfe] + svg.utf8.flatMap { [$0, 0] }, "image/svg+xml", withheld: "script"),
        Case("a page", "<!DOCTYPE html><script>alert(1)</script>", "text/html", withheld: "script"),
        Case("a page as text", "<html><body onload=alert(1)>", "text/plain", withheld: "script"),
        Case("a PNG of 60000 × 60000", Samples.png(60_000, 60_000), "image/png", withheld: "60000 × 60000"),
        Case("a PNG one point wide", Samples.png(1, 4_000_000_000), "image/png", withheld: "points"),
        Case(
            "a GIF of 65535 × 65535", Array("GIF89a".utf8) + [0xff, 0xff, 0xff, 0xff, 0, 0, 0], "image/gif",
            withheld: "65535 × 65535"),
        Case(
            "a JPEG of 65000 × 65000", [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 11, 8, 0xfd, 0xe8, 0xfd, 0xe8, 1],
            "image/jpeg", withheld: "65000 × 65000"),
        Case("a program as JPEG", [0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0], "image/jpeg"),
        Case("a type with a line end", [1, 2, 3, 4], "image/png; x=\"a\tb\""),
        Case("a zip bomb as a picture", Samples.zipBomb, "image/png", withheld: "unpacks to 3 GiB"),
        Case("a zip bomb", Samples.zipBomb, "application/zip", withheld: "unpacks to 3 GiB"),
        Case("a document as a page", "%PDF-1.7 /JavaScript", "text/html").with(type: "application/pdf"),
        Case("words that claim to be a script", "alert(1)", "text/javascript"),
    ]

    @Test("is only ever saved, is no picture in its message, and the conversation goes on", arguments: cases)
    func defused(_ file: Case) async throws {
        try await TestServer.with { server in
            let session = try await server.session()["token"]?.string ?? ""
            let answer = try await server.call(
                "POST", "/v1/live/media?name=x.png", bytes: file.bytes, token: session, headers: ["Content-Type": file.claimed])
            let media = answer.json
            #expect(answer.status == 201 && media["content_type"]?.string == file.type)
            #expect(media["byte_count"]?.int == Int64(file.bytes.count))
            if let reason = file.withheld {
                #expect(media["withheld"]?.string?.contains(reason) == true, "\(media)")
            } else {
                #expect(media["withheld"] == nil)
            }
            let opened = try await server.call("GET", media["url"]?.string ?? "")
            #expect(opened.body == file.bytes && opened.header("Content-Type") == file.type)
            #expect(opened.header("Content-Disposition") == "attachment; filename*=UTF-8''x.png")
            #expect(opened.header("Content-Security-Policy") == "default-src 'none'; sandbox")
            #expect(opened.header("X-Content-Type-Options") == "nosniff")
            for (id, content) in [
                ("c-1", ["kind": "image", "fields": ["media_id": media["media_id"] ?? .null]]),
                ("c-2", ["kind": "text", "text": "hello"]),
            ] as [(String, Value)] {
                let said = try await server.call(
                    "POST", "/v1/live/messages", content.merging(["client_id": .string(id)]), token: session)
                #expect(said.status == 200)
            }
            let agent = try await server.token(.agent)
            let messages = try await server.call("GET", "/v1/messages?channel=web", token: agent).items
            #expect(messages.map { $0["kind"] } == ["file", "text"])
            #expect(messages.first?["fields"]?["withheld"] == media["withheld"])
        }
    }

    @Test("a picture of a usual size is shown") func usual() async throws {
        try await TestServer.with { server in
            let session = try await server.session()["token"]?.string ?? ""
            let media = try await server.call(
                "POST", "/v1/live/media", bytes: Samples.png(8000, 8000), token: session, headers: ["Content-Type": "x/y"]
            ).json
            #expect(media["content_type"] == "image/png" && media["withheld"] == nil)
        }
    }

    @Test(
        "a file's name is a name: in the answer, in the message and in the header",
        arguments: [
            ("../../etc/passwd", "passwd"), ("..\\..\\boot.ini", "boot.ini"), ("a\u{0}b.png", "ab.png"),
            ("report\u{202e}gnp.exe", "reportgnp.exe"), ("a\r\nSet-Cookie: x=1.png", "aSet-Cookie: x=1.png"),
            ("a\u{1b}[31m.png", "a[31m.png"), ("..", nil), ("\u{200b}", nil), ("x\";filename=\"y.html", "x\";filename=\"y.html"),
            (String(repeating: "n", count: 300) + ".png", String(repeating: "n", count: 196) + ".png"),
            (String(repeating: "图", count: 300) + ".png", String(repeating: "图", count: 65) + ".png"),
        ] as [(String, String?)])
    func names(_ given: String, _ wanted: String?) async throws {
        try await TestServer.with { server in
            let session = try await server.session()["token"]?.string ?? ""
            let name = given.replacing("\"", with: "\\\"")
            let head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n\r\n"
            let form = Array(head.utf8) + Samples.png(1, 1) + Array("\r\n--b--\r\n".utf8)
            let answer = try await server.call(
                "POST", "/v1/live/media", bytes: form, token: session,
                headers: ["Content-Type": "multipart/form-data; boundary=b"])
            // A line end within a form's header begins another header: the name ends, or there is none.
            let isCut = given.contains("\r\n")
            #expect(answer.status == 201)
            if !isCut { #expect(answer.json["name"]?.string == wanted) }
            let opened = try await server.call("GET", answer.json["url"]?.string ?? "")
            #expect(opened.header("Set-Cookie") == nil && opened.status == 200)
            let disposition = try #require(opened.header("Content-Disposition"))
            #expect(disposition.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f } && !disposition.contains("\""))
            // The same through the address.
            let coded = given.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            let other = try await server.call(
                "POST", "/v1/live/media?name=\(coded)", bytes: Samples.png(1, 1), token: session,
                headers: ["Content-Type": "image/png"])
            if given.count > 200 {
                #expect(other.status == 400 && other.json["errors"]?[0]?["parameter"] == "name")
            } else {
                #expect(other.status == 201 && other.json["name"]?.string == wanted)
                let again = try await server.call("GET", other.json["url"]?.string ?? "")
                #expect(again.header("Set-Cookie") == nil && again.status == 200)
            }
        }
    }

    @Test(
        "an address names an attachment and never a file",
        arguments: [
            "..%2f..%2fdesk.key", "..", "%2e%2e", "%00", "0123456789ABCDEF0123456789ABCDEF", "%2fetc%2fpasswd",
            "0123456789abcdef0123456789abcdef.play",
        ])
    func paths(_ id: String) async throws {
        try await TestServer.with { server in
            let agent = try await server.token(.agent)
            #expect([400, 404, 405].contains(try await server.call("GET", "/v1/media/\(id)", token: agent).status))
            let query = "until=99999999999&signature=" + String(repeating: "0", count: 64)
            #expect([400, 403, 404].contains(try await server.call("GET", "/media/\(id)?\(query)").status))
        }
    }
}

extension HostileMediaTests.Case {
    fileprivate func with(type: String) -> Self {
        var file = self
        file.type = type
        return file
    }
}
