// SPDX-License-Identifier: Apache-2.0
import Desk
import Plugins

/// What a simulated request means to the plugin that takes it: a platform may have no such thing as was asked for.
enum SimulatedMeaning {
    /// `read as text`, where that is not the kind that was asked for; nil where it is, or where only the platform could tell.
    /// - Parameter host: one of the tool's own, on which the channel is open; nothing it keeps outlives it.
    static func other(than kind: String, _ request: HookRequest, channel: String, _ host: PluginHost) async -> String? {
        // What such a callback means is asked of the platform.
        guard !host.polls(channel: channel) else { return nil }
        guard case .accepted(let messages, _, let receipts, _) = await host.receive(channel: channel, request) else {
            return nil
        }
        return note(kind: kind, messages: messages.map(\.content), receipts: receipts.count)
    }

    static func note(kind: String, messages: [MessageContent], receipts: Int) -> String? {
        if messages.isEmpty {
            if receipts > 0 { return kind == "receipt" ? nil : "read as a receipt" }
            return "read as nothing that the desk keeps"
        }
        let names = messages.map { $0.kind == .event ? $0.fields["name"]?.string ?? "event" : $0.kind.rawValue }
        if names.contains(kind) || messages.contains(where: { $0.kind.rawValue == kind }) { return nil }
        return "read as \(messages.contains { $0.kind == .event } ? "event " : "")\(names.joined(separator: ", "))"
    }
}
