// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// What one connection of the load generator speaks: it makes requests and finds the end of each answer.
protocol Wire: Sendable {
    /// Bytes that open the connection; nil if requests may be sent at once.
    func greeting() -> ByteBuffer?
    /// The next request; nil when this connection has none left.
    mutating func next() -> ByteBuffer?
    /// Takes complete answers off the front of the buffer.
    mutating func consume(_ buffer: inout ByteBuffer) -> Answers
}

/// What the bytes that arrived amount to.
struct Answers: Sendable {
    /// The greeting has been answered: requests may be sent.
    var isGreeted = false
    /// Requests that are answered well.
    var good = 0
    /// Requests that were refused.
    var bad = 0
}
