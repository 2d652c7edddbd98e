// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import HTTPTypes
import NIOCore
import Synchronization

/// A rate limit for each address, for what needs no token.
final class AddressRate: Sendable {
    private let buckets = Mutex<[String: TokenBucket]>([:])
    private let rate: Double
    private let burst: Double
    /// Addresses remembered; at more all are forgotten, which gives everybody a new burst.
    private static let bound = 100_000

    init(rate: Double, burst: Double) {
        self.rate = rate
        self.burst = burst
    }

    /// Throws 429 with the time to wait.
    func take(_ address: SocketAddress?, at now: Instant) throws(Problem) {
        let key = address?.ipAddress ?? ""
        let wait = buckets.withLock { buckets in
            if buckets.count >= Self.bound { buckets = [:] }
            return buckets[key, default: TokenBucket(rate: rate, burst: burst, now: now)].take(at: now)
        }
        guard let wait else { return }
        throw Problem(
            429, "limited", "Too many requests from this address; try again later.",
            headers: [.retryAfter: "\(wait.components.seconds + 1)"])
    }
}
