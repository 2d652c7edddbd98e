// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Testing

@testable import luadesk

@Suite("A platform's reply quota, through a real process and a platform that counts")
struct ReplyQuotaEndToEndTests {
    @Test("five replies go out, the sixth is refused with 45047 and comes exactly once after the customer's next message")
    func sixth() async throws {
        try await withWeChat { platform in
            let account = WeChatAccount(), user = "o-quota"
            let desk = try await LuaDeskProcess.serve(MiniProgramTests.configuration(account, platform))
            let admin = try await desk.api()
            let agent = DeskAPI(url: desk.url, token: try await desk.token(role: "agent", agent: "Lin"))
            platform.allow(5, to: user)
            _ = try await admin.hook(account, account.text("人工", from: user, id: 1))
            let conversation = try await eventually("the conversation waits for a person") {
                try await admin.all("/v1/conversations").first { $0["state"] == "queued" }
            }
            let id = try #require(conversation["id"]?.string)
            let before = try #require(try await admin.get("/v1/conversations/\(id)").value["reply_quota"])
            #expect(before["messages"] == 5 && before["until"]?.string != nil)
            let left = Int(try #require(before["remaining"]?.int))
            for number in 1...left {
                let reply = try await agent.post(
                    "/v1/conversations/\(id)/messages", ["kind": "text", "text": .string("reply \(number)")])
                #expect(reply.status == 201, "\(reply.text)")
            }
            try await within(patience, "five replies on the platform") { await platform.waitUntilSent(5) }
            #expect(try await admin.get("/v1/conversations/\(id)").value["reply_quota"]?["remaining"] == 0)

            // The desk does not even ask for the sixth; a lead who insists hears the platform's no.
            let sixth = try await agent.post("/v1/conversations/\(id)/messages", ["kind": "text", "text": "the sixth"])
            let message = try #require(sixth.value["id"]?.string)
            #expect(platform.tries == 5 && sixth.value["delivery"] == "queued")
            #expect(sixth.value["waits"] == ["for": "customer", "reason": "reply_quota_used"])
            #expect(try await admin.get("/v1/conversations/\(id)").value["reply_quota"]?["next"] == "held")
            let resend = try await LuaDeskProcess.run(["admin", "resend", "--data", desk.folder, message])
            #expect(resend.exit.status == 0, "\(resend.text)")
            _ = try await eventually("the platform has refused") { platform.tries == 6 ? true : nil }
            #expect(platform.sent.count == 5)

            platform.allow(5, to: user)
            _ = try await admin.hook(account, account.text("还在吗？", from: user, id: 2))
            _ = try await eventually("the sixth has arrived") {
                try await admin.get("/v1/messages/\(message)").value["delivery"] == "sent" ? true : nil
            }
            #expect(platform.sent.count { $0.text == "the sixth" } == 1)
            #expect(platform.sent.count == 6 && platform.tries == 7)
            let after = try await admin.get("/v1/conversations/\(id)").value["reply_quota"]
            #expect(after?["remaining"] == 4)
            #expect(try await desk.stop() == .init(status: 0))
        }
    }
}
