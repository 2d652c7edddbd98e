// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The id of one kind of thing: a number that grows with time, written as a letter and 13 base-32 digits.
///
/// Growing numbers keep the indexes of the store append-only; 14 characters stay inside a Swift string without allocation.
package struct ID<Of: Identified>: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Always positive.
    package let number: Int64
    package init(_ number: Int64) { self.number = number }

    private static var digits: [UInt8] { Array("0123456789abcdefghjkmnpqrstvwxyz".utf8) }

    package var text: String {
        let digits = Self.digits
        return String(unsafeUninitializedCapacity: 14) { buffer in
            buffer[0] = Of.idLetter.asciiValue ?? 120
            for place in 0..<13 { buffer[13 - place] = digits[Int(number >> Int64(place * 5)) & 31] }
            return 14
        }
    }
    package var description: String { text }

    /// - Returns: nil unless the text is exactly what `text` of such an id writes.
    package init?(text: some StringProtocol) {
        let bytes = Array(text.utf8)
        let digits = Self.digits
        guard bytes.count == 14, bytes[0] == Of.idLetter.asciiValue else { return nil }
        var number: UInt64 = 0
        for byte in bytes.dropFirst() {
            guard let value = digits.firstIndex(of: byte) else { return nil }
            guard number >> 58 == 0 else { return nil }
            number = number << 5 | UInt64(value)
        }
        guard number > 0, number <= UInt64(Int64.max) else { return nil }
        self.number = Int64(number)
    }

    package static func < (a: ID, b: ID) -> Bool { a.number < b.number }
}

/// Something with an id of its own.
package protocol Identified {
    /// The first letter of its ids: ids of different things are told apart at a glance.
    static var idLetter: Character { get }
}

/// Gives out ids: 43 bits of milliseconds, 20 bits that start at random in each millisecond and count up.
///
/// Two processes on one store meet with a chance of about n²/2²⁰ for n ids in the same millisecond each; the store's primary key
/// catches it.
package final class IDSource: Sendable {
    private let clock: Clock
    private let last = Mutex<Int64>(0)

    package init(clock: @escaping Clock = Instant.systemNow) { self.clock = clock }

    package func next<Of>(_: Of.Type = Of.self) -> ID<Of> {
        let base = clock().milliseconds << 20
        let start = base | Int64.random(in: 0..<(1 << 16))
        return ID(
            last.withLock { last in
                last = max(last + 1, start)
                return last
            })
    }
}
