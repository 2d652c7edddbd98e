// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal
import Logging
import Plugins
import Rules

extension DeskEngine {
    func dueTimers(before now: Instant) async -> (due: [DeskTimer], next: Instant?) {
        do {
            let due = try await store.timers(dueBefore: now, limit: 200)
            // A full page means that more may be due; so does a timer that fails, but not at once.
            let next = due.count == 200 ? now : try await store.nextTimer()
            return (due, next.map { max($0, now + .milliseconds(due.isEmpty ? 200 : 20)) })
        } catch {
            logger.error("Timers could not be read.", metadata: ["error": "\(error)"])
            return ([], now + .seconds(1))
        }
    }

    /// Does what a timer was set for; the timer goes in the same transaction.
    func fire(_ timer: DeskTimer) async {
        do {
            try await work { try await self.act(on: timer) }
        } catch {
            logger.warning("A timer could not be acted on and stays.", metadata: ["timer": "\(timer.key)", "error": "\(error)"])
        }
    }

    private func act(on timer: DeskTimer) async throws {
        guard let id = timer.conversation, try await store.conversation(id) != nil else {
            _ = try await store.append(Entry(at: clock(), changes: [.timerDone(key: timer.key)]))
            return
        }
        try await inTurn(of: id) { work, settlement in
            work.change(.timerDone(key: timer.key))
            switch timer.payload["kind"]?.string {
            case "escalate":
                let rule = timer.payload["rule"]?.string ?? ""
                work.forgetTimer(rule)
                guard work.conversation.state != .resolved else { break }
                await settlement.ask(.due(rule: rule), &work)
                await settlement.finish(&work)
            case "flow":
                if let record = work.conversation.flow, Int64(record.step) == timer.payload["step"]?.int {
                    await settlement.advance(record, with: .timeout, &work)
                    await settlement.finish(&work)
                }
            case "held": work.releaseHeldReplies()
            default: break
            }
            _ = try await self.commit(work)
        }
    }

    // MARK: - Plugin calls of flows

    /// Asks the plugin that a flow waits for; the answer comes back as an event of its own.
    func startCall(_ wait: FlowRecord.Wait, of conversation: Conversation) {
        // Ends by the plugin's own time limit; errors go back into the flow.
        Task {
            let input: FlowInput
            do {
                let answer = try await self.plugins.call(wait.detail["name"]?.string ?? "", wait.detail["args"] ?? [:])
                input = .called(answer)
            } catch {
                input = .callFailed("\(error)")
            }
            do {
                try await self.work { try await self.deliver(input, to: wait, of: conversation) }
            } catch {
                self.logger.warning(
                    "A flow did not get its answer.",
                    metadata: [
                        "conversation": "\(conversation.id)", "error": "\(error)",
                    ])
            }
        }
    }

    private func deliver(_ input: FlowInput, to wait: FlowRecord.Wait, of conversation: Conversation) async throws {
        try await inTurn(of: conversation.id) { work, settlement in
            guard let record = work.conversation.flow, record.wait == wait else { return }
            await settlement.advance(record, with: input, &work)
            await settlement.finish(&work)
            _ = try await self.commit(work)
        }
    }

    /// A casework on a conversation as it stands; to be called in its customer's turn.
    func open(_ stored: Conversation) async throws -> (Casework, Settlement) {
        var file = try await customerFile(stored.customer)
        let isLatest = file.conversation?.id == stored.id
        if !isLatest { file.timers = [:] }
        let conversation = isLatest ? file.conversation ?? stored : stored
        let now = clock()
        let work = Casework(
            file: file, conversation: conversation, now: now, ids: ids,
            ways: try await ways(to: file, on: conversation.channel, at: now))
        return (work, rules.settlement(for: conversation, roster: roster))
    }
}
