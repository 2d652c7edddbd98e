// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation

/// The secret that the store's personal data is sealed under: 32 bytes that are never in the database, nor in a backup of it.
///
/// Whoever loses it loses what customers wrote; keep a copy apart from the backups.
package struct StoreKey: Sendable {
    let bytes: [UInt8]

    /// - Returns: nil unless there are exactly 32 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// A new random key.
    package static func random() -> StoreKey {
        var generator = SystemRandomNumberGenerator()
        return StoreKey(unchecked: (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    private init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// Reads the key file: 64 hexadecimal digits, or 32 raw bytes.
    ///
    /// - Parameter creatingIfMissing: writes a new random key, readable only by its owner (mode 0600), and creates its folder.
    /// - Throws: `StoreError.unreadable` that names the file and says what to do.
    package static func load(from path: String, creatingIfMissing: Bool) throws -> StoreKey {
        if creatingIfMissing { try create(at: path) }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw StoreError(
                code: .unreadable,
                message: "The key file \(path) cannot be read. Put the key of this data folder there, with mode 0600.")
        }
        guard let key = StoreKey(Array(data)) ?? StoreKey(hex: data) else {
            throw StoreError(
                code: .unreadable,
                message: "The key file \(path) holds no key: expected 64 hexadecimal digits or 32 bytes.")
        }
        return key
    }

    /// Writes a new key unless there is a file; two processes that do so at once end up with the same one.
    private static func create(at path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else { return }
        let folder = (path as NSString).deletingLastPathComponent
        if !folder.isEmpty { try Folder(path: folder).create() }
        let draft = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max))"
        defer { unlink(draft) }
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard file >= 0 else { throw unwritable(path) }
        let text = Array((random().bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\n").utf8)
        let written = write(file, text, text.count) == text.count && fsync(file) == 0
        guard Journal.close(file) == 0, written else { throw unwritable(path) }
        // link, unlike rename, does not replace a key that somebody else has written meanwhile.
        guard link(draft, path) == 0 || errno == EEXIST else { throw unwritable(path) }
        try Folder.sync(folder)
    }

    private static func unwritable(_ path: String) -> StoreError {
        StoreError(code: .io, message: "The key file \(path) cannot be written: \(String(cString: strerror(errno))).")
    }

    private init?(hex data: Data) {
        let digits = data.reversed().drop { $0 == 0x0a || $0 == 0x0d || $0 == 0x20 }.reversed().map(Character.init(asciiByte:))
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 64, by: 2) {
            guard let high = digits[index].hexDigitValue, let low = digits[index + 1].hexDigitValue else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        self.bytes = bytes
    }
}

extension Character {
    fileprivate init(asciiByte byte: UInt8) { self.init(Unicode.Scalar(byte)) }
}

/// The C function under a name that a type with a method `close` can still call.
func close(_ descriptor: Int32) -> Int32 { Foundation.close(descriptor) }
