// SPDX-License-Identifier: Apache-2.0
import Foundation

extension LuaDeskClient {
    /// Connects again and again until cancelled.
    func run() async {
        while !Task.isCancelled {
            isHurried = false
            change(.connecting)
            // Ends with the connection, whose error is looked at here; by itself so that `interrupt` can end it alone.
            let attempt = Task { try await self.connect() }
            self.attempt = attempt
            let result = await withTaskCancellationHandler {
                await attempt.result
            } onCancel: {
                attempt.cancel()
            }
            self.attempt = nil
            guard !Task.isCancelled else { break }
            if case .failure(let error) = result, !isHurried { await wait(after: error) }
        }
        change(.stopped)
    }

    /// Ends what is under way or waited for, and tries at once.
    func interrupt() {
        isHurried = true
        attempt?.cancel()
        sleeper?.cancel()
    }

    private func change(_ state: ClientConnection) {
        guard state != connection else { return }
        connection = state
        tell([.connection(state)])
    }

    private func wait(after error: any Error) async {
        if (error as? LinkProblem) == .renewal { return }
        var pause = backoff.next()
        switch error as? Refusal {
        case let refusal? where refusal.isUnauthorized:
            kept.session = nil
            keepQuietly(kept, as: .session)
            refusals += 1
            // The token was too old: a new one, at once. If that is refused too, not in a hurry.
            if refusals == 1 { return }
            change(.waiting(retryIn: pause, reason: refusal.message))
        case let refusal? where !refusal.isPassing:
            pause = .seconds(Backoff.longest)
            change(.refused(reason: refusal.message))
        case let refusal?: change(.waiting(retryIn: pause, reason: refusal.message))
        case nil: change(.waiting(retryIn: pause, reason: Self.words(of: error)))
        }
        // Ends after the pause, or when it is hurried or stopped.
        let sleeper = Task { _ = try? await Task.sleep(for: pause) }
        self.sleeper = sleeper
        await withTaskCancellationHandler {
            await sleeper.value
        } onCancel: {
            sleeper.cancel()
        }
        self.sleeper = nil
    }

    private static func words(of error: any Error) -> String {
        (error as? LinkProblem)?.description ?? error.localizedDescription
    }

    // MARK: - One connection

    private func connect() async throws {
        let session = try await session()
        let link = try await link(session)
        backoff.reset()
        refusals = 0
        change(.online(link.transport))
        do {
            try await serve(link, session)
        } catch {
            await link.close()
            throw error
        }
        await link.close()
    }

