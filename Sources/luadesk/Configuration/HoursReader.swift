// SPDX-License-Identifier: Apache-2.0
import Desk

/// Reads a team's opening hours as people write them.
///
///     hours:
///       utc_offset: "+08:00"
///       week: { mon-fri: "09:00-12:00, 13:00-18:00", sat: "10:00-16:00" }
///       holidays: [2026-10-01]
///       exceptions: { 2026-10-10: "09:00-18:00" }
enum HoursReader {
    static let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    static func read(_ node: ConfigurationNode, at path: String) throws(ConfigurationProblem) -> BusinessHours {
        if node.text == "always" { return .always }
        guard case .map(let entries) = node.content else {
            throw problem(node, path, "should be 'always' or a section with week, holidays, exceptions, utc_offset")
        }
        var hours = BusinessHours(week: [:])
        for entry in entries {
            let place = "\(path).\(entry.name)"
            switch entry.name {
            case "utc_offset": hours.offset = try offset(entry.value, at: place)
            case "week":
                for day in entry.value.entries {
                    let spans = try spans(day.value, at: "\(place).\(day.name)")
                    for number in try weekdays(day, at: place) { hours.week[number] = spans }
                }
            case "holidays":
                for item in entry.value.items { hours.holidays.insert(try self.day(item.text ?? "", item, at: place)) }
            case "exceptions":
                for day in entry.value.entries {
                    hours.exceptions[try self.day(day.name, day.value, at: place)] =
                        try spans(day.value, at: "\(place).\(day.name)")
                }
            default:
                let names = ["utc_offset", "week", "holidays", "exceptions"]
                throw ConfigurationProblem(
                    origin: entry.origin, path: place, message: "unknown key. \(ConfigurationReader.hint(entry.name, names))")
            }
        }
        return hours
    }

    private static func problem(_ node: ConfigurationNode, _ path: String, _ message: String) -> ConfigurationProblem {
        ConfigurationProblem(origin: node.origin, path: path, message: message)
    }

    /// `mon`, `mon-fri`, `daily`; ISO numbers, Monday 1.
    private static func weekdays(_ entry: ConfigurationNode.Entry, at path: String) throws(ConfigurationProblem) -> [Int] {
        if entry.name == "daily" { return Array(1...7) }
        let ends = entry.name.lowercased().split(separator: "-").map { days.firstIndex(of: String($0)) }
        switch (ends.count, ends.first ?? nil, ends.last ?? nil) {
        case (1, let day?, _): return [day + 1]
        case (2, let first?, let last?) where first <= last: return Array(first + 1...last + 1)
        default:
            throw ConfigurationProblem(
                origin: entry.origin, path: "\(path).\(entry.name)",
                message: "should be a day (mon … sun), a span (mon-fri) or daily")
        }
    }

    /// `09:00-12:00, 13:00-18:00`, a list of such, or `closed`.
    private static func spans(_ node: ConfigurationNode, at path: String) throws(ConfigurationProblem) -> [BusinessHours.Span] {
        let texts = node.items.isEmpty ? (node.text ?? "").split(separator: ",").map(String.init) : node.items.compactMap(\.text)
        if texts.isEmpty || texts == ["closed"] { return [] }
        var spans: [BusinessHours.Span] = []
        for text in texts {
            guard let span = BusinessHours.Span(text: text.trimming(" ")) else {
                throw problem(
                    node, path, "should be times like \"09:00-18:00\", from earlier to later within a day, not '\(text)'")
            }
            spans.append(span)
        }
        return spans
    }

    private static func day(_ text: String, _ node: ConfigurationNode, at path: String) throws(ConfigurationProblem)
        -> CalendarDay
    {
        guard let day = CalendarDay(text: text) else {
            throw problem(node, path, "should be a day like 2026-10-01, not '\(text)'")
        }
        return day
    }

    /// `+08:00`, `-03:30`, `0`.
    private static func offset(_ node: ConfigurationNode, at path: String) throws(ConfigurationProblem) -> Duration {
        let text = node.text ?? ""
        let sign = text.hasPrefix("-") ? -1 : 1
        let parts = text.trimming(["+", "-"]).split(separator: ":").map { Int($0) }
        guard (1...2).contains(parts.count), let hours = parts[0], (0...14).contains(hours),
            let minutes = parts.count == 2 ? parts[1] : 0,
            (0..<60).contains(minutes)
        else { throw problem(node, path, "should be an offset from UTC like \"+08:00\"") }
        return .seconds(sign * (hours * 3600 + minutes * 60))
    }
}
