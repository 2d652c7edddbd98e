// SPDX-License-Identifier: Apache-2.0
import Foundation
import Logging
import UnixSignals

/// What signals mean: SIGTERM or SIGINT drains, a second one ends at once, SIGHUP reads rules and plugins again.
struct SignalWatch: Sendable {
    private let signals: UnixSignalsSequence

    /// From now on these signals do nothing by themselves.
    init() async {
        // A peer that is gone, and a full file system or file limit, are errors of one write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
    }

    /// Runs until cancelled.
    func run(logger: Logger, drain: @Sendable () async -> Void, reload: @Sendable () async -> Void) async {
        var isDraining = false
        for await signal in signals {
            if signal == .sighup {
                await reload()
                continue
            }
            guard !isDraining else {
                logger.warning("A second signal: ends at once. What was acknowledged is on disk.")
                // The usual status for an end by signal.
                _exit(128 + signal.rawValue)
            }
            isDraining = true
            logger.notice("Draining: no new work, what has begun is finished.", metadata: ["signal": "\(signal)"])
            await drain()
        }
    }
}
