// SPDX-License-Identifier: Apache-2.0
import Desk

/// What a new rule set must not change in recorded traffic if it is to go live: `gates` in rules.lua.
package struct ActivationGates: Sendable, Hashable {
    /// Largest part of the decisions that may come out differently, 0…1; nil: all of them.
    package var maxChanged: Double?
    /// Tags of conversations about which no decision may change.
    package var neverChange: [String] = []
    /// So many of the latest decisions are run again.
    package var sample = 500
    /// With fewer decisions on record a share says nothing, and `maxChanged` is not judged.
    package var least = 100

    /// Whether there is nothing to look at.
    package var isOpen: Bool { maxChanged == nil && neverChange.isEmpty }

    private static let fields = Manual.names(of: "gates")

    /// Everything may change.
    package init() {}

    /// - Parameter report: told what is wrong, a hint, and the problem's code.
    init(_ value: Value, report: (String, String?, String) -> Void) {
        guard let object = value.object else {
            // An empty table in Lua is a list as well.
            if value.array?.isEmpty != true { report("'gates' must be a table", nil, "type") }
            return
        }
        for name in object.names where !Self.fields.contains(name) {
            report("unknown field 'gates.\(name)'", Spelling.hint(for: name, among: Self.fields), "unknown_field")
        }
        if let most = value["max_changed"] {
            if let share = Self.share(most), (0...1).contains(share) {
                maxChanged = share
            } else {
                report("'gates.max_changed' is a share such as \"20%\" or 0.2", nil, "value")
            }
        }
        if let tags = value["never_change"] {
            if let texts = tags.array.map({ $0.compactMap(\.string) }), texts.count == tags.array?.count {
                neverChange = texts
            } else {
                report("'gates.never_change' is a list of tags", nil, "type")
            }
        }
        if let sample = value["sample"] {
            if let count = sample.int, (1...200_000).contains(count) {
                self.sample = Int(count)
            } else {
                report("'gates.sample' is from 1 to 200000", nil, "value")
            }
        }
        if let least = value["least"] {
            if let count = least.int, (0...200_000).contains(count) {
                self.least = Int(count)
            } else {
                report("'gates.least' is from 0 to 200000", nil, "value")
            }
        }
    }

    /// 0.2, or "20%".
    static func share(_ value: Value) -> Double? {
        guard let text = value.string else { return value.double ?? value.int.map(Double.init) }
        guard text.hasSuffix("%") else { return nil }
        return Double(text.dropLast()).map { $0 / 100 }
    }
}
