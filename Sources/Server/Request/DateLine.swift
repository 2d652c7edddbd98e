// SPDX-License-Identifier: Apache-2.0
import Desk
import Synchronization

/// The `Date` header (RFC 9110 §5.6.7), written anew once a second.
final class DateLine: Sendable {
    private let line = Mutex((second: Int64(-1), text: ""))

    var now: String {
        let second = Instant.systemNow().milliseconds / 1000
        return line.withLock { line in
            if line.second != second { line = (second, Self.write(second)) }
            return line.text
        }
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`
    static func write(_ second: Int64) -> String {
        let days = Int(second / 86_400)
        let date = CalendarDay(daysSince1970: days)
        let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let rest = second % 86_400
        let time = "\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))"
        return "\(names[days % 7]), \(two(Int64(date.day))) \(months[date.month - 1]) \(date.year) \(time) GMT"
    }
}
