// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation

/// `desk.run` in the data folder of a running server: how commands on this machine reach it. Readable by its owner only.
struct RunFile: Sendable, Hashable {
    var process: Int32
    /// `http://127.0.0.1:8080`
    var url: String
    /// An admin token that lives as long as the server does.
    var token: String

    static func path(in folder: String) -> String { "\(folder)/desk.run" }

    func write(in folder: String) throws {
        let value: Value = ["process": .int(Int64(process)), "url": .string(url), "token": .string(token)]
        let draft = Self.path(in: folder) + ".new"
        unlink(draft)
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        let bytes = value.json + [0x0a]
        guard file >= 0, Foundation.write(file, bytes, bytes.count) == bytes.count, close(file) == 0,
            rename(draft, Self.path(in: folder)) == 0
        else { throw Complaint("cannot write \(Self.path(in: folder)): \(String(cString: strerror(errno)))") }
    }

    /// Nil if no server has left one that still runs.
    static func read(in folder: String) -> RunFile? {
        guard let data = FileManager.default.contents(atPath: path(in: folder)), let value = try? Value(json: Array(data)),
            let process = value["process"]?.int, let url = value["url"]?.string, let token = value["token"]?.string,
            kill(pid_t(process), 0) == 0 || errno == EPERM
        else { return nil }
        return RunFile(process: Int32(process), url: url, token: token)
    }

    static func remove(in folder: String) { unlink(path(in: folder)) }
}

/// What a command says before it ends with status 1: what, where, what to do.
struct Complaint: Error, Sendable, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
