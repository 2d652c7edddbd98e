// SPDX-License-Identifier: Apache-2.0
import Desk

/// Reads the fields of a change that somebody asks for; each error names the field.
enum Patch {
    /// Refuses what is no object, what is empty, and unknown fields, with the known ones named.
    static func check(_ patch: Value, allowed: [String]) throws(DeskError) {
        guard let fields = patch.object, !fields.isEmpty else {
            throw DeskError(.invalid, "Give an object with at least one of: \(allowed.joined(separator: ", ")).")
        }
        for name in fields.names where !allowed.contains(name) {
            throw DeskError(
                .invalid, "Unknown field \(name). Known are: \(allowed.joined(separator: ", ")).", facts: ["field": name])
        }
    }

    private static func wrong(_ name: String, _ expected: String) -> DeskError {
        DeskError(.invalid, "\(name): \(expected) was expected.", facts: ["field": name])
    }

    static func text(_ patch: Value, _ name: String, limit: Int = 500) throws(DeskError) -> String? {
        guard let value = patch[name] else { return nil }
        guard let text = value.string, text.count <= limit else { throw wrong(name, "a text of at most \(limit) characters") }
        return text
    }

    static func int(_ patch: Value, _ name: String, in range: ClosedRange<Int>) throws(DeskError) -> Int? {
        guard let value = patch[name] else { return nil }
        guard let number = value.int, let int = Int(exactly: number), range.contains(int) else {
            throw wrong(name, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return int
    }

    static func texts(_ patch: Value, _ name: String, limit: Int = 100) throws(DeskError) -> [String]? {
        guard let value = patch[name] else { return nil }
        guard let items = value.array, items.count <= limit, items.allSatisfy({ ($0.string?.count ?? .max) <= 100 }) else {
            throw wrong(name, "a list of at most \(limit) texts")
        }
        return items.compactMap(\.string)
    }

    static func object(_ patch: Value, _ name: String) throws(DeskError) -> Value? {
        guard let value = patch[name] else { return nil }
        guard value.object != nil, value.json.count <= 65_536 else { throw wrong(name, "an object of at most 64 KiB") }
        return value
    }

    static func choice<Choice: RawRepresentable & CaseIterable>(
        _ patch: Value, _ name: String, _: Choice.Type
    ) throws(DeskError) -> Choice? where Choice.RawValue == String {
        guard let value = patch[name] else { return nil }
        guard let choice = value.string.flatMap(Choice.init(rawValue:)) else {
            throw wrong(name, "one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return choice
    }

    static func id<Of>(_ patch: Value, _ name: String, _: Of.Type) throws(DeskError) -> ID<Of>? {
        guard let value = patch[name] else { return nil }
        guard let id = value.string.flatMap({ ID<Of>(text: $0) }) else { throw wrong(name, "an id") }
        return id
    }
}
