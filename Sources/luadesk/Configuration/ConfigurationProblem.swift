// SPDX-License-Identifier: Apache-2.0

/// One thing that is wrong with the configuration: where, what, and what to do.
struct ConfigurationProblem: Error, Sendable, Hashable, CustomStringConvertible {
    var origin: ConfigurationOrigin
    /// `channels[0].settings.app_secret`; empty for the file as a whole.
    var path: String
    /// Never holds the value of a secret.
    var message: String

    var description: String { path.isEmpty ? "\(origin): \(message)" : "\(origin): \(path): \(message)" }
}

/// Everything that is wrong with the configuration, in the order of the file.
struct ConfigurationRejection: Error, Sendable, CustomStringConvertible {
    var problems: [ConfigurationProblem]

    init(problems: [ConfigurationProblem]) {
        self.problems = problems.enumerated().sorted { a, b in
            (a.element.origin.place, a.offset) < (b.element.origin.place, b.offset)
        }.map(\.element)
    }

    var description: String {
        let lines = problems.map(\.description).joined(separator: "\n")
        let count = problems.count == 1 ? "1 problem" : "\(problems.count) problems"
        return
            "\(lines)\nThe desk does not start: \(count) in the configuration. 'luadesk config' prints every key with its meaning."
    }
}
