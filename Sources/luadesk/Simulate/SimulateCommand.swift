// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Desk
import Foundation
import Journal
import Plugins

/// `luadesk simulate`: acts as a platform towards a running desk, and for what the desk sends.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Act as a platform: send what customers write, signed and encrypted, and take what the desk answers.",
        discussion: """
            Against the demo (started in this folder with 'luadesk demo'):
              luadesk simulate wechat-miniprogram "我要退货"
              luadesk simulate wechat-miniprogram "我要退货" "20251101001"     one after the other, each after the answer
              luadesk simulate wechat-miniprogram --kind enter                the customer opens the chat
              luadesk simulate wechat-miniprogram "你好" --copies 3            the platform repeats itself

            Against a desk of your own:
              luadesk simulate wechat-miniprogram "hi" --config desk.yaml --data DIR --channel shop-wechat

            As platforms are on a bad day: 500 messages of 20 customers, each three times, in any order, some damaged, some a day old:
              luadesk simulate telegram "hi" --count 500 --customers 20 --duplicates 2 --shuffle --corrupt --replay-stale \\
                --config desk.yaml --data DIR

            A message whose callback is lost; the desk finds it when it looks by itself (plugins with poll: wechat-kf):
              luadesk simulate wechat-kf "在吗" --lost --config desk.yaml

            The platform's API, for what the desk sends (its channel has api_base: http://127.0.0.1:9100):
              luadesk simulate telegram --listen 9100 --config desk.yaml
              luadesk simulate telegram --listen 9100 --config desk.yaml --expire-token --errors 5 --error-code 403
            """)

    @Argument(help: "The plugin, such as wechat-miniprogram or telegram.") var plugin: String
    @Argument(help: "What the customer writes; several are sent in turn.") var texts: [String] = []
    @Option(help: ArgumentHelp("The channel. Default: the first one of this plugin.", valueName: "id")) var channel: String?
    @Option(help: ArgumentHelp("The desk's configuration. Default: the demo's.", valueName: "file")) var config: String?
    @Option(help: ArgumentHelp("The desk's data folder, to find the desk and show its answers.", valueName: "dir"))
    var data = DemoDesk.folder
    @Option(help: ArgumentHelp("Send there instead; answers are not shown then.", valueName: "url")) var to: String?
    @Option(help: ArgumentHelp("Who writes: the customer's id on the platform.", valueName: "id")) var from =
        "o-simulated-customer"
    @Option(help: "What happens: text, enter, image, or whatever the plugin simulates.") var kind: String?
    @Option(help: "How often the platform sends each, as platforms repeat themselves.") var copies = 1
    @Option(help: "How many seconds to wait for an answer.") var wait = 5.0
    @Option(help: ArgumentHelp("Write the request into this file, as fixtures are, and send nothing.", valueName: "file"))
    var record: String?
    @Flag(help: "No callback reaches the desk: the platform (its stand-in, at api_base) keeps the message until it is asked.")
    var lost = false
    @OptionGroup(title: "A bad day") var day: TrafficOptions
    @OptionGroup(title: "The platform's side of what the desk sends") var standIn: StandInOptions

    func validate() throws {
        guard (1...1000).contains(copies) else { throw ValidationError("--copies is 1 to 1000.") }
        guard wait >= 0, wait <= 3600 else { throw ValidationError("--wait is 0 to 3600 seconds.") }
    }

    func run() async throws {
        try await complaining {
            let folder = URL(fileURLWithPath: data).standardizedFileURL.path
            let configuration = try await configuration(folder)
            let channel = try choose(from: configuration)
            if let record {
                try await write(channel, configuration, to: record)
            } else if let port = standIn.listen {
                try await PluginCatalogue.withHost(configuration.pluginFolders, only: plugin, standIns: true) { host in
                    try host.open(channel)
                    try await listen(host, channel, port, folder, configuration)
                }
            } else {
                try await talk(channel, folder, configuration)
            }
        }
    }

    /// Writes what the platform would post, as it stands in `fixtures/`.
    private func write(_ channel: ChannelConfiguration, _ configuration: DeskConfiguration, to file: String) async throws {
        let occasion = occasion(texts.first)
        let requests = try await PluginCatalogue.withHost(configuration.pluginFolders, only: plugin) { host in
            try host.open(channel)
            return try await host.simulate(channel: channel.id, occasion)
        }
        guard let request = requests.first else { throw Complaint("the platform of '\(plugin)' posts nothing of that kind.") }
        try Data(request.recorded).write(to: URL(fileURLWithPath: file))
        print(file)
    }

    /// Takes what the desk sends until it is stopped; where something is to be said, until that is answered.
    private func listen(
        _ host: PluginHost, _ channel: ChannelConfiguration, _ port: Int, _ folder: String, _ configuration: DeskConfiguration
    ) async throws {
        guard host.hasStandIn(plugin) else {
            throw Complaint("plugin '\(plugin)' has no platform.lua, which would answer as its platform does.")
        }
        let known = host.manifest(of: plugin)?.faults ?? []
        if let missing = standIn.faults.first(where: { $0.kind != "code" && !known.contains($0.kind) }) {
            throw Complaint(
                missing.kind == "expired"
                    ? "'\(plugin)' has no access token that could expire and be renewed."
                    : "the platform of '\(plugin)' has no error '\(missing.kind)'. It has \(known.joined(separator: ", ")), and codes of its own."
            )
        }
        let server = StandInServer(host: host, channel: channel.id, options: standIn)
        let isTalking = !texts.isEmpty || kind != nil
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run(port: port) }
            if isTalking {
                group.addTask {
                    try await server.ready()
                    try await talk(channel, folder, configuration)
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func talk(_ channel: ChannelConfiguration, _ folder: String, _ configuration: DeskConfiguration) async throws {
        guard !texts.isEmpty || kind != nil || day.isUsed else {
            throw ValidationError("Say what the customer writes, or give --kind.")
        }
        if lost { try await checkPolls(configuration) }
        let (url, answers): (String, AnswerWatch?) = try await lost ? (platform(of: channel), nil) : target(folder, configuration)
        let isRight: Bool
        if day.isUsed {
            let traffic = SimulatedTraffic(
                plugin: plugin, channel: channel, folders: configuration.pluginFolders, url: url, options: day)
            let report = try await traffic.run(texts: texts, kind: kind, from: from)
            print(report.text)
            isRight = report.lost == 0
        } else {
            isRight = try await converse(channel, configuration, url, answers)
        }
        await answers?.close()
        if !isRight { throw ExitCode(1) }
    }

    /// One after the other, each after the answer.
    private func converse(
        _ channel: ChannelConfiguration, _ configuration: DeskConfiguration, _ url: String, _ answers: AnswerWatch?
    ) async throws -> Bool {
        let occasions: [Value] = texts.isEmpty ? [occasion(nil)] : texts.map { occasion($0) }
        var refusals = 0
        try await PluginCatalogue.withHost(configuration.pluginFolders, only: plugin) { host in
            try host.open(channel)
            for occasion in occasions {
                let requests = try await host.simulate(channel: channel.id, occasion)
                if requests.isEmpty { throw Complaint("the platform of '\(plugin)' posts nothing of that kind.") }
                let start = answers?.head
                refusals += try await send(requests, occasion, of: channel.id, from: host, to: url)
                if let answers, let start {
                    try await answers.show(
                        channel: channel.id, after: start, seconds: wait, mayBeAsked: host.polls(channel: channel.id))
                }
            }
        }
        return refusals == 0
    }

    private func configuration(_ folder: String) async throws -> DeskConfiguration {
        guard let config else {
            return try await DeskConfiguration.load(
                yaml: DemoDesk.configuration(wechat: "http://127.0.0.1:1"), name: "demo", folder: folder)
        }
        // As the server does: a broken plugin closes its own channels only.
        let configuration = try await DeskConfiguration.load(file: config, options: .init(takesBrokenPlugins: true))
        let broken = await PluginCatalogue.contents(of: configuration.pluginFolders).broken
        if let why = broken[plugin] { throw Complaint("the plugin '\(plugin)' cannot be loaded: \(why)") }
        for (name, why) in broken.sorted(by: { $0.key < $1.key }) {
            complain("luadesk: another plugin, '\(name)', cannot be loaded: \(why)")
        }
        return configuration
    }

    private func choose(from configuration: DeskConfiguration) throws -> ChannelConfiguration {
        let fitting = configuration.channels.filter { $0.plugin == plugin }
        guard let found = fitting.first(where: { channel == nil || $0.id == channel }) else {
            let names = configuration.channels.map { "\($0.id) (\($0.plugin))" }.joined(separator: ", ")
            throw Complaint("there is no channel \(channel.map { "'\($0)' " } ?? "")of plugin '\(plugin)'. Configured: \(names).")
        }
        return found
    }

    private func target(_ folder: String, _ configuration: DeskConfiguration) async throws -> (url: String, answers: AnswerWatch?)
    {
        if let to { return (to.hasSuffix("/") ? String(to.dropLast()) : to, nil) }
        guard let desk = await LocalDesk.running(in: folder) else {
            throw Complaint("no desk runs on \(folder). Start one with 'luadesk demo', or name it with --data or --to.")
        }
        let key = try DeskKey.load(hex: configuration.text("encryption_key"), folder: folder, creatingIfMissing: false)
        return (desk.url, AnswerWatch(store: try SQLiteStore.open(at: folder, key: key.storeKey(), role: .tool)))
    }

    /// A message without a callback is for channels that look on their platform by themselves; for others it would be lost for good.
    private func checkPolls(_ configuration: DeskConfiguration) async throws {
        let polls = try await PluginCatalogue.withHost(configuration.pluginFolders, only: plugin) { host in
            host.manifest(of: plugin)?.functions.contains("poll") ?? false
        }
        guard polls else {
            throw Complaint(
                "--lost: '\(plugin)' never looks on its platform by itself (it has no poll), so the message would stay there.")
        }
    }

    /// Where the stand-in of the channel's platform listens.
    private func platform(of channel: ChannelConfiguration) throws -> String {
        guard let base = channel.settings["api_base"]?.string else {
            throw Complaint("--lost: channel '\(channel.id)' has no api_base, where its platform's stand-in would listen.")
        }
        return base.hasSuffix("/") ? String(base.dropLast()) : base
    }

    private func occasion(_ text: String?) -> Value {
        var value: Value = ["kind": .string(kind ?? "text"), "sender": .string(from), "copies": .int(Int64(copies))]
        if let text { value["text"] = .string(text) }
        return value
    }

    /// - Returns: how many were refused.
    private func send(
        _ requests: [HookRequest], _ occasion: Value, of channel: String, from host: PluginHost, to url: String
    ) async throws -> Int {
        let poster = PlatformPoster(url: url, slow: day.slow, retries: 0)
        var refusals = 0
        for request in requests {
            let answer = await poster.post(request)
            guard let status = answer.status else {
                try await poster.shutdown()
                throw Complaint("\(url) does not answer. Does the desk run?")
            }
            let what = occasion["text"]?.string ?? occasion["kind"]?.string ?? ""
            let other = await SimulatedMeaning.other(than: kind ?? "text", request, channel: channel, host)
            let meaning = other.map { ", \($0)" } ?? ""
            print("→ \(what)   (\(request.body.count) bytes\(meaning), status \(status), \(answer.took.inMilliseconds) ms)")
            if !(200..<300).contains(status) { refusals += 1 }
        }
        try await poster.shutdown()
        return refusals
    }
}
