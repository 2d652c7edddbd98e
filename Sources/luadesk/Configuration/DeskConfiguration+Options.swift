// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Foundation
import Logging
import Server

extension DeskConfiguration {
    var channels: [ChannelConfiguration] {
        (value["channels"]?.array ?? []).compactMap { channel in
            guard let id = channel["id"]?.string, let plugin = channel["plugin"]?.string else { return nil }
            return ChannelConfiguration(
                id: id, plugin: plugin, settings: channel["settings"] ?? [:], rate: channel["rate"]?.double,
                burst: channel["burst"]?.double, replies: Self.policy(channel["replies"] ?? [:]))
        }
    }

    var webHooks: [WebHook] {
        (value["webhooks"]?.array ?? []).compactMap { hook in
            guard let name = hook["name"]?.string, let url = hook["url"]?.string, let secret = hook["secret"]?.string else {
                return nil
            }
            return WebHook(
                name: name, url: url, secret: secret, secondSecret: hook["second_secret"]?.string,
                batch: hook["batch"]?.int.map(Int.init) ?? 1, events: hook["events"]?.array?.compactMap(\.string) ?? [])
        }
    }

    private static func policy(_ replies: Value) -> ReplyPolicy {
        ReplyPolicy(
            merge: replies["merge"]?.bool ?? false, keepForPeople: replies["keep_for_people"]?.int.map(Int.init) ?? 0,
            fallback: replies["fallback"]?.array?.compactMap(\.string) ?? [])
    }

    /// Those of the file; without any, the ones that the shipped rules name.
    var teams: [Team] {
        let written = value["teams"]?.array ?? []
        guard !written.isEmpty else { return DemoDesk.teams.map { Team(id: $0.0, name: $0.1) } }
        return written.compactMap { team in
            guard let id = team["id"]?.string else { return nil }
            return Team(
                id: id, name: team["name"]?.string ?? id, hours: team["hours"].flatMap { BusinessHours(value: $0) },
                strategy: team["strategy"]?.string.flatMap(AssignmentStrategy.init(rawValue:)) ?? .leastLoaded)
        }
    }

    var agents: [EngineOptions.AgentSeed] {
        (value["agents"]?.array ?? []).compactMap { agent in
            guard let name = agent["name"]?.string else { return nil }
            func texts(_ key: String) -> [String] { agent[key]?.array?.compactMap(\.string) ?? [] }
            return EngineOptions.AgentSeed(
                name: name, role: agent["role"]?.string.flatMap(Role.init(rawValue:)) ?? .agent, teams: texts("teams"),
                skills: texts("skills"), capacity: agent["capacity"]?.int.map(Int.init) ?? 5)
        }
    }

    /// What the engine is told.
    func engineOptions(key: DeskKey, dataFolder: String) -> EngineOptions {
        var options = EngineOptions(
            secret: key.derived(for: "live sessions 1"), mediaFolder: "\(dataFolder)/media", mediaKey: key.derived(for: "media 1")
        )
        options.channels = channels
        options.webHooks = webHooks
        options.teams = teams
        options.agents = agents
        options.rulesFolder = rulesFolder
        options.pluginFolders = pluginFolders
        if let team = text("routing.fallback_team") { options.fallbackTeam = team }
        if let window = duration("routing.reopen_within") { options.reopenWithin = window }
        if let country = text("routing.country") { options.country = country }
        if let lanes = number("lanes") { options.lanes = lanes }
        if let life = duration("sessions.life") { options.sessionLife = life }
        options.watchesFiles = flag("watch")
        options.media.ffmpeg = ffmpeg
        options.publicURL = text("server.public_url").map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        if let parallel = number("media.parallel") { options.media.parallel = parallel }
        if let keep = duration("decisions.keep") { options.decisions.keep = keep }
        if let most = number("decisions.most_events") { options.decisions.mostEvents = Int64(most) }
        if let attempts = number("outbox.attempts") { options.outbox.attempts = attempts }
        if let rate = decimal("outbox.rate") { options.outbox.rate = rate }
        if let burst = decimal("outbox.burst") { options.outbox.burst = burst }
        if let parallel = number("outbox.parallel") { options.outbox.parallel = parallel }
        if let rest = duration("outbox.rest") { options.outbox.rest = rest }
        return options
    }

    /// The program that converts; nil: none.
    private var ffmpeg: String? {
        switch text("media.ffmpeg") ?? "auto" {
        case "auto": MediaOptions.find("ffmpeg", in: ProcessInfo.processInfo.environment["PATH"])
        case "off", "false": nil
        default: path("media.ffmpeg")
        }
    }

    /// What the server is told.
    func serverOptions(registry: MetricRegistry) -> ServerOptions {
        var options = ServerOptions()
        options.registry = registry
        options.version = DeskVersion.text
        options.channels = channels.map { ($0.id, $0.plugin) }
        options.rulesFolder = rulesFolder
        options.pluginFolders = pluginFolders
        if let host = text("server.host") { options.host = host }
        if let port = number("server.port") { options.port = port }
        if let certificate = path("server.tls.certificate"), let key = path("server.tls.key") {
            options.tls = TLSFiles(certificate: certificate, key: key)
        }
        options.origins = texts("server.origins")
        if let access = text("server.metrics").flatMap(MetricsAccess.init(rawValue:)) { options.metrics = access }
        options.limits = serverLimits()
        return options
    }

    private func serverLimits() -> ServerLimits {
        var limits = ServerLimits()
        func set<Number>(_ limit: WritableKeyPath<ServerLimits, Number>, _ value: Number?) {
            if let value { limits[keyPath: limit] = value }
        }
        set(\.connections, number("server.limits.connections"))
        set(\.bodyBytes, number("server.limits.body"))
        set(\.attachmentBytes, number("server.limits.attachment"))
        set(\.headerBytes, number("server.limits.headers"))
        set(\.bodyTimeout, duration("server.limits.body_timeout"))
        set(\.headTimeout, duration("server.limits.head_timeout"))
        set(\.idleTimeout, duration("server.limits.idle_timeout"))
        set(\.shutdownGrace, duration("server.limits.shutdown_grace"))
        set(\.sockets, number("server.limits.sockets"))
        set(\.socketsPerAddress, number("server.limits.sockets_per_address"))
        set(\.socketsPerLoopback, number("server.limits.sockets_per_loopback"))
        set(\.frameBytes, number("server.limits.frame"))
        set(\.helloTimeout, duration("server.limits.hello_timeout"))
        set(\.pingInterval, duration("server.limits.ping_interval"))
        set(\.stallTimeout, duration("server.limits.stall_timeout"))
        set(\.backlog, number("server.limits.backlog"))
        set(\.frameRate, decimal("server.limits.frame_rate"))
        set(\.frameBurst, decimal("server.limits.frame_burst"))
        set(\.sessionRate, decimal("server.limits.session_rate"))
        set(\.sessionBurst, decimal("server.limits.session_burst"))
        return limits
    }

    var logLevel: Logger.Level { text("log.level").flatMap(Logger.Level.init(rawValue:)) ?? .info }
    var logFormat: DeskLogHandler.Format { text("log.format").flatMap(DeskLogHandler.Format.init(rawValue:)) ?? .text }
}
