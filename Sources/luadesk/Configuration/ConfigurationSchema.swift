// SPDX-License-Identifier: Apache-2.0

/// What may stand in the configuration: names, shapes, defaults and meanings, in one table.
///
/// The reader checks against it, environment variables get their names from it, and `luadesk config` prints it.
struct ConfigurationKey: Sendable {
    indirect enum Shape: Sendable {
        case text
        /// Text that may be given as `file:PATH` or `env:NAME` and is never shown.
        case secret
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        case flag
        /// `250ms`, `60s`, `10m`, `24h`, `7d`.
        case duration
        /// `64KiB`, `1MiB` or a plain number of bytes.
        case byteCount
        case choice([String])
        case texts
        /// Opening hours of a team.
        case hours
        case section([ConfigurationKey])
        case list([ConfigurationKey])
        /// Settings of a channel: what its plugin's manifest says.
        case settings
    }

    var name: String
    var shape: Shape
    /// As one would write it; nil: absent.
    var standard: String?
    var isRequired = false
    var help: String

    init(_ name: String, _ shape: Shape, _ standard: String, _ help: String) {
        self.name = name
        self.shape = shape
        self.standard = standard
        self.help = help
    }

    /// A key that is absent unless somebody sets it.
    init(_ name: String, _ shape: Shape, required: Bool = false, _ help: String) {
        self.name = name
        self.shape = shape
        self.isRequired = required
        self.help = help
    }
}

extension ConfigurationKey.Shape {
    /// What a reader of an error message should write instead.
    var expectation: String {
        switch self {
        case .text: "text"
        case .secret: "text, file:PATH or env:NAME"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .flag: "true or false"
        case .duration: "a duration like 30s, 10m or 24h"
        case .byteCount: "a size like 64KiB or 1MiB"
        case .choice(let choices): "one of \(choices.joined(separator: ", "))"
        case .texts: "a list of texts"
        case .hours: "opening hours: week, holidays, exceptions"
        case .section(let keys): "a section with \(keys.map(\.name).joined(separator: ", "))"
        case .list: "a list"
        case .settings: "a section with the plugin's settings"
        }
    }
}
