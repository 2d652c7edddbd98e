// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation

/// A desk of its own in a temporary folder on this disk: shipped rules, two WeChat channels, one live channel.
struct DeskUnderLoad {
    let child: Child
    let token: String
    private let folder: String

    /// - Parameter platform: the port of what stands in for WeChat's interface.
    static func start(program: String, repository: String, platform: Int) async throws -> DeskUnderLoad {
        let folder = "\(repository)/.build/bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let port = try Child.freePort()
        let configuration = """
            rules: \(repository)/rules
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
        for number in 0..<count {
            let answer = try await HTTP.send("POST", "/v1/live/sessions", port: child.port, body: [
                "channel": "web", "identity": ["external_id": .string("bench-\(number)")],
            ])
            guard let token = answer.body["token"]?.string else {
                throw BenchmarkFailure("No session: status \(answer.status) \(answer.body.jsonText)")
            }
            tokens.append(token)
        }
        return tokens
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

    func stop() {
        child.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
