// SPDX-License-Identifier: Apache-2.0

/// What the conformance run found about one plugin.
package struct ConformanceReport: Sendable {
    /// One check with one account: what was tried and how often.
    package struct Check: Sendable, Hashable {
        package var name: String
        package var account: String
        /// As `12 requests, 12 refused`.
        package var result: String
    }

    package var plugin: String
    package var checks: [Check] = []
    /// What the platform itself leaves open, and what could not be tried: known, but no failure.
    package var notes: [String] = []
    package var failures: [PluginProblem] = []

    package init(plugin: String) { self.plugin = plugin }

    mutating func fail(_ account: String, _ text: String) {
        failures.append(PluginProblem(plugin: plugin, "\(plugin) (\(account)): \(text)"))
    }

    /// The report as lines for people.
    package var text: String {
        var lines = [plugin]
        let width = checks.map(\.name.count).max() ?? 0
        let accounts = Set(checks.map(\.account)).count
        for check in checks {
            let name = check.name.padding(to: width)
            lines.append("  \(name)  \(check.result)\(accounts > 1 ? "  (\(check.account))" : "")")
        }
        for note in notes { lines.append("  note: \(note)") }
        for failure in failures { lines.append("  FAILED \(failure.message)") }
        return lines.joined(separator: "\n")
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
