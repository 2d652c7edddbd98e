// SPDX-License-Identifier: Apache-2.0
import CMail
import Desk
import Foundation

/// One folder of one account over IMAP: what is new, its bytes, and waiting for more.
package final class Mailbox: Sendable {
    /// A message as the server lists it.
    package struct Entry: Sendable, Hashable {
        package let uid: UInt32
        package let byteCount: Int
        package let isSeen: Bool
        /// When the server took it; nil where it does not say.
        package let receivedAt: Instant?
    }

    /// The C session. `@unchecked Sendable`: touched on the line's thread only, but for `ld_imap_interrupt`, which is made for it.
    private final class Session: @unchecked Sendable {
        let raw: OpaquePointer
        init?() {
            guard let raw = ld_imap_new() else { return nil }
            self.raw = raw
        }
        deinit { ld_imap_free(raw) }
    }

    private let session: Session
    private let line: MailLine
    private let server: MailServer

    /// - Parameter name: of the thread, for those who look at the process.
    package init(_ server: MailServer, name: String) throws {
        guard let session = Session() else { throw MailFailure(.connection, "out of memory") }
        self.session = session
        self.server = server
        line = MailLine(name: name)
    }

    deinit { line.close() }

    private static func check(_ body: (UnsafeMutablePointer<CChar>) -> Int32) throws {
        var error = [CChar](repeating: 0, count: Int(LD_MAIL_ERROR))
        if let failure = MailFailure(body(&error), error) { throw failure }
    }

    /// Connects, proves the server, logs in and opens the folder.
    /// - Parameter folder: as people write it.
    /// - Returns: the folder's UIDVALIDITY: while it stays the same, so do the UIDs.
    package func open(_ folder: String) async throws -> UInt32 {
        try await line.perform { [session, server] in
            try Self.check {
                ld_imap_connect(
                    session.raw, server.host, server.port, server.protection.raw, server.authorities,
                    Int32(max(1, server.timeout.components.seconds)), $0)
            }
            if !server.user.isEmpty {
                try Self.check { ld_imap_login(session.raw, server.user, server.secret, server.isToken, $0) }
            }
            var validity: UInt32 = 0
            var exists: UInt32 = 0
            try Self.check { ld_imap_select(session.raw, MailboxName.wire(folder), &validity, &exists, $0) }
            return validity
        }
    }

    /// What came after a UID, the oldest first.
    package func list(after uid: UInt32) async throws -> [Entry] {
        try await line.perform { [session] in
            var entries: UnsafeMutablePointer<ld_imap_entry>?
            var count = 0
            try Self.check { ld_imap_list(session.raw, uid, &entries, &count, $0) }
            defer { free(entries) }
            return (0..<count).compactMap { index in
                entries.map { Entry($0[index]) }
            }
        }
    }

    /// A whole message; it is not marked as read.
    /// - Returns: nothing where it has no bytes.
    /// - Throws: `MailFailure` with `tooLarge` above the limit, `gone` where it is not there any more, `busy` or `refused` where it is not given.
    package func fetch(_ uid: UInt32, limit: Int) async throws -> [UInt8] {
        try await line.perform { [session] in
            var bytes: UnsafeMutablePointer<UInt8>?
            var count = 0
            try Self.check { ld_imap_fetch(session.raw, uid, limit, &bytes, &count, $0) }
            defer { free(bytes) }
            return Array(UnsafeBufferPointer(start: bytes, count: count))
        }
    }

    /// Marks a message as read, or moves it into a folder.
    package func finish(_ uid: UInt32, movingTo folder: String?) async throws {
        try await line.perform { [session] in
            if let folder {
                try Self.check { ld_imap_move(session.raw, uid, MailboxName.wire(folder), $0) }
            } else {
                try Self.check { ld_imap_mark_seen(session.raw, uid, $0) }
            }
        }
    }

    /// Waits until the folder is not as it was before the last `list`, or the time is over; cancelling the task ends it.
    package func wait(atMost time: Duration) async throws {
        try await withTaskCancellationHandler {
            try await line.perform { [session] in
                try Self.check { ld_imap_wait(session.raw, Int32(max(1, time.components.seconds)), $0) }
            }
        } onCancel: {
            ld_imap_interrupt(session.raw)
        }
    }

    /// Whether the server tells by itself what is new (IDLE).
    package func isToldOfNews() async throws -> Bool { try await line.perform { [session] in ld_imap_has_idle(session.raw) } }
}

extension Mailbox.Entry {
    fileprivate init(_ entry: ld_imap_entry) {
        self.init(
            uid: entry.uid, byteCount: Int(entry.byte_count), isSeen: entry.is_seen,
            receivedAt: entry.received_s == 0 ? nil : Instant(seconds: entry.received_s))
    }
}
