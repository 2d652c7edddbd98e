// SPDX-License-Identifier: Apache-2.0
import Desk
import Logging

/// Tries a plugin offline.
package struct PluginTester: Sendable {
    package struct Report: Sendable {
        package var passed: [String] = []
        package var failures: [PluginProblem] = []
    }
    let folders: [String]
    let logger: Logger
    func run(_ source: PluginSource) async -> Report { Report() }
}
