// SPDX-License-Identifier: Apache-2.0
@testable import luadesk

/// Runs a stand-in for the platform as long as `body` does.
func withWeChat<Result: Sendable>(_ body: @escaping @Sendable (SimulatedWeChat) async throws -> Result) async throws -> Result {
    let platform = SimulatedWeChat()
    return try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask {
            try? await platform.run()
            return nil
        }
        group.addTask { try await body(platform) }
        defer { group.cancelAll() }
        while let next = try await group.next() { if let result = next { return result } }
        throw OutOfPatience(description: "the simulated platform ended early")
    }
}
