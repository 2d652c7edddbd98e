// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import luadesk

/// The foundation's promise as a whole, through a real process and real sockets.
@Suite("A mini-program customer is answered by a rule, and a person takes over")
struct MiniProgramTests {
    static func configuration(_ account: WeChatAccount, _ platform: SimulatedWeChat) async throws -> String {
        """
        channels:
          - { id: web, plugin: live, settings: { trust_identity: true } }
        \(account.yaml(apiBase: try await platform.url))
        agents:
          - { name: Lin, teams: [service, after_sales, complaints, premium], capacity: 5 }
        """
    }

    @Test("in every mode and format a push is answered by the rules through the platform", arguments: WeChatAccount.Mode.allCases)
    func rulesAnswer(mode: WeChatAccount.Mode) async throws {
        try await withWeChat { platform in
            let account = WeChatAccount(mode: mode)
            let desk = try await LuaDeskProcess.serve(Self.configuration(account, platform))
            let api = try await desk.api()
            for (number, json) in [false, true].enumerated() {
                let push = account.text("多久发货？", from: "o-user-\(number)", id: 24_000_000_000_000_001 + Int64(number), json: json)
                let answer = try await api.hook(account, push)
                #expect(answer.status == 200 && ["", "success"].contains(answer.text), "\(answer.status) \(answer.text)")
                try await within(patience, "an answer on the platform") { await platform.waitUntilSent(number + 1) }
                #expect(platform.sent[number].recipient == "o-user-\(number)")
                #expect(platform.sent[number].text?.isEmpty == false)
            }
            let messages = try await api.messages(channel: account.channel)
            #expect(messages.filter { $0["direction"] == "in" }.count == 2)
            #expect(messages.first?["external_id"]?.string?.contains("24000000000000001") == true)
            #expect(try await desk.stop() == .init(status: 0))
        }
    }

    @Test("a repeated push is answered like the first and taken once")
    func repeatedPush() async throws {
        try await withWeChat { platform in
            let account = WeChatAccount()
            let desk = try await LuaDeskProcess.serve(Self.configuration(account, platform))
            let api = try await desk.api()
            let push = account.text("你好", from: "o-again", id: 77)
            // The platform repeats while the first is still being handled.
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<6 { group.addTask { try await api.hook(account, push).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == Array(repeating: 200, count: 6))
            let inbound = try await api.messages(channel: account.channel).filter { $0["direction"] == "in" }
            #expect(inbound.count == 1)
        }
    }

    @Test("人工 brings the customer into the queue; the agent's answer reaches the platform; the bot is silent from then on")
    func personTakesOver() async throws {
        try await withWeChat { platform in
            let account = WeChatAccount()
            let desk = try await LuaDeskProcess.serve(Self.configuration(account, platform))
            let admin = try await desk.api()
            _ = try await admin.hook(account, account.text("人工", from: "o-person", id: 1))
            let conversation = try await eventually("the conversation waits for a person") {
                try await admin.all("/v1/conversations").first { $0["state"] == "queued" }
            }
            let id = try #require(conversation["id"]?.string)

            let agent = DeskAPI(url: desk.url, token: try await desk.token(role: "agent", agent: "Lin"))
            let agentID = try #require(try await agent.get("/v1/me").value["agent_id"]?.string)
            let accepted = try await agent.post("/v1/conversations/\(id)/accept")
            #expect(accepted.status == 200, "\(accepted.text)")
            // What the bot said before the hand-over has left the outbox.
            _ = try await eventually("the bot has finished") {
                try await admin.messages(channel: account.channel).allSatisfy {
                    $0["direction"] == "in" || $0["delivery"] == "sent"
                }
                    ? true : nil
            }
            let before = platform.sent.count
            let note = try await agent.post(
                "/v1/conversations/\(id)/messages", ["kind": "text", "text": "internal", "note": true])
            #expect(note.status == 201)
            let reply = try await agent.post("/v1/conversations/\(id)/messages", ["kind": "text", "text": "您好，我是小林"])
            #expect(reply.status == 201, "\(reply.text)")
            _ = try await eventually("the answer on the platform") {
                platform.sent.contains { $0.text == "您好，我是小林" } ? true : nil
            }
            #expect(!platform.sent.contains { $0.text == "internal" })

            _ = try await admin.hook(account, account.text("多久发货？", from: "o-person", id: 2))
            let taken = try await eventually("the second message") {
                try await admin.messages(channel: account.channel).first { $0["text"] == "多久发货？" }
            }
            #expect(taken["conversation_id"]?.string == id)
            let state = try await admin.get("/v1/conversations/\(id)").value
            #expect(state["state"] == "assigned" && state["agent_id"]?.string == agentID)

            let delivered = try await eventually("the delivery is recorded") {
                try await admin.messages(channel: account.channel).first { $0["text"] == "您好，我是小林" && $0["delivery"] == "sent" }
            }
            #expect(delivered["author"]?.string == "agent:\(agentID)")
            // After the hand-over only the person has spoken.
            let bots = platform.sent.dropFirst(before).filter { $0.text != "您好，我是小林" }
            #expect(bots.isEmpty, "\(bots)")
            let resolved = try await agent.post("/v1/conversations/\(id)/resolve")
            #expect(resolved.status == 200)
        }
    }

    @Test("a token that the platform has dropped is renewed once, and the message goes out")
    func tokenIsRenewed() async throws {
        try await withWeChat { platform in
            let account = WeChatAccount()
            let desk = try await LuaDeskProcess.serve(Self.configuration(account, platform))
            let api = try await desk.api()
            platform.refuseNext([42001])
            _ = try await api.hook(account, account.text("多久发货？", from: "o-token", id: 5))
            try await within(patience, "the answer after a new token") { await platform.waitUntilSent(1) }
            #expect(platform.sent.count == 1)
        }
    }

    @Test("a message that the platform never takes ends as a dead letter with its reason, and can be sent again")
    func deadLetter() async throws {
        try await withWeChat { platform in
            let account = WeChatAccount()
            let desk = try await LuaDeskProcess.serve(Self.configuration(account, platform))
            let api = try await desk.api()
            platform.refuseNext([45015])
            _ = try await api.hook(account, account.text("多久发货？", from: "o-window", id: 9))
            let failed = try await eventually("the message has failed") {
                try await api.messages(channel: account.channel).first { $0["direction"] == "out" && $0["delivery"] == "failed" }
            }
            let id = try #require(failed["id"]?.string)
            let listed = try await eventually("the dead letter is listed") {
                try await LuaDeskProcess.run(["admin", "dead-letters", "--data", desk.folder]).out.first { $0.contains(id) }
            }
            #expect(listed.contains(account.channel))
            let resend = try await LuaDeskProcess.run(["admin", "resend", "--data", desk.folder, id])
            #expect(resend.exit.status == 0, "\(resend.text)")
            try await within(patience, "the message on the platform after all") { await platform.waitUntilSent(1) }
            _ = try await eventually("the delivery is recorded") {
                try await api.get("/v1/messages/\(id)").value["delivery"] == "sent" ? true : nil
            }
        }
    }
}
