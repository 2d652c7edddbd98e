// SPDX-License-Identifier: Apache-2.0
import Desk
import Logging
import Synchronization

/// Writes into the log which functions of rules took long: each at most once a minute, so that a slow rule does not fill the disk.
final class SlowCallLog: Sendable {
    private let latest = Mutex<[String: Instant]>([:])
    private static let pause = Duration.seconds(60)

    func note(_ call: SlowCall, at now: Instant, _ logger: Logger) {
        let isNew = latest.withLock { latest in
            // Bounded: sets come and go.
            if latest.count > 1000 { latest = latest.filter { now - $0.value < Self.pause } }
            let key = "\(call.rule)/\(call.function)"
            if let earlier = latest[key], now - earlier < Self.pause { return false }
            latest[key] = now
            return true
        }
        guard isNew else { return }
        logger.warning(
            "A rule's function took long.",
            metadata: [
                "rule": "\(call.rule)", "function": "\(call.function)", "place": "\(call.file):\(call.line)",
                "us": "\(call.microseconds)",
            ])
    }
}
