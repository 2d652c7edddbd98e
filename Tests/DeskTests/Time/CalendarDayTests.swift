// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@Suite("CalendarDay") struct CalendarDayTests {
    @Test(
        "known days and their weekdays",
        arguments: [
            (1970, 1, 1, 0, 4), (2000, 1, 1, 10_957, 6), (2000, 2, 29, 11_016, 2), (2026, 11, 21, 20_778, 6),
            (1969, 12, 31, -1, 3),
            (1900, 3, 1, -25_508, 4), (2100, 3, 1, 47_541, 1), (1, 1, 1, -719_162, 1), (2024, 2, 29, 19_782, 4),
            (9999, 12, 31, 2_932_896, 5),
        ])
    func known(year: Int, month: Int, day: Int, number: Int, weekday: Int) {
        let date = CalendarDay(year: year, month: month, day: day)
        #expect(date.daysSince1970 == number)
        #expect(CalendarDay(daysSince1970: number) == date)
        #expect(date.weekday == weekday)
    }

    @Test("day after day for 800 years: each follows the one before, weekday and all") func everyDay() {
        var before = CalendarDay(daysSince1970: -146_097)
        var isOrdered = true
        for number in -146_096...146_097 {
            let date = CalendarDay(daysSince1970: number)
            let follows =
                date.day == before.day + 1 && date.month == before.month && date.year == before.year
                || date.day == 1 && before.day == CalendarDay.length(of: before.month, in: before.year)
                    && (date.month == before.month + 1 && date.year == before.year
                        || date.month == 1 && before.month == 12 && date.year == before.year + 1)
            if !follows || date.daysSince1970 != number || date.weekday != before.weekday % 7 + 1 || !(before < date) {
                isOrdered = false
            }
            before = date
        }
        #expect(isOrdered)
    }

    @Test("as text and back", arguments: ["2026-11-21", "2024-02-29", "0099-03-01", "1969-12-31"])
    func text(text: String) { #expect(CalendarDay(text: text)?.text == text) }

    @Test("no day", arguments: ["", "2026-02-29", "2026-13-01", "2026-1-1", "2026-11-21T00:00:00Z", "21.11.2026", "2026-11-21 "])
    func bad(text: String) { #expect(CalendarDay(text: text) == nil) }
}
