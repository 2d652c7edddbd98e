// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import NIOPosix
import Rules
import Synchronization

/// The folder of rules as the rules page sees it: read and written file by file, with a hash that says what a change was based on.
///
/// Nothing outside the folder is reached: each part of a path is opened by itself, links are never followed. A file is written beside its
/// place and moved there whole; a change whose base is not what lies there is refused with what does. Everything here blocks on the disk
/// and runs on the threads for that, one after the other, so that two pages cannot both think they were first. An editor that saves in the
/// microseconds between the last look and the move is the one case nobody can see.
final class RuleTree: Sendable {
    /// What the writer saw before the change.
    enum Base: Sendable, Hashable {
        /// Nothing lay there.
        case absent
        /// SHA-256 of the bytes, in hex.
        case hash(String)
    }

    struct File: Sendable, Hashable {
        let path: String
        let byteCount: Int
        let hash: String
    }

    struct Content: Sendable, Hashable {
        let bytes: [UInt8]
        let hash: String
    }

    struct Listing: Sendable, Hashable {
        /// By path.
        var files: [File] = []
        /// What keeps the folder from being a rule set, for people.
        var problems: [String] = []
        var isWritable = false
    }

    /// One file of a change; nil removes it.
    struct Edit: Sendable, Hashable {
        let path: RulePath
        let bytes: [UInt8]?
        let base: Base
    }

    enum Refusal: Error, Sendable, Hashable {
        /// What lies there is not what the change was based on; nil: nothing does.
        case conflict(path: String, found: Content?)
        case missing(String)
        case link(String)
        case tooLarge(String)
        case full
        /// What the system said.
        case disk(path: String, reason: String)
    }

    let folder: String
    /// The last part of the folder's path, as problems name it.
    var name: String { URL(fileURLWithPath: folder).lastPathComponent }

    /// A file as it was hashed; the same stamp means the same content.
    fileprivate struct Stamp: Hashable {
        let size: Int64
        let seconds: Int
        let nanoseconds: Int
        let inode: UInt64
    }
    fileprivate typealias Hashes = [String: (stamp: Stamp, hash: String)]
    /// Held while the folder is read or written.
    private let hashes = Mutex<Hashes>([:])

    init(folder: String) { self.folder = folder }

    func list() async throws -> Listing { try await onDisk { tree, hashes in try tree.listing(&hashes) } }

    func read(_ path: RulePath) async throws -> Content {
        try await onDisk { tree, _ in
            guard let content = try tree.found(path) else { throw Refusal.missing("\(path)") }
            return content
        }
    }

    /// Throws `Refusal.conflict` for the first edit whose base is not what lies there.
    func verify(_ edits: [Edit]) async throws { try await onDisk { tree, _ in for edit in edits { try tree.verify(edit) } } }

    /// Does all edits, or none where a base is wrong.
    func apply(_ edits: [Edit]) async throws {
        try await onDisk { tree, hashes in
            for edit in edits { try tree.verify(edit) }
            try tree.checkRoom(edits, &hashes)
            for edit in edits { try tree.apply(edit) }
        }
    }

    func move(_ path: RulePath, to target: RulePath, base: Base) async throws {
        try await onDisk { tree, _ in
            guard let content = try tree.found(path) else { throw Refusal.missing("\(path)") }
            guard base == .hash(content.hash) else { throw Refusal.conflict(path: "\(path)", found: content) }
            if let there = try tree.found(target) { throw Refusal.conflict(path: "\(target)", found: there) }
            try tree.apply(Edit(path: target, bytes: content.bytes, base: .absent))
            try tree.apply(Edit(path: path, bytes: nil, base: base))
        }
    }

    /// On a thread that may wait for the disk.
    private func onDisk<Result: Sendable>(
        _ work: @escaping @Sendable (RuleTree, inout Hashes) throws -> Result
    ) async throws -> Result {
        try await NIOThreadPool.singleton.runIfActive { try self.hashes.withLock { try work(self, &$0) } }
    }

