// SPDX-License-Identifier: Apache-2.0

extension BusinessHours {
    /// The hours as the store and the API write them:
    /// `{"utc_offset_s": 28800, "week": {"1": ["09:00-12:00", …]}, "holidays": ["2026-10-01"],
    /// "exceptions": {"2026-10-10": […]}}`.
    ///
    /// Weekdays are ISO, 1 Monday … 7 Sunday; a day ends at `24:00` at the latest.
    package var value: Value {
        func object(_ days: [(name: String, spans: [Span])]) -> Value {
            .object(.init(unchecked: days.sorted { $0.name < $1.name }.map { .init($0.name, .texts($0.spans.map(\.text))) }))
        }
        return Value(fields: [
            "utc_offset_s": .int(offset.inMilliseconds / 1000),
            "week": object(week.map { (String($0.key), $0.value) }),
            "holidays": holidays.isEmpty ? Value?.none : .texts(holidays.sorted().map(\.text)),
            "exceptions": exceptions.isEmpty ? Value?.none : object(exceptions.map { ($0.key.text, $0.value) }),
        ])
    }

    /// Reads what `value` wrote; nil if any day or span in it is wrong.
    package init?(value: Value) {
        func days<Day: Hashable>(_ name: String, _ day: (String) -> Day?) -> [Day: [Span]]? {
            var days: [Day: [Span]] = [:]
            for pair in value[name]?.object?.pairs ?? [] {
                guard let day = day(pair.name), let texts = pair.value.array else { return nil }
                let spans = texts.compactMap { $0.string.flatMap(Span.init(text:)) }
                guard spans.count == texts.count else { return nil }
                days[day] = spans
            }
            return days
        }
        let holidayTexts = value.texts("holidays")
        let holidays = Set(holidayTexts.compactMap { CalendarDay(text: $0) })
        guard value.object != nil, holidays.count == Set(holidayTexts).count,
            let week = days("week", { Int($0).flatMap { (1...7).contains($0) ? $0 : nil } }),
            let exceptions = days("exceptions", { CalendarDay(text: $0) })
        else { return nil }
        self.init(
            offset: .seconds(value["utc_offset_s"]?.int ?? 8 * 3600), week: week, holidays: holidays,
            exceptions: exceptions)
    }
}

extension BusinessHours.Span {
    /// `09:00-18:30`
    package var text: String {
        func clock(_ minute: Int) -> String {
            let (hours, minutes) = minute.quotientAndRemainder(dividingBy: 60)
            return (hours < 10 ? "0" : "") + "\(hours)" + (minutes < 10 ? ":0" : ":") + "\(minutes)"
        }
        return "\(clock(start))-\(clock(end))"
    }

    /// - Returns: nil unless it is two times of one day, the first before the second.
    package init?(text: some StringProtocol) {
        func minute(_ clock: Substring) -> Int? {
            let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy(\.isWholeNumber) }),
                let hours = Int(parts[0]), let minutes = Int(parts[1]), minutes < 60
            else { return nil }
            return hours * 60 + minutes
        }
        let times = Substring(text).split(separator: "-", omittingEmptySubsequences: false)
        guard times.count == 2, let start = minute(times[0]), let end = minute(times[1]), start < end, end <= 1440
        else { return nil }
        self.init(start: start, end: end)
    }
}
