// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Rules

/// A desk of its own in a temporary folder on this disk: two WeChat channels, one live channel.
struct DeskUnderLoad {
    let child: Child
    let token: String
    private let folder: String

    /// - Parameters:
    ///   - platform: the port of what stands in for WeChat's interface.
    ///   - rules: nil: the shipped ones.
    static func start(
        program: String, repository: String, platform: Int, rules: RuleSource? = nil
    ) async throws -> DeskUnderLoad {
        let folder = "\(repository)/.build/bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let port = try Child.freePort()
        // Its own, so that they can be changed.
        if let rules {
            for (path, bytes) in rules.files {
                let file = URL(fileURLWithPath: "\(folder)/rules/\(path)")
                try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(bytes).write(to: file)
            }
        } else {
            try FileManager.default.copyItem(atPath: "\(repository)/rules", toPath: "\(folder)/rules")
        }
        let configuration = """
            rules: \(folder)/rules
            plugins: \(repository)/plugins
            log:
              level: error
            server:
              limits:
                frame_rate: 1000000
                frame_burst: 1000000
                session_rate: 1000000
                session_burst: 1000000
            teams:
              - {id: service, name: Service}
              - {id: after_sales, name: After sales}
              - {id: premium, name: Premium}
              - {id: complaints, name: Complaints}
            channels:
              - {id: plain, plugin: wechat-miniprogram, settings: {app_id: \(WeChatCallbacks.appID), app_secret: s, token: \(WeChatCallbacks.token), mode: plain, api_base: "http://127.0.0.1:\(platform)"}}
              - {id: secure, plugin: wechat-miniprogram, settings: {app_id: \(WeChatCallbacks.appID), app_secret: s, token: \(WeChatCallbacks.token), encoding_aes_key: \(WeChatCallbacks.encodingAESKey), mode: secure, api_base: "http://127.0.0.1:\(platform)"}}
              - {id: web, plugin: live, settings: {trust_identity: true}}
            \(MixedCallbacks.configuration(platform: platform))

            """
        try configuration.write(toFile: "\(folder)/desk.yaml", atomically: true, encoding: .utf8)
        let child = try await Child(
            program, ["serve", "--config", "\(folder)/desk.yaml", "--data", "\(folder)/data", "--port", "\(port)"], port: port,
            ready: "/readyz")
        return DeskUnderLoad(child: child, token: try token(program, folder), folder: folder)
    }

    private static func token(_ program: String, _ folder: String) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["token", "create", "--data", "\(folder)/data", "--role", "admin", "--name", "bench"]
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: data, as: UTF8.self)
        guard let token = text.split(whereSeparator: \.isWhitespace).first(where: { $0.hasPrefix("ldk_") }) else {
            throw BenchmarkFailure("luadesk token create printed no token.")
        }
        return String(token)
    }

    /// Sessions for that many customers of the live channel.
    func sessions(_ count: Int) async throws -> [String] {
        var tokens: [String] = []
        let port = child.port
        for start in stride(from: 0, to: count, by: 32) {
            let numbers = start..<min(count, start + 32)
            tokens += try await withThrowingTaskGroup(of: (Int, String).self) { group in
                for number in numbers { group.addTask { (number, try await Self.session(number, port: port)) } }
                return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
            }
        }
        return tokens
    }

    private static func session(_ number: Int, port: Int) async throws -> String {
        let answer = try await HTTP.send(
            "POST", "/v1/live/sessions", port: port,
            body: ["channel": "web", "identity": ["external_id": .string("bench-\(number)")]])
        guard let token = answer.body["token"]?.string else {
            throw BenchmarkFailure("No session: status \(answer.status) \(answer.body.jsonText)")
        }
        return token
    }

    /// How many inbound messages of a channel are in the journal, by the API: what was acknowledged must be there.
    func inboundCount(_ channel: String) async throws -> Int {
        var count = 0
        var cursor = ""
        while true {
            let path = "/v1/messages?channel=\(channel)&limit=200" + (cursor.isEmpty ? "" : "&after=\(cursor)")
            let answer = try await HTTP.send("GET", path, port: child.port, token: token)
            guard answer.status == 200 else { throw BenchmarkFailure("Messages could not be counted: \(answer.body.jsonText)") }
            count += (answer.body["items"]?.array ?? []).count { $0["direction"] == "in" }
            guard let next = answer.body["next_cursor"]?.string else { return count }
            cursor = next
        }
    }

    var rules: RuleSaver { RuleSaver(folder: folder, port: child.port, token: token) }

    /// Messages, in and out, among the events after a seq.
    func countMessages(after seq: Int64) async throws -> Int {
        var (count, after) = (0, seq)
        while true {
            let answer = try await HTTP.send("GET", "/v1/events?after=\(after)&limit=200", port: child.port, token: token)
            let items = answer.body["items"]?.array ?? []
            count += items.count { ["message.received", "message.sent"].contains($0["kind"]?.string ?? "") }
            guard let last = items.last?["seq"]?.int, answer.body["next_cursor"]?.string != nil else { return count }
            after = last
        }
    }

    /// Waits until it has done what earlier loads left it to do, such as closing files; ten seconds at most: answers go out at
    /// a channel's own pace, fifty a second, and that goes on.
    func rest() async throws {
        let start = ContinuousClock.now
        var quiet = 0
        while quiet < 3, ContinuousClock.now - start < .seconds(10) {
            let before = child.cpuSeconds
            try await Task.sleep(for: .milliseconds(300))
            quiet = child.cpuSeconds - before < 0.03 ? quiet + 1 : 0
        }
    }

    func stop() {
        child.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }
}

/// Changes the rules of a desk that is measured.
struct RuleSaver: Sendable {
    let folder: String
    let port: Int
    let token: String

    /// Saves a rule file with another remark, and waits until it is live.
    /// - Returns: milliseconds from the save.
    func save(_ number: Int) async throws -> Double {
        let path = "\(folder)/rules/autoreply/answers.lua"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let before = try await HTTP.send("GET", "/v1/rules", port: port, token: token).body["id"]?.string
        let start = ContinuousClock.now
        try (text + "-- \(number)\n").write(toFile: path, atomically: true, encoding: .utf8)
        while try await HTTP.send("GET", "/v1/rules", port: port, token: token).body["id"]?.string == before {
            guard ContinuousClock.now - start < .seconds(20) else { throw BenchmarkFailure("A saved file did not go live.") }
            try await Task.sleep(for: .milliseconds(2))
        }
        let time = (ContinuousClock.now - start).components
        return Double(time.seconds) * 1000 + Double(time.attoseconds) / 1e15
    }
}
