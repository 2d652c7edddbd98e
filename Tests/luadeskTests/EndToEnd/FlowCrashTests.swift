// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Synchronization
import Testing

@testable import luadesk

@Suite("Dialogues go on through SIGKILL and new rules")
struct FlowCrashTests {
    private static let customers = 1000
    private static let steps = 4

    /// Three questions and what came of them; every version has a way up from each before.
    private static func rules(version: Int) -> String {
        let upgrades = (1..<max(version, 1)).map { "[\($0)] = function(s) s.ups = (s.ups or 0) + 1 return s end" }
        return """
            flow "steps" {
              version = \(version), start = keywords { "begin" },
              state = { a = "string?", b = "string?", c = "string?", ups = "number?" },
              stages = {
                first = function(chat, s) s.a = chat:ask("a", { text = "one?", timeout = "1d" }) return "second" end,
                second = function(chat, s) s.b = chat:ask("b", { text = "two?", timeout = "1d" }) return "third" end,
                third = function(chat, s)
                  s.c = chat:ask("c", { text = "three?", timeout = "1d" })
                  chat:say("done " .. s.a .. s.b .. s.c)
                  return chat:done()
                end,
              },
              on_upgrade = { \(upgrades.joined(separator: ", ")) },
            }

            """
    }

    @Test("a thousand of them, through kills and reloads at random: none lost, none stuck, nothing said twice")
    func kills() async throws {
        let seed = UInt64(ProcessInfo.processInfo.environment["CRASH_SEED"] ?? "") ?? UInt64.random(in: 0...UInt64.max)
        print("flow crash test: CRASH_SEED=\(seed)")
        var random = SeededGenerator(seed)
        let data = TemporaryFolder()
        let tree = TemporaryFolder()
        try tree.write("return { name = \"test\", api = 1 }\n", to: "rules/rules.lua")
        try tree.write(Self.rules(version: 1), to: "rules/flows/steps.lua")
        let configuration =
            StartTests.web
            + "rules: \(tree.path)/rules\nwatch: false\nserver: { limits: { session_rate: 100000, session_burst: 100000 } }\n"
        let stage = Stage()
        stage.enter(try await LuaDeskProcess.serve(configuration, data: data))
        let url = try #require(stage.current?.url)
        var tokens: [String] = []
        for _ in 0..<Self.customers { tokens.append(try await DeskAPI(url: url).session(channel: "web").token) }
        let sessions = tokens

        try await withThrowingTaskGroup(of: Void.self) { group in
            let workers = 8
            for worker in 0..<workers {
                group.addTask {
                    // Step by step for all of them, so that all dialogues are open at the same time.
                    for step in 0..<Self.steps {
                        for customer in stride(from: worker, to: Self.customers, by: workers) {
                            let word = step == 0 ? "begin" : "\(["a", "b", "c"][step - 1])\(customer)."
                            try await Self.say(word, "c\(customer)-\(step)", sessions[customer], stage)
                        }
                    }
                }
            }
            let total = Self.customers * Self.steps
            var version = 1
            for turn in 1...18 {
                let wanted = total * turn / 20 + Int.random(in: 0..<(total / 25), using: &random)
                try await within(.seconds(120), "answers go on") { await stage.wait(untilAcknowledged: wanted) }
                if turn % 3 == 0 {
                    try await stage.current?.kill()
                    stage.enter(try await LuaDeskProcess.serve(configuration, data: data))
                } else {
                    version += 1
                    try tree.write(Self.rules(version: version), to: "rules/flows/steps.lua")
                    stage.current?.process.send(SIGHUP)
                }
            }
            try await group.waitForAll()
        }
        let desk = try #require(stage.current)
        let api = try await desk.api()
        var talks: [String: [String]] = [:]
        for message in try await api.messages(channel: "web") {
            talks[message["conversation_id"]?.string ?? "", default: []].append(
                "\(message["direction"]?.string ?? ""): \(message["text"]?.string ?? "")")
        }
        #expect(talks.count == Self.customers)
        var finished: Set<String> = []
        for (conversation, lines) in talks {
            guard lines.count == 8, let name = lines[2].split(separator: "a").last else {
                Issue.record("\(conversation): \(lines), seed \(seed)")
                continue
            }
            let expected = [
                "in: begin", "out: one?", "in: a\(name)", "out: two?", "in: b\(name)", "out: three?", "in: c\(name)",
                "out: done a\(name)b\(name)c\(name)",
            ]
            #expect(lines == expected, "\(conversation), seed \(seed)")
            finished.insert(String(name))
        }
        #expect(finished.count == Self.customers)
        let ended = try await api.all("/v1/events").filter { $0["kind"] == "flow.ended" }
        #expect(ended.count == Self.customers)
        #expect(ended.allSatisfy { $0["payload"]?["outcome"] == "done" })
        #expect(try await desk.stop() == .init(status: 0))
    }

    /// Until it is acknowledged, through as many lives of the server as it takes.
    private static func say(_ word: String, _ id: String, _ token: String, _ stage: Stage) async throws {
        var life = 0
        while true {
            let (desk, current) = await stage.desk(after: life)
            do {
                let answer = try await DeskAPI(url: desk.url, token: token).post(
                    "/v1/live/messages", ["client_id": .string(id), "kind": "text", "text": .string(word)])
                guard (200..<300).contains(answer.status) else {
                    throw OutOfPatience(description: "\(id): \(answer.status) \(answer.text)")
                }
                return stage.acknowledge()
            } catch is CancellationError { throw CancellationError() } catch {
                let hasEnded = (try? await within(patience, "the server's end") { _ = try await desk.process.exit() }) != nil
                guard hasEnded else { throw error }
                life = current
            }
        }
    }
}
