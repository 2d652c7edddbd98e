// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Desk
import Foundation
import Journal
import Plugins

/// `luadesk simulate`: acts as a platform towards a running desk.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Act as a platform: send what a customer writes, signed and encrypted, and show the answers.",
        discussion: """
            Against the demo (started in this folder with 'luadesk demo'):
              luadesk simulate wechat-miniprogram "我要退货"
              luadesk simulate wechat-miniprogram "我要退货" "20251101001"     one after the other, each after the answer
              luadesk simulate wechat-miniprogram --kind enter                the customer opens the chat
              luadesk simulate wechat-miniprogram "你好" --copies 3            the platform repeats itself

            Against a desk of your own:
              luadesk simulate wechat-miniprogram "hi" --config desk.yaml --data DIR --channel shop-wechat
            """)

    @Argument(help: "The plugin: wechat-miniprogram.") var plugin: String
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

    func run() async throws {
        try await complaining {
            let folder = URL(fileURLWithPath: data).standardizedFileURL.path
            let configuration = try await configuration(folder)
            let channel = try choose(from: configuration)
            let (url, answers) = try await target(folder, configuration)
            let occasions: [Value] = texts.isEmpty ? [occasion(nil)] : texts.map { occasion($0) }
            guard !texts.isEmpty || kind != nil else { throw ValidationError("Say what the customer writes, or give --kind.") }
            var refusals = 0
            try await PluginCatalogue.withHost(configuration.pluginFolders) { host in
                try host.open(channel)
                for occasion in occasions {
                    let requests = try await host.simulate(channel: channel.id, occasion)
                    let start = answers?.head
                    refusals += try await send(requests, occasion, to: url)
                    if let answers, let start { try await answers.show(channel: channel.id, after: start, seconds: wait) }
                }
            }
            await answers?.close()
            if refusals > 0 { throw ExitCode(1) }
        }
    }

    private func configuration(_ folder: String) async throws -> DeskConfiguration {
        if let config { return try await DeskConfiguration.load(file: config) }
        return try await DeskConfiguration.load(
            yaml: DemoDesk.configuration(wechat: "http://127.0.0.1:1"), name: "demo", folder: folder)
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

    private func occasion(_ text: String?) -> Value {
        var value: Value = ["kind": .string(kind ?? "text"), "sender": .string(from), "copies": .int(Int64(copies))]
        if let text { value["text"] = .string(text) }
        return value
    }

    /// - Returns: how many were refused.
    private func send(_ requests: [HookRequest], _ occasion: Value, to url: String) async throws -> Int {
        let desk = LocalDesk(url: url, token: "")
        var refusals = 0
        for request in requests {
            let query = request.query.isEmpty ? "" : "?\(request.query)"
            let started = ContinuousClock.now
            let answer: LocalDesk.Answer
            do {
                answer = try await desk.send(
                    request.method, request.path + query, body: request.body.isEmpty ? nil : request.body,
                    headers: request.headers.map { ($0.name, $0.value) }, signedIn: false)
            } catch {
                throw Complaint("\(url) does not answer (\(error)). Does the desk run?")
            }
            let took = (ContinuousClock.now - started).inMilliseconds
            print(
                "→ \(occasion["text"]?.string ?? occasion["kind"]?.string ?? "")   (\(request.body.count) bytes, status \(answer.status), \(took) ms)"
            )
            if !(200..<300).contains(answer.status) { refusals += 1 }
        }
        return refusals
    }
}

/// Reads from the desk's journal what went out through a channel.
struct AnswerWatch: Sendable {
    let store: SQLiteStore
    var head: Seq { store.head }

    /// Prints what the desk says from `after` on, until it has been quiet for a moment.
    func show(channel: String, after: Seq, seconds: Double) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        var shown: Set<ID<Message>> = []
        var quietSince = ContinuousClock.now
        while ContinuousClock.now < end {
            let messages = try await store.messages(
                MessageFilter(channel: channel, includesNotes: false), Page(after: after, limit: 200))
            let news = messages.filter { $0.direction == .outbound && !shown.contains($0.id) && $0.delivery != .queued }
            for message in news {
                shown.insert(message.id)
                quietSince = .now
                print(
                    "← \(Self.words(of: message))   (\(message.author.text), \(message.delivery.name)\(message.delivery.reason.map { ": \($0)" } ?? ""))"
                )
            }
            let isWaiting = messages.contains { $0.direction == .outbound && $0.delivery == .queued }
            if !shown.isEmpty, !isWaiting, ContinuousClock.now - quietSince > .milliseconds(600) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        if shown.isEmpty { print("  (no answer within \(Int(seconds)) s)") }
    }

    private static func words(of message: Message) -> String {
        let options = message.content.fields["options"]?.array?.compactMap { $0["text"]?.string } ?? []
        let text = message.content.text.isEmpty ? "[\(message.content.kind.rawValue)]" : message.content.text
        return options.isEmpty ? text : "\(text) [\(options.joined(separator: " | "))]"
    }

    func close() async { await store.close() }
}
