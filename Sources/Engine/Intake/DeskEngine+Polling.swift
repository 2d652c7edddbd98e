// SPDX-License-Identifier: Apache-2.0
import Desk
import Logging
import Plugins

extension DeskEngine {
    /// Looks on the platforms whose plugins can be asked: at once, and then as often as each plugin wants.
    ///
    /// Platforms that call us forget to, and what they told while the desk was down is gone; what is found twice has the same external
    /// id and counts once. Until cancelled.
    func pollChannels() async {
        await withDiscardingTaskGroup { group in
            for channel in channels.values where !channel.isBuiltIn { group.addTask { await self.poll(channel.id) } }
        }
    }

    /// How soon a plugin without `poll` is looked at again: a reload may have given it one.
    private static let idlePause = Duration.seconds(60)

    private func poll(_ channel: String) async {
        var backoff = Backoff()
        backoff.first = .seconds(5)
        var failures = 0
        while !Task.isCancelled {
            var pause = Self.idlePause
            if plugins.polls(channel: channel) {
                do {
                    pause = try await look(channel)
                    failures = 0
                } catch {
                    // While the desk drains nothing is taken any more; the next start finds it.
                    guard isReady else { return }
                    failures += 1
                    await report(error, of: channel, isNew: failures == 1)
                    pause = backoff.delay(after: failures, draw: Double.random(in: 0...1))
                }
            }
            if pause > .zero { try? await Task.sleep(for: pause) }
        }
    }

    /// - Returns: when to look again.
    private func look(_ channel: String) async throws -> Duration {
        let finding = try await plugins.poll(channel: channel).get()
        try await keep(finding.messages, finding.receipts, finding.remember, of: channel)
        return finding.pause
    }

    /// A failure is an event once, and a line in the log each time.
    private func report(_ error: any Error, of channel: String, isNew: Bool) async {
        let message = (error as? PluginFailure)?.description ?? DeskError.wrap(error).message
        logger.warning(
            "A platform could not be asked for news; it is tried again.",
            metadata: ["channel": "\(channel)", "reason": "\(message)"])
        if isNew, let failure = error as? PluginFailure { await note(failure, of: channel) }
    }
}
