// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Foundation
import Journal

/// The demo's tokens, kept in a file of the data folder (mode 0600) so that a restart does not sign everybody out.
struct DemoTokens: Sendable {
    /// By the person's name; `admin` for the API.
    private(set) var secrets: [String: String] = [:]

    static func path(in folder: String) -> String { "\(folder)/demo-tokens.json" }

    /// Reads the file, and makes what is missing or not known to the store any more.
    static func prepare(in folder: String, store: any EventStore) async throws -> DemoTokens {
        var tokens = DemoTokens()
        let data = FileManager.default.contents(atPath: path(in: folder)) ?? Data()
        let kept = try? Value(json: Array(data))
        let agents = try await store.agents()
        var wanted: [(name: String, role: Role, agent: ID<Agent>?)] = [("admin", .admin, nil)]
        wanted += agents.filter { DemoDesk.people.contains($0.name) }.map { ($0.name, $0.role, $0.id) }
        for (name, role, agent) in wanted {
            if let secret = kept?[name]?.string, try await store.token(hash: AccessToken.hash(of: secret)) != nil {
                tokens.secrets[name] = secret
                continue
            }
            let label = "demo-\(name)"
            if try await store.tokens().contains(where: { $0.name == label }) { try await store.revokeToken(named: label) }
            tokens.secrets[name] = try await DeskEngine.createToken(
                name: label, role: role, agent: agent, by: .system, in: store, at: Instant.systemNow())
        }
        try tokens.write(in: folder)
        return tokens
    }

    private func write(in folder: String) throws {
        var fields = Value.Fields()
        for (name, secret) in secrets.sorted(by: { $0.key < $1.key }) { fields[name] = .string(secret) }
        let path = Self.path(in: folder)
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        let bytes = Value.object(fields).json
        guard file >= 0, Foundation.write(file, bytes, bytes.count) == bytes.count, close(file) == 0 else {
            throw Complaint("cannot write \(path): \(String(cString: strerror(errno)))")
        }
    }
}
