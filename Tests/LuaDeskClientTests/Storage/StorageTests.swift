// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import LuaDeskClient

@Suite("What is kept is whole, or known to be broken")
struct StorageTests {
    @Test("cut anywhere or changed anywhere, a file is known to be damaged")
    func damage() throws {
        var outbox = Outbox()
        outbox.add(.sample("c-1", "hello"))
        let whole = try SealedFile.seal(outbox)
        #expect(try SealedFile.open(whole, as: Outbox.self) == outbox)
        for count in 0..<whole.count {
            #expect(throws: SealedFile.Damage.self) { try SealedFile.open(whole.prefix(count), as: Outbox.self) }
        }
        for index in whole.indices {
            var changed = whole
            changed[index] ^= 1
            #expect(throws: SealedFile.Damage.self) { try SealedFile.open(changed, as: Outbox.self) }
        }
    }

    @Test("files are replaced as a whole, for their owner only, and set aside under names of their own")
    func files() throws {
        let folder = Folder()
        let storage = FileStorage(folder: folder.url.appendingPathComponent("chat"))
        #expect(try storage.read("a") == nil)
        try storage.remove("a")
        try storage.write(Data("one".utf8), as: "a")
        try storage.write(Data("two".utf8), as: "a")
        #expect(try storage.read("a") == Data("two".utf8))
        let attributes = try FileManager.default.attributesOfItem(
            atPath: storage.folder.appendingPathComponent("a").path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        let first = try storage.setAside("a")
        try storage.write(Data("three".utf8), as: "a")
        let second = try storage.setAside("a")
        #expect(first != second)
        #expect(try Data(contentsOf: URL(fileURLWithPath: first)) == Data("two".utf8))
        #expect(try storage.read("a") == nil)
        try storage.write(Data(), as: "a")
        try storage.remove("a")
        #expect(try FileManager.default.contentsOfDirectory(atPath: storage.folder.path).count == 2)
    }

    @Test("each server and channel has a folder of its own")
    func places() throws {
        let places = try ["https://a.example/", "https://a.example:8443/", "https://b.example/"].flatMap { server in
            let server = try #require(URL(string: server))
            return ["app", "App", "a/pp", "a-pp"].map { FileStorage(server: server, channel: $0).folder.path }
        }
        #expect(Set(places).count == places.count)
        #expect(places.allSatisfy { !$0.hasSuffix("/pp") })
    }
}

/// A folder that is gone with the object.
final class Folder: Sendable {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("luadesk-client-\(UUID().uuidString)")
    deinit { try? FileManager.default.removeItem(at: url) }
}
