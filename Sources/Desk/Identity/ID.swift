// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The id of one kind of thing: a number that grows with time, written as a letter and 13 base-32 digits.
///
/// Growing numbers keep the indexes of the store append-only; 14 characters stay inside a Swift string without allocation.
package struct ID<Of: Identified>: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Always positive.
    package let number: Int64
    package init(_ number: Int64) { self.number = number }

    package var text: String {
        String(unsafeUninitializedCapacity: 14) { buffer in
            buffer[0] = UInt8(ascii: Of.idLetter)
            for place in 0..<13 { buffer[13 - place] = IDDigits.digit(Int(number >> Int64(place * 5)) & 31) }
            return 14
        }
    }
    package var description: String { text }

    /// - Returns: nil unless the text is exactly what `text` of such an id writes.
    package init?(text: some StringProtocol) {
        let bytes = text.utf8
        guard bytes.count == 14, bytes.first == UInt8(ascii: Of.idLetter) else { return nil }
        var number: UInt64 = 0
        for byte in bytes.dropFirst() {
            guard let value = IDDigits.value(byte), number >> 58 == 0 else { return nil }
            number = number << 5 | UInt64(value)
        }
        guard number > 0, number <= UInt64(Int64.max) else { return nil }
        self.number = Int64(number)
    }

    package static func < (a: ID, b: ID) -> Bool { a.number < b.number }
}

/// Crockford's base 32 in small letters: no `i`, `l`, `o`, `u`.
private enum IDDigits {
    private static let digits: StaticString = "0123456789abcdefghjkmnpqrstvwxyz"

    /// - Parameter value: 0…31.
    static func digit(_ value: Int) -> UInt8 { digits.utf8Start[value] }

    static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "h"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "j"), UInt8(ascii: "k"): digit - UInt8(ascii: "j") + 18
        case UInt8(ascii: "m"), UInt8(ascii: "n"): digit - UInt8(ascii: "m") + 20
        case UInt8(ascii: "p")...UInt8(ascii: "t"): digit - UInt8(ascii: "p") + 22
        case UInt8(ascii: "v")...UInt8(ascii: "z"): digit - UInt8(ascii: "v") + 27
        default: nil
        }
    }
}

/// Something with an id of its own.
package protocol Identified {
    /// The first letter of its ids: ids of different things are told apart at a glance.
    static var idLetter: Unicode.Scalar { get }
}

/// Gives out ids: 43 bits of milliseconds, 20 bits that start at random in each millisecond and count up.
///
/// Two processes on one store meet with a chance of about n/2¹⁵ for n ids in the same millisecond each; the store's primary key
/// catches it.
package final class IDSource: Sendable {
    private let clock: Clock
    private let state = Mutex((last: Int64(0), noise: UInt64.random(in: .min ... .max)))

    package init(clock: @escaping Clock = Instant.systemNow) { self.clock = clock }

    package func next<Of>(_: Of.Type = Of.self) -> ID<Of> {
        let now = clock().milliseconds
        return ID(
            state.withLock { state in
                guard now > state.last >> 20 else {
                    state.last += 1
                    return state.last
                }
                // A full-period step of Knuth's; its high bits are as good as the system's here, which cost a call into it each time.
                state.noise = state.noise &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                state.last = now << 20 | Int64(state.noise >> 48)
                return state.last
            })
    }
}
