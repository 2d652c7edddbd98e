// SPDX-License-Identifier: Apache-2.0
import Desk
import Synchronization

/// What came and went through each configured channel since the start, for `/metrics`.
///
/// Labels are bounded: only channels of the configuration, and of each at most `mostCodes` reasons.
package final class ChannelMeter: Sendable {
    package struct Counts: Sendable, Hashable {
        /// Messages of customers.
        package var received = 0
        /// Messages that the platform, or a customer's socket, took.
        package var sent = 0
        /// Messages that were not taken or not delivered, by reason.
        package var failed: [String: Int] = [:]
        /// Callbacks that were not genuine or not understood, by the status of the answer.
        package var refused: [Int: Int] = [:]

        /// None yet, where nothing is given.
        package init(received: Int = 0, sent: Int = 0, failed: [String: Int] = [:], refused: [Int: Int] = [:]) {
            self.received = received
            self.sent = sent
            self.failed = failed
            self.refused = refused
        }
    }
    private let counts: Mutex<[String: Counts]>
    private static let mostCodes = 40

    init(channels: some Sequence<String>) {
        counts = Mutex(Dictionary(channels.map { ($0, Counts()) }, uniquingKeysWith: { first, _ in first }))
    }

    /// By channel.
    package var all: [String: Counts] { counts.withLock { $0 } }

    func observe(_ events: [Event]) {
        let told = events.filter { [.messageReceived, .messageSent, .deliveryChanged].contains($0.kind) }
        guard !told.isEmpty else { return }
        counts.withLock { counts in
            for event in told {
                guard let channel = event.channel ?? event.payload["channel"]?.string, counts[channel] != nil else { continue }
                if event.kind == .messageReceived {
                    counts[channel]?.received += 1
                } else if event.payload["direction"]?.string ?? "out" == "out" {
                    Self.count(event, in: &counts[channel, default: Counts()])
                }
            }
        }
    }

    func refused(_ channel: String, status: Int) {
        counts.withLock { counts in
            guard counts[channel] != nil else { return }
            counts[channel]?.refused[status, default: 0] += 1
        }
    }

    private static func count(_ event: Event, in counts: inout Counts) {
        switch event.payload["delivery"]?.string {
        case "sent": counts.sent += 1
        case "failed":
            let code = code(of: event.payload["reason"]?.string ?? event.payload["failure"]?.string ?? "unknown")
            let isKnown = counts.failed[code] != nil || counts.failed.count < mostCodes
            counts.failed[isKnown ? code : "other", default: 0] += 1
        default: break
        }
    }

    /// The first word of a reason, such as `window_closed` or `errcode`; what is no plain word is `other`, so that no label is made of what
    /// a platform or a customer wrote.
    static func code(of reason: String) -> String {
        let word = reason.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }.lowercased()
        return (1...40).contains(word.utf8.count) ? word : "other"
    }
}
