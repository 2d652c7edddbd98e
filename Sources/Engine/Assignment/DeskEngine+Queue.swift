// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Logging

extension DeskEngine {
    /// Gives waiting conversations to whoever is free, the moment something changed: not by a periodic job.
    func drainQueueWheneverRung() async {
        while !Task.isCancelled {
            await queueBell.wait()
            while !Task.isCancelled, let (waiting, agent) = roster.next(at: clock()) {
                await give(waiting, to: agent)
            }
        }
    }

    private func give(_ waiting: Switchboard.Waiting, to agent: ID<Agent>) async {
        do {
            try await work {
                try await self.inTurn(of: waiting.conversation) { work, settlement in
                    guard work.conversation.state == .queued else {
                        // Somebody took it meanwhile: the place goes back.
                        self.roster.note(work.conversation)
                        return
                    }
                    try work.give(to: agent)
                    await settlement.finish(&work)
                    _ = try await self.commit(work)
                }
            }
        } catch {
            if let stored = try? await store.conversation(waiting.conversation) { roster.note(stored) }
            logger.warning(
                "A waiting conversation could not be given to an agent; it is tried again.",
                metadata: [
                    "conversation": "\(waiting.conversation)", "error": "\(error)",
                ])
            try? await Task.sleep(for: .milliseconds(200))
            queueBell.ring()
        }
    }
}
