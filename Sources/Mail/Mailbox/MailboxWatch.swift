// SPDX-License-Identifier: Apache-2.0
import Synchronization

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
        /// The server has it and does not give it, so often that those behind it wait no longer; it stays on the server, unread.
        case withheld(Mailbox.Entry, Position, reason: String)
    }

    /// How often in a row a server has refused its next message; kept from one connection to the next.
    package final class Refusals: Sendable {
        private let last = Mutex<(place: Position, count: Int)?>(nil)

        package init() {}

        /// - Returns: which refusal of this message it is, from 1.
        func count(_ place: Position) -> Int {
            last.withLock { last in
                let count = last?.place == place ? (last?.count ?? 0) + 1 : 1
                last = (place, count)
                return count
            }
        }
    }

    /// So often a message is asked for whose server says that it will give it later, or says what cannot be understood; with the pauses of a mailbox, some 25 minutes.
    package static let patience = 12
    /// So often where it says no without a word of later: some servers do that, too, while they are busy.
    package static let shortPatience = 3

    package var server: MailServer
    package var folder: String
    /// Where messages go when they have been taken; nil: they stay and are marked as read.
    package var doneFolder: String?
    package var byteLimit: Int
    /// Longest wait before the server is asked again; RFC 2177 allows 29 minutes, routers and Gmail less.
    package var idleTime: Duration
    /// What stood in the folder before the desk was connected: nil takes what is unread, else nothing but what comes.
    package var takesOld: Bool
    package let refusals = Refusals()

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
        // Taken, but not marked or moved yet.
        var unfinished: [UInt32] = []
        let waits = try await mailbox.isToldOfNews() ? idleTime : min(idleTime, .seconds(60))
        while !Task.isCancelled {
            let entries = try await mailbox.list(after: place.uid)
            for entry in entries {
                try Task.checkCancellation()
                if !isFirstLook || takesOld || !entry.isSeen {
                    let here = Position(validity: validity, uid: entry.uid)
                    if try await self.take(entry, at: here, from: mailbox, take) { unfinished.append(entry.uid) }
                }
                place.uid = entry.uid
                try await moved(place)
                unfinished = try await finish(unfinished, in: mailbox)
            }
            isFirstLook = false
            unfinished = try await finish(unfinished, in: mailbox)
            // What came while these were taken may have been announced already, and nobody announces it again.
            if entries.isEmpty { try await mailbox.wait(atMost: waits) }
        }
    }

    /// - Returns: whether the message has been taken and is to be marked.
    private func take(
        _ entry: Mailbox.Entry, at place: Position, from mailbox: Mailbox,
        _ take: @Sendable (Arrival, UInt32) async throws -> Void
    ) async throws -> Bool {
        var arrival = Arrival.tooLarge(byteCount: entry.byteCount)
        if entry.byteCount <= byteLimit {
            do {
                let bytes = try await mailbox.fetch(entry.uid, limit: byteLimit)
                try await take(bytes.isEmpty ? .empty(entry, place) : .message(bytes), entry.uid)
                return true
            } catch let failure as MailFailure {
                switch failure.code {
                case .tooLarge: break
                // Deleted by somebody since it was listed.
                case .gone: return false
                case .busy, .refused, .protocolError:
                    let patience = failure.code == .refused ? Self.shortPatience : Self.patience
                    // It comes again with the next connection.
                    guard refusals.count(place) >= patience else { throw failure }
                    // Some say no where there is nothing (RFC 2180, section 4.1.2). Whoever cannot be understood is not asked.
                    if failure.code != .protocolError,
                        try await mailbox.list(after: entry.uid - 1).first?.uid != entry.uid
                    {
                        return false
                    }
                    arrival = .withheld(entry, place, reason: failure.message)
                default: throw failure
                }
            }
        }
        try await take(arrival, entry.uid)
        return false
    }

    /// Marks or moves what was taken. A no for good ends the matter: the position has moved on.
    /// - Returns: those that the server wants to be asked for later.
    private func finish(_ uids: [UInt32], in mailbox: Mailbox) async throws -> [UInt32] {
        var later: [UInt32] = []
        for uid in uids.suffix(100) {
            do { try await mailbox.finish(uid, movingTo: doneFolder) } catch let failure as MailFailure
                where failure.code == .refused || failure.code == .busy
            {
                if failure.code == .busy { later.append(uid) }
            }
        }
        return later
    }
}
