// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A stored file: a picture a customer sent, a document an agent attached.
package struct MediaObject: Sendable, Hashable {
    package var id: String
    /// Sniffed from the bytes where they tell, never taken from the sender alone.
    package var contentType: String
    package var name: String?
    package var byteCount: Int

    package init(id: String, contentType: String, name: String?, byteCount: Int) {
        self.id = id
        self.contentType = contentType
        self.name = name
        self.byteCount = byteCount
    }
}

/// Where files lie. How they are stored and encrypted is the engine's business.
package protocol MediaStore: Sendable {
    /// - Returns: the id of the new object.
    func put(_ bytes: [UInt8], contentType: String, name: String?) async throws -> String
    /// - Returns: nil if there is no such object.
    func get(_ id: String) async throws -> (object: MediaObject, bytes: [UInt8])?
}

/// Files that are forgotten at the end: for tests and for plugins tried offline.
package final class MemoryMediaStore: MediaStore {
    private let objects = Mutex<[String: (MediaObject, [UInt8])]>([:])

    package init() {}

    package func put(_ bytes: [UInt8], contentType: String, name: String?) async throws -> String {
        add(bytes, contentType: contentType, name: name)
    }

    func add(_ bytes: [UInt8], contentType: String, name: String?) -> String {
        objects.withLock { objects in
            let id = "media-\(objects.count + 1)"
            objects[id] = (MediaObject(id: id, contentType: contentType, name: name, byteCount: bytes.count), bytes)
            return id
        }
    }

    package func get(_ id: String) async throws -> (object: MediaObject, bytes: [UInt8])? {
        objects.withLock { $0[id] }.map { (object: $0.0, bytes: $0.1) }
    }
}

/// What the first bytes of a file say it is.
package enum MediaType {
    /// - Parameter claimed: what the sender said; kept only for kinds that cannot be told apart, and never as something a browser runs.
    package static func sniff(_ bytes: [UInt8], claimed: String?) -> String {
        let signatures: [(offset: Int, start: [UInt8], type: String)] = [
            (0, [0xff, 0xd8, 0xff], "image/jpeg"), (0, [0x89, 0x50, 0x4e, 0x47], "image/png"),
            (0, Array("GIF8".utf8), "image/gif"), (8, Array("WEBP".utf8), "image/webp"), (0, Array("BM".utf8), "image/bmp"),
            (0, Array("#!AMR".utf8), "audio/amr"), (0, Array("ID3".utf8), "audio/mpeg"), (0, [0xff, 0xfb], "audio/mpeg"),
            (0, [0xff, 0xf3], "audio/mpeg"), (0, [0xff, 0xf2], "audio/mpeg"), (0, [0xff, 0xf1], "audio/aac"),
            (0, [0xff, 0xf9], "audio/aac"),
            (8, Array("WAVE".utf8), "audio/wav"), (0, Array("OggS".utf8), "audio/ogg"), (4, Array("ftyp".utf8), "video/mp4"),
            (0, [0x1a, 0x45, 0xdf, 0xa3], "video/webm"), (0, Array("%PDF-".utf8), "application/pdf"),
            (0, [0x50, 0x4b, 0x03, 0x04], "application/zip"),
        ]
        for (offset, start, type) in signatures
        where bytes.count >= offset + start.count && bytes[offset..<offset + start.count].elementsEqual(start) {
            return type
        }
        return claimed?.lowercased().hasPrefix("text/plain") == true ? "text/plain" : "application/octet-stream"
    }
}
