// SPDX-License-Identifier: Apache-2.0
import Lua

/// Something in a plugin or in a channel's settings that keeps it from running: what, where, what to do.
package struct PluginProblem: Error, Sendable, Hashable, CustomStringConvertible {
    package let plugin: String
    /// As shown to people, `plugins/NAME/plugin.lua`; nil for a channel's settings.
    package let file: String?
    package let line: Int?
    package let message: String

    package init(plugin: String, file: String? = nil, line: Int? = nil, _ message: String) {
        self.plugin = plugin
        self.file = file
        self.line = line
        self.message = message
    }

    init(plugin: String, _ failure: LuaFailure) {
        self.init(
            plugin: plugin, file: failure.file, line: failure.line,
            PluginFailure.bare(failure.message, file: failure.file, line: failure.line))
    }

    /// `plugins/x/plugin.lua:12: what is wrong`
    package var description: String {
        guard let file else { return message }
        return line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)"
    }
}

/// A call of a plugin that went wrong; it cost that call and nothing else.
package struct PluginFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// Lua raised, or did not compile.
        case raised
        /// Time, instructions or memory ran out.
        case limit
        /// It answered something that is no answer.
        case shape
        /// The platform did not give what the plugin asked for.
        case refused
        /// No such plugin, channel or function.
        case unknown
        /// Too many calls are waiting, or the host is closing.
        case busy
        /// The call as a whole took too long.
        case late
        /// Not begun: the plugin has become suspect while the call waited, and runs on another lane. Never leaves the host.
        case moved
    }
    package let code: Code
    package let plugin: String
    package let file: String?
    package let line: Int?
    package let message: String

    package init(_ code: Code, plugin: String, file: String? = nil, line: Int? = nil, _ message: String) {
        self.code = code
        self.plugin = plugin
        self.file = file
        self.line = line
        self.message = message
    }

    init(plugin: String, _ failure: LuaFailure) {
        let code: Code =
            switch failure.code {
            case .memory, .instructions, .deadline: .limit
            case .value: .shape
            default: .raised
            }
        self.init(
            code, plugin: plugin, file: failure.file, line: failure.line,
            Self.bare(failure.message, file: failure.file, line: failure.line))
    }

    package var description: String {
        guard let file else { return "plugin \(plugin): \(message)" }
        return line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)"
    }

    /// Lua puts the position before its message; here it has fields of its own.
    static func bare(_ message: String, file: String?, line: Int?) -> String {
        guard let file else { return message }
        for prefix in [line.map { "\(file):\($0): " }, "\(file): "].compactMap({ $0 }) where message.hasPrefix(prefix) {
            return String(message.dropFirst(prefix.count))
        }
        return message
    }
}
