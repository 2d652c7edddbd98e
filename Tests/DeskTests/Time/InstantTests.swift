// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@Suite("Instant") struct InstantTests {
    @Test("written and read again it is the same, from year 0 to 9999", arguments: [1, 2, 3] as [UInt64])
    func roundTrip(seed: UInt64) {
        var numbers = SeededNumbers(seed)
        for _ in 0..<2000 {
            let instant = Instant(milliseconds: Int64.random(in: -62_167_219_200_000...253_402_300_799_999, using: &numbers))
            #expect(Instant(rfc3339: instant.rfc3339) == instant)
        }
    }

    @Test(
        "known times",
        arguments: [
            ("1970-01-01T00:00:00.000Z", 0), ("2000-02-29T12:00:00.500Z", 951_825_600_500), ("1969-12-31T23:59:59.999Z", -1),
            ("2026-11-21T09:30:00.250Z", 1_795_253_400_250), ("0000-01-01T00:00:00.000Z", -62_167_219_200_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] as [(String, Int64)])
    func known(text: String, milliseconds: Int64) {
        #expect(Instant(rfc3339: text) == Instant(milliseconds: milliseconds))
        #expect(Instant(milliseconds: milliseconds).rfc3339 == text)
    }

    @Test(
        "what RFC 3339 allows beside our own form",
        arguments: [
            ("1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57.000Z"), ("1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.520Z"),
            ("1990-12-31T23:59:60Z", "1991-01-01T00:00:00.000Z"), ("1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.870Z"),
            ("2026-01-01t00:00:00z", "2026-01-01T00:00:00.000Z"), ("2026-01-01 00:00:00.123456789Z", "2026-01-01T00:00:00.123Z"),
        ])
    func forms(text: String, expected: String) { #expect(Instant(rfc3339: text)?.rfc3339 == expected) }

    @Test(
        "no time at all",
        arguments: [
            "", "2026", "2026-11-21", "2026-11-21T09:30:00", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2025-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-00T00:00:00Z",
            "2026-11-21T24:00:00Z",
            "2026-11-21T09:60:00Z", "2026-11-21T09:30:61Z", "2026-11-21T09:30:00.Z", "2026-11-21T09:30:00ZZ",
            "2026-11-21T09:30:00+8:00",
            "2026-11-21T09:30:00+08", "2026-11-21T09:30:00+0800", "2026-11-21T09:30:00+24:00", "2026-11-21T09:30:00+08:60",
            "2026-11-21T09:30:00+08:00Z",
            "2026-1-21T09:30:00Z", "+2026-11-21T09:30:00Z", "２０２６-11-21T09:30:00Z", "2026-11-21X09:30:00Z",
            "2026/11/21T09:30:00Z", " 2026-11-21T09:30:00Z",
            "2026-11-21T09:30:00Z ", "2026-11-21T09:30:0-1Z", "2026-11-21T09.30.00Z", "2026-11-21T09:30:00.5",
        ])
    func bad(text: String) { #expect(Instant(rfc3339: text) == nil) }

    @Test("arithmetic with durations") func arithmetic() {
        let instant = Instant(seconds: 10)
        #expect(instant + .milliseconds(1500) == Instant(milliseconds: 11_500))
        #expect(instant - .seconds(20) == Instant(milliseconds: -10_000))
        #expect(instant - Instant(seconds: 4) == .seconds(6))
        #expect(Instant(seconds: 4) < instant)
    }

    @Test("a manual clock moves when told to, and not otherwise") func manualClock() {
        let clock = ManualClock(Instant(seconds: 100))
        #expect(clock.now() == Instant(seconds: 100))
        clock.advance(by: .milliseconds(250))
        #expect(clock.now() == Instant(milliseconds: 100_250))
        clock.set(Instant(seconds: 1))
        #expect(clock.now() == Instant(seconds: 1))
    }
}

@Suite("Duration as text") struct DurationTextTests {
    @Test(
        "what rules write",
        arguments: [
            ("250ms", 250), ("60s", 60_000), ("10m", 600_000), ("10min", 600_000), ("1h30m", 5_400_000), ("7d", 604_800_000),
            ("2w", 1_209_600_000),
            ("0s", 0), ("1.5h", 5_400_000), ("1.001s", 1001), ("0.1s", 100), ("1d2h3m4s5ms", 93_784_005),
        ] as [(String, Int64)])
    func good(text: String, milliseconds: Int64) { #expect(Duration(text: text) == .milliseconds(milliseconds)) }

    @Test(
        "what is no duration",
        arguments: [
            "", "5", "s", "-5s", "5 s", "5x", "1h30", "１0s", "1e3s", ".s", "1.2.3s", "5S", "ms5", "99999999999999w", "nan", "inf",
            "1h,2m",
        ])
    func bad(text: String) { #expect(Duration(text: text) == nil) }

    @Test("whole milliseconds and seconds") func units() {
        #expect(Duration.microseconds(1_999).inMilliseconds == 1)
        #expect(Duration.milliseconds(1500).inSeconds == 1.5)
    }
}
