// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import Logging
import MailServers
import Plugins

@testable import Engine

/// A whole desk in this process: a store in a temporary folder, rules of the test's own, a clock turned by hand.
final class TestDesk: Sendable {
    let engine: DeskEngine
    let clock: ManualClock
    let key: StoreKey
    /// Removed with the last desk that lives in it.
    private let place: TemporaryPlace
    var folder: String { place.path }
    private let running: Task<Void, any Error>

    static let admin = Principal(name: "test", role: .admin)

    /// - Parameters:
    ///   - recalledAtOnce: events that the measures know before the desk is ready.
    ///   - rules: files of the rule set by path; `rules.lua` is added if absent.
    ///   - folder: of an earlier desk, to start on what it left.
    ///   - beforeItRuns: called when the rules are live and nothing runs yet.
    init(
        rules: [String: String] = [:], agents: [EngineOptions.AgentSeed] = [], teams: [String] = ["service"],
        on earlier: TestDesk? = nil, plugins: [String] = [], channels: [ChannelConfiguration] = [],
        publicURL: String? = nil, recalledAtOnce: Int = 20_000, watchesFiles: Bool = false, log: LogLines? = nil,
        beforeItRuns: (_ rulesFolder: String) throws -> Void = { _ in }
    ) async throws {
        let place = try earlier?.place ?? TemporaryPlace("desk")
        let folder = place.path
        let clock = earlier?.clock ?? ManualClock()
        // No program starts within the millisecond in which another one ended; ids rest on that.
        if earlier != nil { clock.advance(by: .milliseconds(1)) }
        let key = earlier?.key ?? StoreKey.random()
        let rulesFolder = folder + "/rules"
        if earlier == nil || !rules.isEmpty { try Self.write(rules, to: rulesFolder) }
        let store = try SQLiteStore.open(at: folder + "/data", key: key, clock: clock.now)
        var options = EngineOptions(
            secret: Array(repeating: 1, count: 32), mediaFolder: folder + "/media", mediaKey: Array(repeating: 2, count: 32))
        options.channels = [ChannelConfiguration(id: "web", plugin: "live", settings: ["trust_identity": true])] + channels
        options.teams = teams.map { Team(id: $0, name: $0) }
        options.agents = agents
        options.rulesFolder = rulesFolder
        options.pluginFolders = plugins
        options.pluginLimits = .patient
        options.publicURL = publicURL
        options.recalledAtOnce = recalledAtOnce
        options.watchesFiles = watchesFiles
        options.clock = clock.now
        let engine = try await DeskEngine.start(
            options, store: store,
            logger: Logger(label: "test") { _ in if let log { LogKeeper(lines: log) } else { SwiftLogNoOpLogHandler() } })
        try beforeItRuns(rulesFolder)
        self.place = place
        self.clock = clock
        self.key = key
        self.engine = engine
        running = Task { try await engine.run() }
    }

    /// A test that failed has not stopped it.
    deinit { running.cancel() }

    static func write(_ files: [String: String], to folder: String) throws {
        try? FileManager.default.removeItem(atPath: folder)
        var files = files
        if files["rules.lua"] == nil { files["rules.lua"] = "return { name = \"test\", api = 1 }\n" }
        for (path, text) in files {
            let url = URL(fileURLWithPath: "\(folder)/\(path)")
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
    }

    /// Drains and closes; the folder stays for another desk.
    func stop() async throws {
        await engine.drain()
        try await running.value
        await engine.store.close()
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    // MARK: - As a customer

    @discardableResult
    func say(_ text: String, as sender: String = "lin", id: String? = nil) async throws -> Intake {
        try await engine.receive(
            InboundMessage(
                channel: "web", sender: sender, externalID: id ?? UUID().uuidString, content: .text(text)))
    }

    func conversation(_ id: ID<Conversation>) async throws -> Conversation {
        guard let conversation = try await engine.store.conversation(id) else { throw DeskError.missing("conversation", id) }
        return conversation
    }

    func texts(_ id: ID<Conversation>, _ direction: MessageDirection = .outbound) async throws -> [String] {
        try await engine.store.messages(MessageFilter(conversation: id), Page(limit: 200))
            .filter { $0.direction == direction }.map(\.content.text)
    }

    func kinds() async throws -> [Event.Kind] {
        try await engine.store.events(after: 0, limit: 1000, matching: .all).map(\.kind)
    }

    /// Waits, through the journal, until a conversation is as wanted.
    func until(
        _ id: ID<Conversation>, _ isWanted: @Sendable (Conversation) -> Bool
    ) async throws -> Conversation {
        var seq = engine.store.head
        while true {
            let now = try await conversation(id)
            if isWanted(now) { return now }
            try await engine.store.waitForEvent(after: seq)
            seq = engine.store.head
        }
    }

    func agent(_ name: String) async throws -> Agent {
        guard let agent = try await engine.store.agents().first(where: { $0.name == name }) else {
            throw DeskError(.notFound, "no agent \(name)")
        }
        return agent
    }

    @discardableResult
    func present(_ name: String, _ presence: Agent.Presence = .online) async throws -> Agent {
        try await engine.setPresence(agent(name).id, presence, by: Self.admin)
    }

    func principal(_ agent: Agent) -> Principal { Principal(name: agent.name, role: .agent, agent: agent.id) }
}

extension TestDesk {
    /// Posts to a channel's hook as a platform does: again where it took longer than platforms wait.
    func post(_ body: Value, to channel: String) async -> HookResponse {
        let request = HookRequest(method: "POST", path: "/hooks/\(channel)", query: "", headers: [], body: body.json)
        while true {
            let answer = await engine.hook(channel: channel, request)
            if answer.status != 503 { return answer }
        }
    }
}

extension PluginOptions {
    /// More time than a plugin needs that ends at all: tests share their machine with each other and with compilers.
    static var patient: PluginOptions {
        var options = PluginOptions()
        (options.receiveLimit, options.sendLimit, options.callLimit) = (.seconds(120), .seconds(120), .seconds(120))
        (options.pollLimit, options.mediaLimit) = (.seconds(120), .seconds(120))
        (options.stepTime, options.loadTime) = (.seconds(60), .seconds(60))
        return options
    }
}
