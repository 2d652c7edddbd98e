// SPDX-License-Identifier: Apache-2.0
import Foundation

extension LuaDeskClient {
    /// Whether the desk has older messages than those in ``messages``.
    public var hasOlderMessages: Bool {
        transcript.isCut ?? (transcript.messages.count >= options.keptMessages)
    }

    /// Fetches what was said before the oldest of ``messages``, which has it then; for as long as the client lives,
    /// since only the newest ``Options/keptMessages`` stay on the device.
    ///
    /// - Parameter limit: messages and other events at most, 1 to 1000.
    /// - Returns: how many messages came. Throws `ClientError` (`unavailable`) if the desk was not reached; nothing has
    ///   changed then.
    @discardableResult
    public func loadOlderMessages(_ limit: Int = 100) async throws -> Int {
        try load()
        guard hasOlderMessages, let first = transcript.messages.first?.seq else { return 0 }
        guard let session = kept.session, !kept.isOutdated else {
            throw ClientError(.unavailable, "There is no session yet; try again when the client is online.")
        }
        let before = olderCursor ?? first
        let page: (frames: [IncomingFrame], cursor: Int64?)
        do { page = try await door.events(before: before, limit: limit, token: session.token) } catch {
            throw ClientError(.unavailable, "Older messages could not be fetched: \(error.localizedDescription)")
        }
        // Meanwhile it may be another customer's, another page may have come, or older messages may have been dropped.
        guard kept.session == session, transcript.messages.first?.seq == first, before == olderCursor ?? first else {
            return 0
        }
        let count = transcript.messages.count
        transcript.putOlder(page.frames, isMore: page.cursor != nil)
        olderCursor = page.cursor
        let added = transcript.messages.count - count
        isReadingBack = true
        tell([.older(count: added)])
        return added
    }
}
