// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Logging
import Plugins
import Synchronization
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(10))) struct MediaConverterTests {
    private final class Place: Sendable {
        let folder = FileManager.default.temporaryDirectory.path + "/convert-\(UUID().uuidString)"
        let vault: MediaVault
        let converter: MediaConverter
        let lines = LogLines()

        /// - Parameter script: stands in for ffmpeg; gets its arguments and a file on its standard input.
        init(_ script: String?, _ change: (inout MediaOptions) -> Void = { _ in }) throws {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            var options = MediaOptions()
            if let script {
                options.ffmpeg = folder + "/ffmpeg"
                try Self.writeProgram("#!/bin/sh\n\(script)\n", to: folder + "/ffmpeg")
            }
            change(&options)
            vault = MediaVault(folder: folder + "/media", key: Array(repeating: 7, count: 32))
            let lines = lines
            converter = MediaConverter(options, vault: vault, logger: Logger(label: "test") { _ in LogKeeper(lines: lines) })
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        /// By a process of its own: what this one has open for writing, a program that another test starts at that moment has open
        /// too, and what is open for writing cannot be run.
        private static func writeProgram(_ text: String, to path: String) throws {
            let words = ["/bin/sh", "-c", #"printf '%s' "$1" > "$0" && chmod 755 "$0""#, path, text]
            var arguments = words.map { strdup($0) } + [nil]
            defer { for argument in arguments { free(argument) } }
            var (process, status) = (pid_t(0), Int32(-1))
            try #require(posix_spawn(&process, "/bin/sh", nil, nil, &arguments, environ) == 0)
            try #require(waitpid(process, &status, 0) == process && status == 0)
        }

        func voice() async throws -> MediaObject {
            let bytes = Array("#!AMR\nvoice".utf8)
            let id = try await vault.put(bytes, contentType: "audio/amr", name: "v.amr")
            return MediaObject(id: id, contentType: "audio/amr", name: "v.amr", byteCount: bytes.count)
        }
    }

    @Test("what was made is found again, by another desk too, and is bound to its place") func kept() async throws {
        let place = try Place("echo made; cat")
        let voice = try await place.voice()
        #expect(await place.converter.made(of: voice) == nil)
        #expect(await place.converter.prepare(voice) == "audio/mpeg")
        let made = try #require(try await place.converter.playable(voice))
        #expect(made.object.name == "v.mp3" && made.bytes == Array("made\n#!AMR\nvoice".utf8))
        let without = MediaConverter(MediaOptions(), vault: place.vault, logger: Logger(label: "test"))
        #expect(try await without.playable(voice)?.bytes == made.bytes)
        let other = try await place.voice()
        try FileManager.default.copyItem(
            atPath: "\(place.folder)/media/\(voice.id).play", toPath: "\(place.folder)/media/\(other.id).play")
        await #expect(throws: (any Error).self) { try await place.converter.playable(other) }
    }

    @Test("its absence, and each kind of failure, is told once") func toldOnce() async throws {
        for (script, word) in [(nil, "no ffmpeg"), ("exit 1", "could not be converted")] as [(String?, String)] {
            let place = try Place(script)
            for _ in 0..<3 { #expect(try await place.converter.playable(try await place.voice()) == nil) }
            #expect(place.lines.all.count == 1 && place.lines.all.first?.contains(word) == true)
        }
    }

    @Test("a file that could not be converted is not tried again, however often it is asked for") func hopeless() async throws {
        let place = try Place("exit 1")
        let voice = try await place.voice()
        #expect(try await place.converter.playable(voice) == nil)
        try "#!/bin/sh\necho made".write(toFile: place.folder + "/ffmpeg", atomically: false, encoding: .utf8)
        #expect(try await place.converter.playable(voice) == nil)
        #expect(await place.converter.prepare(try await place.voice()) == "audio/mpeg")
    }

    @Test("one is converted at a time, a few wait, more are offered as they came, and stopping ends all") func crowd()
        async throws
    {
        let place = try Place("sleep 60")
        let voice = try await place.voice()
        let asked = Mutex(0)
        await withTaskGroup(of: String?.self) { group in
            for _ in 0..<30 {
                group.addTask {
                    let other = try? await place.voice()
                    return await place.converter.prepare(other ?? voice)
                }
            }
            // One runs and eight wait; the others are told at once.
            for _ in 0..<21 {
                #expect(await group.next() == .some(nil))
                asked.withLock { $0 += 1 }
            }
            place.converter.stop()
            for await made in group { #expect(made == nil) }
        }
        #expect(asked.withLock { $0 } == 21 && place.lines.all.isEmpty)
    }

    @Test("who waits too long gets the original") func patience() async throws {
        let place = try Place("sleep 60") { $0.patience = .milliseconds(50) }
        let voice = try await place.voice()
        #expect(try await place.converter.playable(voice) == nil)
        place.converter.stop()
    }
}
