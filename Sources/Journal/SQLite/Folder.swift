// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A data folder: what lies in it, and who is at work there.
struct Folder: Sendable {
    let path: String
    var database: String { path + "/desk.db" }
    var lock: String { path + "/desk.lock" }

    /// Creates it (mode 0700) with all above it.
    func create() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw StoreError(code: .io, message: "The data folder \(path) cannot be created: \(error.localizedDescription)")
        }
    }

    /// Makes a new or renamed file in the folder survive a power cut.
    static func sync(_ path: String) throws {
        let descriptor = open(path.isEmpty ? "." : path, O_RDONLY)
        guard descriptor >= 0 else {
            throw StoreError(code: .io, message: "The folder \(path) cannot be opened: \(String(cString: strerror(errno))).")
        }
        defer { _ = Journal.close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw StoreError(code: .io, message: "The folder \(path) cannot be synced: \(String(cString: strerror(errno))).")
        }
    }
}

/// The lock that one server holds on its data folder; gone with the process, however it ends.
final class FolderLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `StoreError.inUse` with the other's process id.
    init(_ folder: Folder) throws { descriptor = try Self.take(folder) }

    /// Apart from `init`, because an initializer that throws late runs `deinit`, and closing twice closes somebody else's file.
    private static func take(_ folder: Folder) throws -> Int32 {
        let descriptor = open(folder.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError(
                code: .io, message: "The lock \(folder.lock) cannot be opened: \(String(cString: strerror(errno))).")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            var text = [UInt8](repeating: 0, count: 20)
            let count = pread(descriptor, &text, text.count, 0)
            _ = Journal.close(descriptor)
            let holder = String(decoding: text.prefix(max(0, count)).prefix { (48...57).contains($0) }, as: UTF8.self)
            throw StoreError(
                code: .inUse,
                message: "The data folder \(folder.path) is in use by another LuaDesk server"
                    + (holder.isEmpty ? "" : " (process \(holder))")
                    + ". Stop that one first, or give this one a folder of its own.")
        }
        let text = Array("\(getpid())\n".utf8)
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, text, text.count, 0)
        return descriptor
    }

    /// Not by closing alone: a program that is being started at this moment has the file open as well, until it runs.
    deinit {
        _ = flock(descriptor, LOCK_UN)
        _ = Journal.close(descriptor)
    }
}
