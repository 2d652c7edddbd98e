// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Journal
import Synchronization

/// The names of agents, so that customers see who is talking. Read from the store, kept until an agent changes.
final class AgentNames: Sendable {
    private let names = Mutex<[ID<Agent>: String]?>(nil)

    /// An agent was changed: the next question reads again.
    func forget() { names.withLock { $0 = nil } }

    func name(of id: ID<Agent>, in engine: DeskEngine) async -> String? {
        if let known = names.withLock({ $0 }) { return known[id] }
        guard let agents = try? await engine.store.agents() else { return nil }
        let read = Dictionary(agents.map { ($0.id, $0.name) }, uniquingKeysWith: { $1 })
        names.withLock { $0 = read }
        return read[id]
    }
}
