// SPDX-License-Identifier: Apache-2.0
import Desk
import Synchronization

/// Channels of plugins that are there and cannot be loaded: a mistake in one plugin must not keep the other channels closed.
extension PluginHost {
    /// Takes a channel into service; where its plugin cannot be loaded, the channel waits for a version that can.
    ///
    /// Until then what platforms post is refused with 503, so that they post it again, and what is to be sent waits.
    /// - Returns: the plugin's mistake if the channel waits; nil if it is open.
    /// - Throws: as `open`: settings that do not suit the plugin, or no such plugin.
    package func openOrWait(_ channel: ChannelConfiguration) throws -> PluginProblem? {
        if manifest(of: channel.plugin) == nil, let problem = problems().first(where: { $0.plugin == channel.plugin }) {
            state.withLock { $0.waiting[channel.id] = channel }
            return problem
        }
        try open(channel)
        return nil
    }

    /// Whether a channel waits for its plugin.
    func isWaiting(_ channel: String) -> Bool { state.withLock { $0.waiting[channel] != nil } }

    /// Why a channel that is not open is not: its plugin's mistake, with file and line, or that nobody opened it.
    func reason(closed channel: String) -> String {
        state.withLock { state in
            guard let plugin = state.waiting[channel]?.plugin,
                let problem = state.problems.first(where: { $0.plugin == plugin })
            else { return "there is no open channel '\(channel)'" }
            return "the plugin of channel '\(channel)' cannot be loaded: \(problem)"
        }
    }

    /// The channels of a plugin, open and waiting, by id; what waits gets the types that this version declares.
    func configurations(of manifest: PluginManifest) -> [ChannelConfiguration] {
        let (open, waiting) = state.withLock { state in
            (state.channels.values.map(\.configuration), Array(state.waiting.values))
        }
        let typed = waiting.map { channel in
            var channel = channel
            for field in manifest.settings { channel.settings[field.name] = field.typed(channel.settings[field.name]) }
            return channel
        }
        return (open + typed).filter { $0.plugin == manifest.name }.sorted { $0.id < $1.id }
    }
}

extension SettingField {
    /// A value that was written before anybody knew its type; what does not suit stays as it is, for the check to complain about.
    fileprivate func typed(_ written: Value?) -> Value? {
        guard let text = written?.string else { return written }
        switch type {
        case .integer: return Int64(text).map(Value.int) ?? written
        case .boolean: return text == "true" ? .bool(true) : text == "false" ? .bool(false) : written
        case .string, .url, .choice: return written
        }
    }
}
