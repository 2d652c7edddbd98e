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
        try await write(bytes, contentType: contentType, name: name, to: id)
        return id
    }

    /// nil if there is none of this id.
    package func get(_ id: String) async throws -> (object: MediaObject, bytes: [UInt8])? {
        Self.isID(id) ? try await read(id, as: id) : nil
    }

    /// Whether it could be an id of ours: never a path, never the id that a platform gave.
    package static func isID(_ text: String) -> Bool {
        text.utf8.count == 32 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    // MARK: - What browsers play of it

    /// Keeps what was made of an attachment beside it, encrypted alike.
    func put(playable bytes: [UInt8], of id: String, contentType: String, name: String?) async throws {
        try await write(bytes, contentType: contentType, name: name, to: Self.playable(id))
    }

    func playable(_ id: String) async throws -> (object: MediaObject, bytes: [UInt8])? {
        Self.isID(id) ? try await read(Self.playable(id), as: id) : nil
    }

    func hasPlayable(_ id: String) async -> Bool {
        guard Self.isID(id) else { return false }
        let path = "\(folder)/\(Self.playable(id))"
        return (try? await Self.offPool { FileManager.default.fileExists(atPath: path) }) == true
    }

    private static func playable(_ id: String) -> String { "\(id).play" }

    // MARK: - Files

    /// - Parameter file: its name in the folder, to which its bytes are bound: one put in another's place cannot be opened.
    private func write(_ bytes: [UInt8], contentType: String, name: String?, to file: String) async throws {
        let head = (["content_type": .string(contentType), "name": Value(name)] as Value).compact().json
        let plain = withUnsafeBytes(of: UInt32(head.count).littleEndian) { Array($0) } + head + bytes
        guard let sealed = try AES.GCM.seal(plain, using: key, authenticating: Array(file.utf8)).combined else {
            throw DeskError(.unavailable, "An attachment could not be encrypted.")
        }
        let folder = folder
        try await Self.offPool {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try sealed.write(to: URL(fileURLWithPath: "\(folder)/\(file)"), options: .atomic)
        }
    }

    private func read(_ file: String, as id: String) async throws -> (object: MediaObject, bytes: [UInt8])? {
        let path = "\(folder)/\(file)"
        let sealed: Data? = try await Self.offPool { FileManager.default.contents(atPath: path) }
        guard let sealed else { return nil }
        let plain = Array(try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: key, authenticating: Array(file.utf8)))
        let count = plain.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard plain.count >= 4 + count else { return nil }
        let head = try Value(json: plain[4..<4 + count])
        let bytes = Array(plain[(4 + count)...])
        let object = MediaObject(
            id: id, contentType: head["content_type"]?.string ?? MediaType.unknown, name: head["name"]?.string,
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
