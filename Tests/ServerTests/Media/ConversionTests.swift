// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Foundation
import Plugins
import Testing

@testable import Server

@Suite(
    "Voices and films for browsers",
    .enabled(if: Samples.ffmpeg != nil, "needs ffmpeg: scripts/install-dependencies --tests"), .timeLimit(.minutes(10)))
struct ConversionTests {
    private func upload(_ server: TestServer, _ bytes: [UInt8], _ name: String, _ session: String) async throws -> Value {
        let answer = try await server.call(
            "POST", "/v1/live/media?name=\(name)", bytes: bytes, token: session, headers: ["Content-Type": "audio/x"])
        #expect(answer.status == 201)
        return answer.json
    }

    @Test("an AMR voice is converted once, kept encrypted beside the original, and both are offered") func voice() async throws {
        try await TestServer.with(media: MediaOptions(ffmpeg: Samples.ffmpeg)) { server in
            let session = try await server.session()["token"]?.string ?? ""
            let media = try await upload(server, Samples.amr, "voice.amr", session)
            #expect(media["content_type"] == "audio/amr" && media["playable_type"] == "audio/mpeg")
            let id = media["media_id"]?.string ?? ""
            let kept = try Data(contentsOf: URL(fileURLWithPath: "\(server.folder)/media/\(id).play"))
            let played = try await server.call("GET", media["url"]?.string ?? "")
            #expect(played.status == 200 && played.header("Content-Type") == "audio/mpeg")
            #expect(MediaType.sniff(played.body, claimed: nil) == "audio/mpeg" && played.body.count > 3000)
            #expect(played.header("Content-Disposition") == "inline; filename*=UTF-8''voice.mp3")
            #expect(kept.range(of: Data(played.body.prefix(64))) == nil)
            let part = try await server.call("GET", media["url"]?.string ?? "", bytes: nil, headers: ["Range": "bytes=10-19"])
            #expect(part.status == 206 && part.body == Array(played.body[10..<20]))
            let original = try await server.call("GET", media["original_url"]?.string ?? "")
            #expect(original.body == Samples.amr && original.header("Content-Type") == "audio/amr")
            // Encrypted anew it would look different.
            #expect(try Data(contentsOf: URL(fileURLWithPath: "\(server.folder)/media/\(id).play")) == kept)

            let said = try await server.call(
                "POST", "/v1/live/messages",
                ["client_id": "c-1", "kind": "voice", "fields": ["media_id": .string(id), "playable_type": "text/html"]],
                token: session)
            #expect(said.status == 200)
            let agent = try await server.token(.agent)
            let fields = try await server.call("GET", "/v1/messages?channel=web", token: agent).items.first?["fields"]
            #expect(fields?["playable_type"] == "audio/mpeg" && fields?["content_type"] == "audio/amr")
            #expect(fields?["original_url"]?.string?.hasSuffix("&as=original") == true)
            let read = try await server.call("GET", "/v1/media/\(id)?as=original", token: agent)
            #expect(read.body == Samples.amr)
            #expect(try await server.call("GET", "/v1/media/\(id)?as=mp3", token: agent).status == 400)
        }
    }

    @Test("Opus in Ogg becomes MP3, an old film MP4; what browsers play stays as it is") func others() async throws {
        let opus = try Samples.made(["-f", "lavfi", "-i", "sine=d=1", "-c:a", "libopus", "-f", "ogg"])
        let film = try Samples.made(["-f", "lavfi", "-i", "testsrc=size=98x55:rate=10:d=1", "-c:v", "mpeg4", "-f", "avi"])
        let wave = try Samples.made(["-f", "lavfi", "-i", "sine=d=0.1", "-f", "wav"])
        try await TestServer.with(media: MediaOptions(ffmpeg: Samples.ffmpeg)) { server in
            let session = try await server.session()["token"]?.string ?? ""
            for (bytes, type, made) in [
                (opus, "audio/ogg", "audio/mpeg"), (film, "video/x-msvideo", "video/mp4"), (wave, "audio/wav", nil),
            ] as [([UInt8], String, String?)] {
                let media = try await upload(server, bytes, "a", session)
                #expect(media["content_type"]?.string == type && media["playable_type"]?.string == made)
                let opened = try await server.call("GET", media["url"]?.string ?? "")
                #expect(opened.header("Content-Type") == made ?? type)
                #expect(MediaType.sniff(opened.body, claimed: nil) == made ?? type)
            }
        }
    }

    @Test(
        "what cannot be converted is offered as it came, and the conversation goes on",
        arguments: [
            ("no program", MediaOptions(), Samples.amr, "audio/amr"),
            ("a program that fails", MediaOptions(ffmpeg: "/bin/false"), Samples.amr, "audio/amr"),
            ("a program that is not there", MediaOptions(ffmpeg: "/nonexistent/ffmpeg"), Samples.amr, "audio/amr"),
            (
                "a file that is no film", MediaOptions(ffmpeg: Samples.ffmpeg),
                Array("RIFF0000AVI #EXTM3U\nhttp://127.0.0.1/".utf8),
                "video/x-msvideo"
            ),
            ("a voice in SILK", MediaOptions(ffmpeg: Samples.ffmpeg), [2] + Array("#!SILK_V3 and more".utf8), "audio/silk"),
        ] as [(String, MediaOptions, [UInt8], String)])
    func offered(_ trouble: String, _ options: MediaOptions, _ bytes: [UInt8], _ type: String) async throws {
        try await TestServer.with(media: options) { server in
            let session = try await server.session()["token"]?.string ?? ""
            let media = try await upload(server, bytes, "a", session)
            #expect(media["playable_type"] == nil && media["original_url"] == nil)
            let opened = try await server.call("GET", media["url"]?.string ?? "")
            #expect(opened.status == 200 && opened.body == bytes && opened.header("Content-Type") == type)
            let said = try await server.call(
                "POST", "/v1/live/messages",
                ["client_id": "c-1", "kind": "voice", "fields": ["media_id": media["media_id"] ?? .null]], token: session)
            #expect(said.status == 200)
        }
    }
}
