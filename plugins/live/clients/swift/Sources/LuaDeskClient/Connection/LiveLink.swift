// SPDX-License-Identifier: Apache-2.0

/// One connection to the desk, over whatever carries it: made, used, thrown away.
///
/// `next`, `say` and `keepAlive` run side by side, each by one task at a time, and end soon when that task is
/// cancelled.
protocol LiveLink: Sendable {
    var transport: ClientTransport { get }
    /// The frames that come next, in the journal's order; waits for the first. Throws when the connection is lost.
    func next() async throws -> [IncomingFrame]
    /// Says something.
    /// - Returns: for a message its ack: the desk has it on disk then. Throws `Refusal` if the desk does not want it,
    ///   anything else if the connection is lost: whether the desk has it nobody knows then.
    func say(_ frame: OutgoingFrame) async throws -> IncomingFrame.Ack?
    /// Runs until the connection gives no sign of life, then throws.
    func keepAlive() async throws
    func close() async
}

/// Why a connection ended or did not come about, if not by a `Refusal`.
enum LinkProblem: Error, Hashable {
    /// This system cannot do it at all.
    case unsupported
    /// No answer in time.
    case silent
    /// The desk answered something that this client does not understand.
    case garbled
    /// Nothing is wrong: a new connection is wanted.
    case renewal
}

extension LinkProblem: CustomStringConvertible {
    var description: String {
        switch self {
        case .unsupported: "This system has no WebSockets."
        case .silent: "The desk does not answer."
        case .garbled: "Not a desk's answer."
        case .renewal: "The connection is made anew."
        }
    }
}

/// Gives `body` so much time, then cancels it and throws `LinkProblem.silent`.
func within<Result: Sendable>(
    _ limit: Duration, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask(operation: body)
        group.addTask {
            try await Task.sleep(for: limit)
            throw LinkProblem.silent
        }
        defer { group.cancelAll() }
        guard let result = try await group.next() else { throw LinkProblem.silent }
        return result
    }
}
