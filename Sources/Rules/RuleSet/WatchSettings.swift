// SPDX-License-Identifier: Apache-2.0
import Desk

/// How a rule set is watched after it went live, and what makes the desk go back by itself: `watch` in rules.lua.
package struct WatchSettings: Sendable, Hashable {
    /// How long it is watched; zero: not at all.
    package var window: Duration = .seconds(600)
    /// With fewer settlements times and arrivals are not judged; failures are from the fifth on.
    package var least = 50
    /// So much larger may the part of settlements with a failing rule be than before, 0…1.
    package var errors = 0.02
    /// So many times longer than before may a settlement's rules take on average.
    package var slower = 5.0
    /// So much larger may the part of arrivals be that only the fallback team took, 0…1.
    package var fallback = 0.2

    private static let fields = ["window", "least", "errors", "slower", "fallback"]

    /// Ten minutes, with the bounds above.
    package init() {}

    /// - Parameter report: told what is wrong, a hint, and the problem's code.
    init(_ value: Value, report: (String, String?, String) -> Void) {
        if value.bool == false {
            window = .zero
            return
        }
        guard let object = value.object else {
            if value.array?.isEmpty != true { report("'watch' must be a table, or false", nil, "type") }
            return
        }
        for name in object.names where !Self.fields.contains(name) {
            report("unknown field 'watch.\(name)'", Spelling.hint(for: name, among: Self.fields), "unknown_field")
        }
        if let given = value["window"] {
            if let duration = given.string.flatMap({ Duration(text: $0) }), duration <= .seconds(86_400) {
                window = duration
            } else {
                report("'watch.window' is a duration such as \"10m\", at most a day", nil, "value")
            }
        }
        if let given = value["least"] {
            if let count = given.int, (1...1_000_000).contains(count) {
                least = Int(count)
            } else {
                report("'watch.least' is from 1 to 1000000", nil, "value")
            }
        }
        for (name, path) in [("errors", \Self.errors), ("fallback", \.fallback)] {
            guard let given = value[name] else { continue }
            if let share = ActivationGates.share(given), (0...1).contains(share) {
                self[keyPath: path] = share
            } else {
                report("'watch.\(name)' is a share such as \"2%\" or 0.02", nil, "value")
            }
        }
        if let given = value["slower"] {
            if let times = given.double ?? given.int.map(Double.init), times >= 1, times.isFinite {
                slower = times
            } else {
                report("'watch.slower' is a number from 1", nil, "value")
            }
        }
    }
}