    static func hash(_ bytes: some Sequence<UInt8>) -> String {
        SHA256.hash(data: Array(bytes)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

// MARK: - Reading

extension RuleTree {
    private func listing(_ hashes: inout Hashes) throws -> Listing {
        var listing = Listing(isWritable: access(folder, W_OK) == 0)
        var kept: Hashes = [:]
        var open: [[String]] = [[]]
        var byteCount = 0
        let now = time(nil)
        while let parts = open.popLast() {
            let names: [String]
            do { names = try FileManager.default.contentsOfDirectory(atPath: ([folder] + parts).joined(separator: "/")) } catch {
                if parts.isEmpty { throw Refusal.disk(path: name, reason: "the folder cannot be read") }
                listing.problems.append("\(parts.joined(separator: "/")): the folder cannot be read")
                continue
            }
            for name in names.sorted() where !name.hasPrefix(".") && !(parts.isEmpty && RuleSource.madeByProgram.contains(name)) {
                let path = (parts + [name]).joined(separator: "/")
                var info = stat()
                guard lstat("\(folder)/\(path)", &info) == 0 else { continue }
                switch info.st_mode & S_IFMT {
                case S_IFDIR:
                    if parts.count < 8 { open.append(parts + [name]) }
                case S_IFLNK: listing.problems.append("\(path): links are not part of a rule set; copy the file here")
                case S_IFREG:
                    guard let place = try? RulePath(path) else { continue }
                    byteCount += Int(info.st_size)
                    guard RuleSource.Limit.allows(fileCount: listing.files.count + 1, byteCount: byteCount) else {
                        listing.problems.append(Self.limit)
                        return listing
                    }
                    guard let known = known(place, Stamp(info), hashes) else {
                        listing.problems.append("\(path): the file cannot be read")
                        continue
                    }
                    // Two saves within a tick of the disk's clock look the same: what is young is read again.
                    if now - known.stamp.seconds > 1 { kept[path] = known }
                    listing.files.append(File(path: path, byteCount: Int(info.st_size), hash: known.hash))
                default: continue
                }
            }
        }
        hashes = kept
        listing.files.sort { $0.path < $1.path }
        return listing
    }

    private func known(_ path: RulePath, _ stamp: Stamp, _ hashes: Hashes) -> (stamp: Stamp, hash: String)? {
        if let known = hashes["\(path)"], known.stamp == stamp { return known }
        guard let content = try? found(path) else { return nil }
        return (stamp, content.hash)
    }

    private static let limit = "\(RuleSource.Limit.words); move what is no rule away"

    private func verify(_ edit: Edit) throws {
        let there = try found(edit.path)
        guard edit.base == there.map({ .hash($0.hash) }) ?? .absent else {
            throw Refusal.conflict(path: "\(edit.path)", found: there)
        }
    }

    /// Nil where nothing lies.
    private func found(_ path: RulePath) throws -> Content? {
        guard let parent = try descend(path, creating: false) else { return nil }
        defer { close(parent) }
        let file = openat(parent, path.name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        if file < 0 {
            if errno == ENOENT { return nil }
            throw refusal(path)
        }
        defer { close(file) }
        var info = stat()
        guard fstat(file, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { throw Refusal.link("\(path)") }
        guard info.st_size <= RuleSource.Limit.byteCount else { throw Refusal.tooLarge(Self.limit) }
        var bytes: [UInt8] = []
        while true {
            let part = try [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
                let got = Glibc.read(file, buffer.baseAddress, buffer.count)
                guard got >= 0 else { throw refusal(path) }
                count = got
            }
            if part.isEmpty { return Content(bytes: bytes, hash: Self.hash(bytes)) }
            bytes += part
        }
    }

    /// The open folder that a file is in; nil where there is none.
    private func descend(_ path: RulePath, creating: Bool) throws -> Int32? {
        var place = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard place >= 0 else { throw Refusal.disk(path: name, reason: String(cString: strerror(errno))) }
        for part in path.folders {
            if creating { mkdirat(place, part, 0o755) }
            let next = openat(place, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            let code = errno
            close(place)
            guard next >= 0 else {
                if code == ENOENT, !creating { return nil }
                errno = code
                throw refusal(path)
            }
            place = next
        }
        return place
    }

    /// What the system's last word means.
    private func refusal(_ path: RulePath) -> Refusal {
        switch errno {
        case ELOOP, ENOTDIR: .link("\(path)")
        case ENOSPC, EDQUOT: .full
        default: .disk(path: "\(path)", reason: String(cString: strerror(errno)))
        }
    }
}

// MARK: - Writing

extension RuleTree {
    private func checkRoom(_ edits: [Edit], _ hashes: inout Hashes) throws {
        let there = try listing(&hashes).files
        var sizes = Dictionary(uniqueKeysWithValues: there.map { ($0.path, $0.byteCount) })
        for edit in edits { sizes["\(edit.path)"] = edit.bytes?.count }
        guard RuleSource.Limit.allows(fileCount: sizes.count, byteCount: sizes.values.reduce(0, +)) else {
            throw Refusal.tooLarge(Self.limit)
        }
    }

    private func apply(_ edit: Edit) throws {
        guard let bytes = edit.bytes else { return try remove(edit.path) }
        guard let parent = try descend(edit.path, creating: true) else { throw Refusal.missing("\(edit.path)") }
        defer { close(parent) }
        // Dot files are no part of a rule set, and nothing looks at them.
        let draft = ".\(UInt64.random(in: .min ... .max)).draft"
        do {
            try write(bytes, as: draft, in: parent, like: edit)
            try verify(edit)
            if edit.base == .absent {
                try place(draft, in: parent, new: edit)
            } else {
                guard renameat(parent, draft, parent, edit.path.name) == 0 else { throw refusal(edit.path) }
            }
        } catch {
            unlinkat(parent, draft, 0)
            throw error
        }
        fsync(parent)
    }

    /// A link is made only where nothing lies: nobody else's new file is written over. Some disks know no links.
    private func place(_ draft: String, in parent: Int32, new edit: Edit) throws {
        guard linkat(parent, draft, parent, edit.path.name, 0) != 0 else {
            unlinkat(parent, draft, 0)
            return
        }
        if errno == EEXIST { throw Refusal.conflict(path: "\(edit.path)", found: try found(edit.path)) }
        guard [EPERM, ENOTSUP, ENOSYS].contains(errno), renameat(parent, draft, parent, edit.path.name) == 0 else {
            throw refusal(edit.path)
        }
    }

    private func write(_ bytes: [UInt8], as draft: String, in parent: Int32, like edit: Edit) throws {
        let file = openat(parent, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw refusal(edit.path) }
        defer { close(file) }
        var info = stat()
        if fstatat(parent, edit.path.name, &info, AT_SYMLINK_NOFOLLOW) == 0 {
            // Whose file it was and who may read it stays; where this is not allowed, the server's own is better than nothing.
            _ = fchown(file, info.st_uid, info.st_gid)
            _ = fchmod(file, info.st_mode & 0o777)
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { throw refusal(edit.path) }
            rest = rest.dropFirst(count)
        }
        guard fsync(file) == 0 else { throw refusal(edit.path) }
    }

    /// Removes a file, and folders that are empty then.
    private func remove(_ path: RulePath) throws {
        guard let parent = try descend(path, creating: false) else { throw Refusal.missing("\(path)") }
        let isGone = unlinkat(parent, path.name, 0) == 0
        let code = errno
        fsync(parent)
        close(parent)
        errno = code
        guard isGone else { throw refusal(path) }
        var folders = path.folders
        while let last = folders.last {
            guard let above = try? descend(RulePath(folders: folders), creating: false) else { return }
            let isEmpty = unlinkat(above, last, AT_REMOVEDIR) == 0
            close(above)
            guard isEmpty else { return }
            folders = folders.dropLast()
        }
    }
}

extension RulePath {
    /// A folder of a path that was checked already.
    fileprivate init(folders: ArraySlice<String>) { parts = Array(folders) }
}

extension RuleTree.Stamp {
    fileprivate init(_ info: stat) {
        // Seconds, then nanoseconds: their names belong to a module that cannot be imported.
        let time = withUnsafeBytes(of: info.st_mtim) { ($0.load(as: Int.self), $0.load(fromByteOffset: 8, as: Int.self)) }
        self.init(size: Int64(info.st_size), seconds: time.0, nanoseconds: time.1, inode: UInt64(info.st_ino))
    }
}
