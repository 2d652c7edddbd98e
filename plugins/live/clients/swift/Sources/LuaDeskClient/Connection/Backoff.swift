// SPDX-License-Identifier: Apache-2.0

/// How long to wait before the next try: 0.5 s, doubled each time up to 30 s, and of that a random half to whole.
///
/// After 1, 2, 5, 7 tries: at most 0.5, 1, 8, 30 s. The random part keeps all clients of a desk from coming back at
/// once.
struct Backoff: Sendable, Hashable {
    private(set) var tries = 0
    static let first = 0.5
    static let longest = 30.0

    mutating func next(using random: inout some RandomNumberGenerator) -> Duration {
        let whole = min(Self.longest, Self.first * Double(1 << min(tries, 16)))
        tries += 1
        return .seconds(whole * Double.random(in: 0.5...1, using: &random))
    }

    mutating func next() -> Duration {
        var random = SystemRandomNumberGenerator()
        return next(using: &random)
    }

    /// It worked, or the network is back.
    mutating func reset() { tries = 0 }
}
