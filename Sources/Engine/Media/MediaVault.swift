// SPDX-License-Identifier: Apache-2.0
import Crypto
import Desk
import Foundation
import Plugins

/// Attachments beside the database: one file each, AES-256-GCM under a key that is not there.
package final class MediaVault: MediaStore {
    private let folder: String
    private let key: SymmetricKey

    init(folder: String, key: [UInt8]) {
        self.folder = folder
        self.key = SymmetricKey(data: key)
    }

    /// - Returns: the id under which `get` finds it.
    package func put(_ bytes: [UInt8], contentType: String, name: String?) async throws -> String {
        let id = SymmetricKey(size: .bits128).withUnsafeBytes {
            $0.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        }
        let head = (["content_type": .string(contentType), "name": Value(name)] as Value).compact().json
        let plain = withUnsafeBytes(of: UInt32(head.count).littleEndian) { Array($0) } + head + bytes
        guard let sealed = try AES.GCM.seal(plain, using: key, authenticating: Array(id.utf8)).combined else {
            throw DeskError(.unavailable, "An attachment could not be encrypted.")
        }
        let folder = folder
        try await Self.offPool {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try sealed.write(to: URL(fileURLWithPath: "\(folder)/\(id)"), options: .atomic)
        }
        return id
    }

    /// nil if there is none of this id.
    package func get(_ id: String) async throws -> (object: MediaObject, bytes: [UInt8])? {
        guard id.count == 32, id.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) else { return nil }
        let path = "\(folder)/\(id)"
        let sealed: Data? = try await Self.offPool { FileManager.default.contents(atPath: path) }
        guard let sealed else { return nil }
        let plain = Array(try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: key, authenticating: Array(id.utf8)))
        let count = plain.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard plain.count >= 4 + count else { return nil }
        let head = try Value(json: plain[4..<4 + count])
        let bytes = Array(plain[(4 + count)...])
        let object = MediaObject(
            id: id, contentType: head["content_type"]?.string ?? "application/octet-stream", name: head["name"]?.string,
            byteCount: bytes.count)
        return (object, bytes)
    }

    /// File work blocks; it goes to a queue of its own rather than to the threads that answer.
    private static func offPool<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result { try body() }) }
        }
    }
    private static let queue = DispatchQueue(label: "luadesk.media")
}
