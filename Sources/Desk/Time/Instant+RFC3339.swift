// SPDX-License-Identifier: Apache-2.0

extension Instant {
    /// RFC 3339 in UTC with milliseconds: `2026-11-21T09:30:00.250Z`.
    package var rfc3339: String { String(unsafeUninitializedCapacity: 24) { write(rfc3339: $0) } }

    /// The same, where there is no need for a string.
    /// - Parameter out: 24 bytes or more.
    /// - Returns: how many were written.
    package func write(rfc3339 out: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let day = Int(milliseconds.flooredDivision(by: 86_400_000))
        let rest = Int(milliseconds - Int64(day) * 86_400_000)
        let date = CalendarDay(daysSince1970: day)
        var place = 0
        func put(_ number: Int, _ width: Int, _ after: Unicode.Scalar) {
            var number = number
            for index in (place..<place + width).reversed() {
                out[index] = UInt8(48 + number % 10)
                number /= 10
            }
            out[place + width] = UInt8(ascii: after)
            place += width + 1
        }
        put(date.year, 4, "-"); put(date.month, 2, "-"); put(date.day, 2, "T")
        put(rest / 3_600_000, 2, ":"); put(rest / 60_000 % 60, 2, ":")
        put(rest / 1000 % 60, 2, "."); put(rest % 1000, 3, "Z")
        return place
    }

    /// Reads an RFC 3339 time with `Z` or an offset; nil if it is none.
    package init?(rfc3339 text: some StringProtocol) {
        if let ours = text.utf8.withContiguousStorageIfAvailable(Self.ours), let ours { self = ours; return }
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count, bytes[range].allSatisfy({ (48...57).contains($0) }) else { return nil }
            return bytes[range].reduce(0) { $0 * 10 + Int($1) - 48 }
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), bytes[4] == 45, bytes[7] == 45,
            [84, 116, 32].contains(bytes[10]), bytes[13] == 58, bytes[16] == 58,
            (1...12).contains(month), (1...CalendarDay.length(of: month, in: year)).contains(day), hour < 24, minute < 60,
            second <= 60
        else { return nil }
        var index = 19
        var fraction = 0
        if index < bytes.count, bytes[index] == 46 {
            let digits = bytes[(index + 1)...].prefix { (48...57).contains($0) }
            guard !digits.isEmpty else { return nil }
            for place in 0..<3 {
                fraction = fraction * 10 + (place < digits.count ? Int(digits[digits.startIndex + place]) - 48 : 0)
            }
            index += 1 + digits.count
        }
        var offset = 0
        guard index < bytes.count else { return nil }
        if [90, 122].contains(bytes[index]) {
            guard index + 1 == bytes.count else { return nil }
        } else {
            guard let hours = number(index + 1..<index + 3), let minutes = number(index + 4..<index + 6),
                bytes[index + 3] == 58, index + 6 == bytes.count, hours < 24, minutes < 60, [43, 45].contains(bytes[index])
            else { return nil }
            offset = (hours * 60 + minutes) * (bytes[index] == 45 ? -1 : 1)
        }
        let days = CalendarDay(year: year, month: month, day: day).daysSince1970
        let seconds = Int64(days) * 86_400 + Int64(hour * 3600 + (minute - offset) * 60 + second)
        self.init(milliseconds: seconds * 1000 + Int64(fraction))
    }
}

extension Instant {
    /// Reads the form that `rfc3339` writes, without memory of its own; nil if it is another, which may be right as well.
    private static func ours(_ bytes: UnsafeBufferPointer<UInt8>) -> Instant? {
        guard bytes.count == 24, bytes[4] == 45, bytes[7] == 45, bytes[10] == 84, bytes[13] == 58, bytes[16] == 58,
            bytes[19] == 46, bytes[23] == 90
        else { return nil }
        // Negative as soon as one digit is none: below zero, or nine minus it is.
        var signs = 0
        func number(_ start: Int, _ width: Int) -> Int {
            var number = 0
            for index in start..<start + width {
                let digit = Int(bytes[index]) &- 48
                signs |= digit | (9 &- digit)
                number = number &* 10 &+ digit
            }
            return number
        }
        let (year, month, day) = (number(0, 4), number(5, 2), number(8, 2))
        let (hour, minute, second) = (number(11, 2), number(14, 2), number(17, 2))
        let milliseconds = number(20, 3)
        guard signs >= 0, (1...12).contains(month), (1...CalendarDay.length(of: month, in: year)).contains(day), hour < 24,
            minute < 60, second <= 60
        else { return nil }
        let days = CalendarDay(year: year, month: month, day: day).daysSince1970
        let seconds = Int64(days) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
        return Instant(milliseconds: seconds * 1000 + Int64(milliseconds))
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
        self >= 0 ? self / divisor : (self - divisor + 1) / divisor
    }
}
