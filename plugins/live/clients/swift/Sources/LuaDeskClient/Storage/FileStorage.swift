// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Files in a folder, each replaced as a whole: written beside it, brought to disk, then renamed over it.
///
/// The folder is made when something is first written, for its owner only. On iOS the files can be read once the device
/// was unlocked after its start, so that a client works in the background.
public struct FileStorage: ClientStorage {
    /// The folder.
    public let folder: URL

    /// - Parameter folder: of this client alone.
    public init(folder: URL) { self.folder = folder }

    /// The usual place: `LuaDeskClient/HOST-PORT-CHANNEL` in the application support folder, `~/.local/share` on Linux,
    /// the caches folder on tvOS.
    public init(server: URL, channel: String) {
        let place = [server.host ?? "", server.port.map(String.init) ?? "", channel].map(Self.plain).joined(
            separator: "-")
        let files = FileManager.default
        #if os(tvOS)
        // The only folder that apps may write to there; the system may empty it.
        let kind = FileManager.SearchPathDirectory.cachesDirectory
        #else
        let kind = FileManager.SearchPathDirectory.applicationSupportDirectory
        #endif
        let base = files.urls(for: kind, in: .userDomainMask).first ?? files.temporaryDirectory
        folder = base.appendingPathComponent("LuaDeskClient/\(place)")
    }

    /// Other characters by their code, so that two names never become one.
    private static func plain(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x2e
            return isPlain ? String(UnicodeScalar(byte)) : "_" + String(byte, radix: 16)
        }.joined()
    }

    private func path(_ name: String) -> URL { folder.appendingPathComponent(name) }

    /// The file's bytes.
    public func read(_ name: String) throws -> Data? {
        guard FileManager.default.fileExists(atPath: path(name).path) else { return nil }
        return try Data(contentsOf: path(name))
    }

    /// Atomic, and on disk when it returns.
    public func write(_ data: Data, as name: String) throws {
        let files = FileManager.default
        if !files.fileExists(atPath: folder.path) {
            try files.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        let fresh = path("\(name).new")
        guard files.createFile(atPath: fresh.path, contents: nil, attributes: Self.attributes) else {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: fresh.path])
        }
        let handle = try FileHandle(forWritingTo: fresh)
        do {
            try handle.write(contentsOf: data)
            try handle.synchronize()
        } catch {
            try? handle.close()
            throw error
        }
        try handle.close()
        guard rename(fresh.path, path(name).path) == 0 else {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path(name).path])
        }
    }

    private static var attributes: [FileAttributeKey: Any] {
        #if os(iOS) || os(tvOS) || os(watchOS) || os(visionOS)
        [.posixPermissions: 0o600, .protectionKey: FileProtectionType.completeUntilFirstUserAuthentication]
        #else
        [.posixPermissions: 0o600]
        #endif
    }

    /// Deletes the file.
    public func remove(_ name: String) throws {
        guard FileManager.default.fileExists(atPath: path(name).path) else { return }
        try FileManager.default.removeItem(at: path(name))
    }

    /// Renames it to `NAME.damaged`, `NAME.damaged-2` and so on.
    public func setAside(_ name: String) throws -> String {
        var aside = path("\(name).damaged")
        var number = 1
        while FileManager.default.fileExists(atPath: aside.path) {
            number += 1
            aside = path("\(name).damaged-\(number)")
        }
        try FileManager.default.moveItem(at: path(name), to: aside)
        return aside.path
    }
}
