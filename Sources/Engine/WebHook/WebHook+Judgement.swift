// SPDX-License-Identifier: Apache-2.0
import Desk
import Plugins

extension WebHook {
    /// What follows from one try.
    enum Verdict: Sendable, Hashable {
        case taken
        /// The same event again, after a while; those behind it wait.
        case again(after: Duration, reason: String)
        /// The receiver calls one of several events wrong, or all of them too much: again at once with fewer.
        case fewer(reason: String)
        /// The receiver will never take this event: it is left out, and those behind it go on.
        case refused(reason: String)
    }

    /// Said of the event itself. Everything else can become good by itself, or by somebody who mends a receiver.
    private static let disliked: Set<Int> = [400, 413, 415, 422]
    /// An event that the receiver calls wrong is tried so often: some two minutes.
    static let patience = 8

    /// - Parameters:
    ///   - attempt: which try it was, from 1.
    ///   - count: how many events were told.
    ///   - draw: 0…1, random.
    /// - Source: RFC 9110, section 15; 429 in RFC 6585.
    static func judge(
        _ answer: Result<OutgoingResponse, HTTPFailure>, attempt: Int, count: Int = 1, backoff: Backoff, draw: Double
    ) -> Verdict {
        let pause = backoff.delay(after: attempt, draw: draw)
        switch answer {
        case .failure(let failure): return .again(after: pause, reason: failure.message)
        case .success(let response):
            switch response.status {
            // 409: it has this event already.
            case 200..<300, 409: return .taken
            case let status where disliked.contains(status) && count > 1: return .fewer(reason: "HTTP \(status)")
            case let status where disliked.contains(status) && attempt >= patience: return .refused(reason: "HTTP \(status)")
            default:
                let wish = response.headers.first { $0.name == "retry-after" }.flatMap { Int64($0.value) }
                let wait = wish.map { max(pause, .seconds(min(max(0, $0), 3600))) } ?? pause
                return .again(after: wait, reason: "HTTP \(response.status)")
            }
        }
    }
}
