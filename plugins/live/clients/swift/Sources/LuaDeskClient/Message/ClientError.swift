// SPDX-License-Identifier: Apache-2.0

/// Why the client did not take something. What it took it keeps; what becomes of that `ClientMessage/state` says.
public struct ClientError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of reason.
    public enum Code: String, Sendable, Hashable {
        /// Empty or too long: the caller's mistake.
        case invalid
        /// More bytes than a desk takes.
        case tooLarge = "too_large"
        /// As many messages wait as may; the desk has not been reached for long.
        case queueFull = "queue_full"
        /// This device could not read or write; nothing was taken.
        case storage
        /// There is no such message among those that wait or have failed.
        case notFound = "not_found"
        /// The desk was not reached.
        case unavailable
    }
    /// For programs.
    public let code: Code
    /// For a person: what was wrong and what to do.
    public let message: String

    /// The message.
    public var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
