// SPDX-License-Identifier: Apache-2.0

/// A text with the differences removed that mean nothing to a customer: case, width of letters, traditional characters.
///
/// What remains are Han characters, letters and digits, in runs; everything else only separates.
struct FoldedText: Sendable, Hashable {
    enum Run: Sendable, Hashable {
        /// Han characters without a gap, simplified.
        case han([Unicode.Scalar])
        /// A word of letters, lower case; apostrophes are gone (`dont`).
        case word([Unicode.Scalar])
        /// Digits; which ones does not matter for what somebody wants.
        case number
    }
    private(set) var runs: [Run] = []

    init(_ text: some StringProtocol) { self.init(folded: Self.scalars(text)) }

    /// The characters of a text as they are compared: the first 600, as nobody says what they want after that.
    static func scalars(_ text: some StringProtocol) -> [Unicode.Scalar] { text.unicodeScalars.prefix(600).map(fold) }

    /// - Parameter scalars: as `scalars(_:)` gave them.
    init(folded scalars: [Unicode.Scalar]) {
        var kind = 0
        var open: [Unicode.Scalar] = []
        func close(_ runs: inout [Run]) {
            switch kind {
            case 1: runs.append(.han(open))
            case 2: runs.append(.word(open))
            case 3: runs.append(.number)
            default: break
            }
            open.removeAll(keepingCapacity: true)
        }
        for scalar in scalars {
            let next = Self.kind(of: scalar)
            if next == 4 { continue }
            if next != kind {
                close(&runs)
                kind = next
            }
            if next == 1 || next == 2 { open.append(scalar) }
        }
        close(&runs)
    }

    /// One character as it is compared.
    static func fold(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x41...0x5a: Unicode.Scalar(scalar.value + 32) ?? scalar
        case 0..<0x80: scalar
        case 0xff01...0xff5e: fold(Unicode.Scalar(scalar.value - 0xfee0) ?? scalar)
        case 0x3000: " "
        case 0x2018, 0x2019: "'"
        case 0x3400...0x9fff, 0xf900...0xfaff: TraditionalCharacters.simplified[scalar] ?? scalar
        case 0xc0..<0x590: scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar
        default: scalar
        }
    }

    /// 0 separator, 1 Han, 2 letter, 3 digit, 4 to be left out.
    private static func kind(of scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x61...0x7a: 2
        case 0x30...0x39: 3
        case 0x27: 4
        case 0..<0x80: 0
        case 0x3400...0x9fff, 0xf900...0xfaff, 0x20000...0x323af: 1
        case 0x200b...0x200f, 0xfe00...0xfe0f, 0xfeff: 4
        default: scalar.properties.isAlphabetic ? 2 : 0
        }
    }
}
