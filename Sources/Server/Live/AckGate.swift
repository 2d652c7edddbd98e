// SPDX-License-Identifier: Apache-2.0
import Desk

/// Holds each ack back, in order, until its socket has been given everything up to the ack's seq.
///
/// A client may then come back with the highest seq it has seen in any frame, acks included, and misses nothing: without this, an
/// ack could overtake an agent's reply with a lower seq, and a connection lost in between would lose the reply.
struct AckGate {
    private var position: Seq = 0
    private var waiting: [(seq: Seq, frame: [UInt8])] = []

    /// A new subscription begins here; what still waits came before and is given out by it.
    mutating func begin(at seq: Seq) { position = seq }

    /// - Returns: whether the frame may go out now; otherwise it is kept.
    mutating func admits(_ frame: [UInt8], seq: Seq) -> Bool {
        if seq <= position, waiting.isEmpty { return true }
        waiting.append((seq, frame))
        return false
    }

    /// Everything up to seq is on its way: these acks may follow, in their order.
    mutating func passed(_ seq: Seq) -> [[UInt8]] {
        position = max(position, seq)
        guard !waiting.isEmpty else { return [] }
        let ready = waiting.prefix { $0.seq <= position }.map(\.frame)
        waiting.removeFirst(ready.count)
        return ready
    }
}
