// SPDX-License-Identifier: Apache-2.0

/// Follows a folder for as long as its task lives: takes what is new in order, waits for more, comes back after failures.
package struct MailboxWatch: Sendable {
    /// How far a folder has been taken.
    package struct Position: Sendable, Hashable {
        package var validity: UInt32
        package var uid: UInt32
        package init(validity: UInt32, uid: UInt32) { self.validity = validity; self.uid = uid }
    }

    /// A message, or why its bytes are not there.
    package enum Arrival: Sendable {
        case message([UInt8])
        /// Larger than the limit; it stays on the server.
        case tooLarge(byteCount: Int)
        /// The server has it, but gives no byte of it: nothing but its place in the folder tells it from others.
        case empty(Mailbox.Entry, Position)
    }

    package var server: MailServer
    package var folder: String
    /// Where messages go when they have been taken; nil: they stay and are marked as read.
    package var doneFolder: String?
    package var byteLimit: Int
    /// Longest wait before the server is asked again; RFC 2177 allows 29 minutes, routers and Gmail less.
    package var idleTime: Duration
    /// What stood in the folder before the desk was connected: nil takes what is unread, else nothing but what comes.
    package var takesOld: Bool

    package init(
        server: MailServer, folder: String = "INBOX", doneFolder: String? = nil, byteLimit: Int = 30 << 20,
        idleTime: Duration = .seconds(540), takesOld: Bool = false
    ) {
        self.server = server
        self.folder = folder
        self.doneFolder = doneFolder
        self.byteLimit = byteLimit
        self.idleTime = idleTime
        self.takesOld = takesOld
    }

    /// One connection: ends with the failure that ended it, or with the task.
    /// - Parameters:
    ///   - position: nil for a folder that was never looked at.
    ///   - take: makes a message durable. It is marked, and the position moves on, only after that; if it throws the connection ends, and the
    ///     message comes again.
    ///   - moved: the position to remember.
    package func follow(
        from position: Position?, take: @Sendable (Arrival, UInt32) async throws -> Void,
        moved: @Sendable (Position) async throws -> Void, connected: @Sendable () async -> Void = {}
    ) async throws {
        let mailbox = try Mailbox(server, name: "mail \(server.host)")
        let validity = try await mailbox.open(folder)
        await connected()
        var place = Position(validity: validity, uid: position?.validity == validity ? position?.uid ?? 0 : 0)
        // With new UIDs everything looks new: what is read was taken before, or by people.
        var isFirstLook = position?.validity != validity
        let waits = try await mailbox.isToldOfNews() ? idleTime : min(idleTime, .seconds(60))
        while !Task.isCancelled {
            for entry in try await mailbox.list(after: place.uid) {
                try Task.checkCancellation()
                if !isFirstLook || takesOld || !entry.isSeen {
                    try await self.take(entry, at: .init(validity: validity, uid: entry.uid), from: mailbox, take)
                }
                place.uid = entry.uid
                try await moved(place)
            }
            isFirstLook = false
            try await mailbox.wait(atMost: waits)
        }
    }

    private func take(
        _ entry: Mailbox.Entry, at place: Position, from mailbox: Mailbox,
        _ take: @Sendable (Arrival, UInt32) async throws -> Void
    ) async throws {
        if entry.byteCount > byteLimit { return try await take(.tooLarge(byteCount: entry.byteCount), entry.uid) }
        let bytes: [UInt8]
        do { bytes = try await mailbox.fetch(entry.uid, limit: byteLimit) } catch let failure as MailFailure {
            switch failure.code {
            case .tooLarge: return try await take(.tooLarge(byteCount: entry.byteCount), entry.uid)
            // Deleted by somebody since it was listed.
            case .refused: return
            default: throw failure
            }
        }
        try await take(bytes.isEmpty ? .empty(entry, place) : .message(bytes), entry.uid)
        do { try await mailbox.finish(entry.uid, movingTo: doneFolder) } catch let failure as MailFailure
            where failure.code == .refused
        {}
    }
}
