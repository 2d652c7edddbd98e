// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How long a test waits for what must come: longer than a machine needs that is busy with other things. Whoever waits in vain
/// is told what for; nobody else waits so long.
let patience: Duration = .seconds(40)

/// Something that was waited for did not come.
struct OutOfPatience: Error, CustomStringConvertible {
    var description: String
}

/// Gives `body` so much time; whatever waits in it is cancelled then.
func within<Result: Sendable>(
    _ limit: Duration, _ what: String, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let result = first else {
            throw OutOfPatience(description: "\(what): not within \(limit)")
        }
        return result
    }
}

/// Asks again and again until there is an answer.
func eventually<Result: Sendable>(
    _ what: String, within limit: Duration = patience, _ probe: @Sendable () async throws -> Result?
) async throws -> Result {
    let end = ContinuousClock.now + limit
    while true {
        if let result = try await probe() { return result }
        guard ContinuousClock.now < end else { throw OutOfPatience(description: "\(what): not within \(limit)") }
        try await Task.sleep(for: .milliseconds(15))
    }
}
