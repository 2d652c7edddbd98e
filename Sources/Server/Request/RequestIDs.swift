// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Names requests, so that an answer and the log speak of the same one.
final class RequestIDs: Sendable {
    private let start = String(UInt32.random(in: .min ... .max), radix: 36)
    private let count = Atomic<UInt64>(0)

    /// - Parameter given: what the client or a proxy named it; kept if it is short and plain.
    func next(given: String?) -> String {
        if let given, (1...64).contains(given.utf8.count), given.utf8.allSatisfy(Self.isPlain) { return given }
        return "\(start)-\(String(count.wrappingAdd(1, ordering: .relaxed).newValue, radix: 36))"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
