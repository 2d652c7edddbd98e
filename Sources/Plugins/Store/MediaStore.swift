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
