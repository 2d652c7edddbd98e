// SPDX-License-Identifier: Apache-2.0
import Desk
import Logging
import Lua
import Synchronization

/// Where plugins' log lines and counts go: bounded per call, so that a plugin cannot flood either.
final class Notes: Sendable {
    private let logger: Logger
    private let counts = Mutex<[String: Int64]>([:])
    private static let nameLimit = 200

    init(logger: Logger) { self.logger = logger }

    func log(_ level: Logger.Level, _ message: String, _ fields: Value?, plugin: String, channel: String?) {
        var metadata: Logger.Metadata = ["plugin": "\(plugin)"]
        if let channel { metadata["channel"] = "\(channel)" }
        for pair in (fields?.object?.pairs ?? []).prefix(16) {
            metadata[pair.name] = "\(String((pair.value.string ?? pair.value.jsonText).prefix(200)))"
        }
        logger.log(level: level, "\(String(message.prefix(1000)))", metadata: metadata)
    }

    /// Names beyond the first 200 are not counted: a label must not be made of customers' data.
    func count(_ name: String, _ number: Int64, plugin: String) {
        let key = "\(plugin) \(name)"
        counts.withLock { counts in
            guard counts[key] != nil || counts.count < Self.nameLimit else { return }
            counts[key, default: 0] &+= number
        }
    }

    /// By `PLUGIN NAME`, since the start.
    var snapshot: [String: Int64] { counts.withLock { $0 } }
}

/// `log` and `metric`.
enum NoteModules {
    private static let lineLimit = 20

    /// - Parameter room: who is calling just now.
    static func functions(notes: Notes, room: CallRoom) -> [ModuleFunction] {
        let levels: [(String, Logger.Level)] = [
            ("debug", .debug), ("info", .info), ("warning", .warning), ("error", .error),
        ]
        let logs = levels.map { name, level in
            ModuleFunction("log.\(name)") { args throws(ArgumentError) in
                let message = try args.text(0, "the message")
                guard room.takeLine(lineLimit) else { return .values([]) }
                notes.log(level, message, args[1], plugin: room.plugin, channel: room.context?.channel)
                return .values([])
            }
        }
        let count = ModuleFunction("metric.count") { args throws(ArgumentError) in
            let name = try args.text(0, "the name")
            let isName = name.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f }
            guard isName, (1...64).contains(name.utf8.count) else {
                throw ArgumentError("a metric's name has small letters, digits and '_'")
            }
            notes.count(name, Int64(args[1] == nil ? 1 : try args.whole(1, "the number")), plugin: room.plugin)
            return .values([])
        }
        return logs + [count]
    }
}

/// The call that is running in a state at this moment. Confined to the lane's thread.
final class CallRoom {
    let plugin: String
    private(set) var context: CallContext?
    private var lines: [UInt64: Int] = [:]
    /// Lets go of a Lua function that came out of the state and is not wanted.
    var release: (LuaFunction) -> Void = { _ in }

    init(plugin: String) { self.plugin = plugin }

    func enter(_ context: CallContext) { self.context = context }
    func leave() { context = nil }
    func forget(_ call: UInt64) { lines[call] = nil }

    /// - Returns: false once a call has written its share.
    func takeLine(_ limit: Int) -> Bool {
        let call = context?.id ?? 0
        lines[call, default: 0] += 1
        return lines[call, default: 0] <= limit
    }
}