    /// Runs until the connection is lost or the task is cancelled.
    private func serve(_ link: any LiveLink, _ session: KeptSession.Session) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.listen(to: link) }
            group.addTask { try await self.sendWaiting(over: link, session) }
            group.addTask { try await self.uploadWaiting(session) }
            group.addTask { try await link.keepAlive() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func link(_ session: KeptSession.Session) async throws -> any LiveLink {
        var problem: any Error = LinkProblem.unsupported
        for transport in choice.order {
            do {
                switch transport {
                case .webSocket:
                    let link = WebSocketLink(makeSocket(door))
                    let seq = transcript.seq
                    try await within(.seconds(10)) { try await link.open(token: session.token, after: seq) }
                    return link
                case .longPoll:
                    let link = LongPollLink(
                        door: door, token: session.token, after: transcript.seq, life: choice.pollLife)
                    try await link.open()
                    return link
                }
            } catch let refusal as Refusal where refusal.isUnauthorized { throw refusal } catch {
                try Task.checkCancellation()
                if (error as? LinkProblem) == .unsupported { choice.foundNoSockets() }
                problem = error
            }
        }
        throw problem
    }

    // MARK: - The session

    /// The session as whom the app wants to speak: the one there is, or a new one.
    private func session() async throws -> KeptSession.Session {
        if kept.isOutdated, let old = kept.session {
            try await settle(as: old)
            if kept.session == old { kept.session = nil }
        }
        if let session = kept.session, !kept.isOutdated { return session }
        let identity = kept.identity
        let opened = try await door.openSession(channel: channel, identity: identity)
        // Meanwhile the app may have said otherwise.
        guard kept.identity == identity, !Task.isCancelled else { throw LinkProblem.renewal }
        let session = KeptSession.Session(token: opened.token, customerID: opened.customerID, identity: identity)
        kept.session = session
        keepQuietly(kept, as: .session)
        if transcript.customerID != session.customerID { restart(as: session.customerID) }
        return session
    }

    /// Begins with no messages; the desk gives them from the start.
    private func restart(as customerID: String) {
        let isFirst = transcript.customerID == nil
        transcript = Transcript()
        (isReadingBack, olderCursor) = (false, nil)
        transcript.customerID = customerID
        keepQuietly(transcript, as: .transcript)
        if !isFirst { tell([.restarted]) }
    }

    /// What may have reached the desk as an earlier customer is said once more as that one: as another it would be said
    /// twice.
    private func settle(as session: KeptSession.Session) async throws {
        for item in outbox.items where item.attemptedAs == session.customerID && item.failure == nil {
            do {
                guard let ack = try await door.say(item.frame, token: session.token) else { continue }
                confirm(item, ack)
            } catch let refusal as Refusal where refusal.isUnauthorized {
                return
            } catch let refusal as Refusal where !refusal.isPassing {
                fail(item, refusal)
            }
        }
    }

    // MARK: - Listening

    private func listen(to link: any LiveLink) async throws {
        while true {
            let frames = try await link.next()
            // After this no await: a link that was given up changes nothing.
            try Task.checkCancellation()
            try take(frames)
        }
    }

    private func take(_ frames: [IncomingFrame]) throws {
        let seq = transcript.seq
        var updates: [ClientUpdate] = []
        var isOutboxChanged = false
        defer {
            if isOutboxChanged { keepQuietly(outbox, as: .outbox) }
            if transcript.seq != seq { keepTranscriptSoon() }
            tell(updates)
        }
        for frame in frames {
            switch frame {
            case .failure(let refusal, nil) where refusal.isUnauthorized: throw refusal
            case .ready(let head, _) where head < transcript.seq:
                // The desk went back to a copy of its journal that is older than what we have seen.
                restart(as: transcript.customerID ?? "")
                throw LinkProblem.renewal
            case .message(var message) where message.isOwn:
                if let item = outbox.arrived(message.id, at: message.seq ?? 0) {
                    forgetAttachment(of: item)
                    isOutboxChanged = true
                    message.standing = item.standing
                    updates += transcript.apply(.message(message), kept: heldMessages)
                    continue
                }
            default: break
            }
            updates += transcript.apply(frame, kept: heldMessages)
        }
    }

    // MARK: - Sending

    /// There is something to send or to upload.
    func ring() {
        bell?.yield()
        uploadBell?.yield()
    }

    private func sendWaiting(over link: any LiveLink, _ session: KeptSession.Session) async throws {
        let (bells, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.bell = bell
        bell.yield()
        var told: Int64?
        for await _ in bells {
            if let seq = transcript.unread, seq != told {
                try await hint(.read(upTo: seq), over: link)
                told = seq
            }
            if let isTyping = typing {
                typing = nil
                try await hint(.typing(isTyping), over: link)
            }
            // One at a time: the next goes when the desk has this one, so that their order is ours.
            var pauses = Backoff()
            while let item = outbox.next {
                try Task.checkCancellation()
                do {
                    try await deliver(item, over: link, session)
                    pauses.reset()
                } catch let refusal as Refusal where refusal.isPassing {
                    try await Task.sleep(for: pauses.next())
                }
            }
        }
        try Task.checkCancellation()
    }

    /// What nobody misses if the desk does not want it.
    private func hint(_ frame: OutgoingFrame, over link: any LiveLink) async throws {
        do { _ = try await link.say(frame) } catch let refusal as Refusal where !refusal.isUnauthorized {}
    }

    /// Sends one message and waits for its ack. Throws passing refusals and lost connections; the message stays where
    /// it is then.
    private func deliver(_ item: Outbox.Item, over link: any LiveLink, _ session: KeptSession.Session) async throws {
        let clientID = item.clientID
        sending = clientID
        tell([.message(item.message(isSending: true))])
        defer {
            sending = nil
            if let item = outbox[clientID], item.failure == nil { tell([.message(item.message(isSending: false))]) }
        }
        do {
            if item.attemptedAs != session.customerID {
                outbox.change(clientID) { $0.attemptedAs = session.customerID }
                // Before it goes: afterwards nobody could tell.
                try keep(outbox, as: .outbox)
            }
            guard let ack = try await link.say(item.frame) else { return }
            confirm(item, ack)
        } catch let refusal as Refusal where !refusal.isPassing && !refusal.isUnauthorized {
            fail(item, refusal)
        }
    }

    private func confirm(_ item: Outbox.Item, _ ack: IncomingFrame.Ack) {
        // Its own frame may have come before the ack, or everything was forgotten meanwhile.
        guard let item = outbox.arrived(item.clientID, at: ack.seq) else { return }
        let message = transcript.confirm(item, ack, kept: heldMessages)
        keepTranscriptSoon()
        keepQuietly(outbox, as: .outbox)
        if let message { tell([.message(message)]) }
    }

    func fail(_ item: Outbox.Item, _ refusal: Refusal) {
        outbox.change(item.clientID) { $0.failure = refusal.message }
        keepQuietly(outbox, as: .outbox)
        if let item = outbox[item.clientID] { tell([.message(item.message(isSending: false))]) }
    }
}
