// SPDX-License-Identifier: Apache-2.0
import ServiceLifecycle

/// Waiting for something that may not come.
enum Waiting {
    /// Runs `body` for at most `limit`, or until the server shuts down.
    /// - Returns: nil if it did not end by then.
    static func atMost<Result: Sendable>(
        _ limit: Duration, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result? {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try? await cancelWhenGracefulShutdown { try await Task.sleep(for: limit) }
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
