// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Journal
import Testing

@testable import Engine

@Suite("The decision log is taken out of the desk")
struct DecisionExportTests {
    private static let rules = [
        "autoreply/a.lua": """
        reply "hello" {
          match = contains("message.text", "退货"),
          act = function(c, out)
            out:reply("您好" .. (c.customer.name or "") .. "，我们会打您的电话。")
            out:set { contact = { phone = "13800138000", who = c.customer.name } }
            out:hand_off { note = "call " .. (c.customer.name or "") .. " at 13800138000" }
            out:notify { to = { "email:lead@example.com" }, text = "小林, please" }
          end,
        }
        """,
        "flows/a.lua": """
        flow "ask" {
          start = keywords { "预约" },
          state = { phone = "string?", name = "string?" },
          stages = {
            first = function(chat, s)
              s.name = chat:ask("name", { text = "您的姓名？", expect = pattern.text, timeout = "10m" })
              return "second"
            end,
            second = function(chat, s)
              s.phone = chat:ask("phone", { text = s.name .. "，您的电话？", expect = pattern.phone, timeout = "10m" })
              return chat:done()
            end,
          },
        }
        """,
    ]

    /// A desk on which somebody has told everything about themselves.
    private func desk() async throws -> TestDesk {
        let desk = try await TestDesk(rules: Self.rules, agents: [.init(name: "小林", teams: ["service"])])
        let first = try await desk.say("你好", as: "openid-of-wang")
        try await desk.say("你好", as: "other")
        _ = try await desk.engine.changeCustomer(
            first.customer,
            patch: [
                "name": "王小明",
                "attributes": [
                    "vip_level": 5, "is_member": true, "mobile": "138-0013-8000", "spent": 19.5, "number": 13_800_138_000,
                    "home": [
                        "address": "长安街1号", "contact": ["real_name": "王大明", "tags": ["blue"]], "at": [39.90419, 116.40739],
                    ],
                    "13800138000": "a key", "1380013 8000": "the same",
                ],
            ], by: TestDesk.admin)
        try await desk.say("我要退货，身份证11010519491231002X，电话138 0013 8000，长安街1号，找王大明", as: "openid-of-wang")
        try await desk.say("退货 13800138000 lin@example.com", as: "other")
        try await desk.say("预约", as: "third")
        try await desk.say("赵钱孙", as: "third")
        try await desk.say("13900139000", as: "third")
        return desk
    }

    private static func lines(
        _ desk: TestDesk, _ change: (inout DecisionExport.Options) -> Void = { _ in }
    ) async throws -> [Value] {
        var options = DecisionExport.Options()
        change(&options)
        var export = try await DecisionExport.begin(
            options, from: desk.engine.store, by: "test", as: .token("test"), at: desk.clock.now())
        var lines: [Value] = []
        while let page = try await export.next() {
            let found = try page.lines.split(separator: UInt8(ascii: "\n")).map { try Value(json: Array($0)) }
            #expect(found.count == page.count)
            lines += found
        }
        return lines
    }

    /// Whatever tells of a person in that traffic, in all the ways in which it is written.
    private static let personal = [
        "王小明", "王大明", "赵钱孙", "小林", "openid-of-wang", "13800138000", "138 0013 8000", "138-0013-8000", "1380013 8000",
        "13900139000",
        "11010519491231002X", "lin@example.com", "lead@example.com", "长安街", "39.90419", "116.40739", "blue",
    ]

    @Test("nothing personal is left, in texts, attributes, nested values, names of fields, flows, notes and answers")
    func nothingPersonal() async throws {
        let desk = try await desk()
        defer { desk.remove() }
        let lines = try await Self.lines(desk) { $0.isUnmasked = true }
        let plain = lines.map(\.jsonText).joined(separator: "\n")
        let ids = Set(lines.flatMap { line in ["customer_id", "conversation_id", "message_id"].compactMap { line[$0]?.string } })
        #expect(ids.count >= 13)
        // What was looked for was there.
        for text in Self.personal { #expect(plain.contains(text), "\(text)") }
        for keepsTexts in [true, false] {
            let masked = try await Self.lines(desk) { $0.keepsTexts = keepsTexts }.map(\.jsonText).joined(separator: "\n")
            for text in Self.personal { #expect(!masked.contains(text), "\(text)") }
            #expect(masked.contains("退货") == keepsTexts)
            for id in ids { #expect(!masked.contains(id), "\(id)") }
        }
        try await desk.stop()
    }

    @Test("the same value is the same word, everywhere in one export and nowhere in the next")
    func equality() async throws {
        let desk = try await desk()
        defer { desk.remove() }
        let lines = try await Self.lines(desk)
        let ours = try #require(lines.first { $0["message"]?["text"]?.string?.contains("身份证") == true })
        let others = try #require(lines.first { $0["message"]?["text"]?.string?.contains("<email:") == true })
        func words(_ kind: String, _ value: Value?) -> Set<String> {
            Set(
                (value?.jsonText ?? "").matches(of: /<([a-z_]+):[0-9a-f]{12}>/).filter { $0.output.1 == kind }.map {
                    String($0.output.0)
                })
        }
        let phone = words("phone", ours["message"])
        #expect(phone.count == 1)
        #expect(words("phone", others["message"]) == phone)
        let customer = ours["situation"]?["customer"]
        let attributes = customer?["attributes"]
        #expect(attributes?["mobile"]?.string == phone.first && attributes?["number"]?.string == phone.first)
        #expect(words("phone", ours["decisions"]) == phone)
        #expect(words("id_card", ours["message"]).count == 1)
        let name = customer?["name"]?.string ?? ""
        #expect(name.hasPrefix("<name:"))
        #expect(words("name", ours["decisions"]) == [name])
        #expect(ours["customer_id"] == customer?["id"] && ours["customer_id"] != others["customer_id"])
        #expect(ours["conversation_id"] == ours["situation"]?["conversation"]?["id"])
        // An attribute that names somebody is found in the sentence, too.
        let real = try #require(attributes?.at("home.contact.real_name")?.string)
        #expect(ours["message"]?["text"]?.string?.hasSuffix("找\(real)") == true, "\(ours["message"]?.jsonText ?? "")")

        let again = try await Self.lines(desk).first { $0["seq"] == ours["seq"] }
        let wordsAgain = words("phone", again?["message"])
        #expect(wordsAgain.count == 1 && wordsAgain.isDisjoint(with: phone))
        try await desk.stop()
    }

    @Test("what tells of nobody stays: structure, rules, numbers, times, tags; a line is one line")
    func structure() async throws {
        let desk = try await desk()
        defer { desk.remove() }
        let plain = try await Self.lines(desk) { $0.isUnmasked = true }
        let masked = try await Self.lines(desk)
        #expect(plain.count == masked.count && plain.count >= 7)
        for (before, after) in zip(plain, masked) {
            #expect(before.object?.names == after.object?.names)
            for path in [
                "seq", "at", "rule_set", "channel", "trigger.kind", "situation.occasion", "situation.at",
                "situation.conversation.state",
                "situation.customer.attributes.vip_level", "situation.customer.attributes.is_member",
                "situation.customer.attributes.spent", "situation.understanding", "situation.desk",
            ] { #expect(before.at(path) == after.at(path), "\(path)") }
            let rules = [before, after].map { line in
                (line["decisions"]?.array ?? []).map { ($0["matched"] ?? .null).jsonText + "\($0["intents"]?.array?.count ?? 0)" }
            }
            #expect(rules[0] == rules[1])
        }
        let ours = try #require(masked.first { $0["situation"]?["customer"]?["attributes"]?["home"] != nil })
        // Two names of fields that were one number stay two.
        #expect(ours["situation"]?["customer"]?["attributes"]?.object?.count == 8)
        #expect(ours["situation"]?["customer"]?["attributes"]?.at("home.at")?.array?.count == 2)
        try await desk.stop()
    }

    @Test("a part of the log: from a time, up to a time, the last so many; each export is noted before anything is given")
    func parts() async throws {
        let desk = try await TestDesk(rules: Self.rules)
        defer { desk.remove() }
        let start = desk.clock.now()
        for number in 0..<6 {
            try await desk.say("hello \(number)", as: "c\(number)")
            desk.clock.advance(by: .seconds(60))
        }
        func texts(_ change: (inout DecisionExport.Options) -> Void) async throws -> [String] {
            try await Self.lines(desk, change).compactMap { $0["message"]?["text"]?.string }
        }
        #expect(try await texts { _ in } == (0..<6).map { "hello \($0)" })
        #expect(try await texts { $0.since = start + .seconds(130) } == (3..<6).map { "hello \($0)" })
        #expect(try await texts { $0.until = start + .seconds(130) } == (0..<3).map { "hello \($0)" })
        #expect(
            try await texts {
                $0.since = start + .seconds(70); $0.until = start + .seconds(250)
            } == ["hello 2", "hello 3", "hello 4"])
        #expect(try await texts { $0.last = 2 } == ["hello 4", "hello 5"])
        #expect(
            try await texts {
                $0.until = start + .seconds(130); $0.last = 2
            } == ["hello 1", "hello 2"])
        #expect(try await texts { $0.since = start + .seconds(9000) } == [])
        _ = try await texts {
            $0.isUnmasked = true; $0.last = 1
        }

        let notes = try await desk.engine.rules.log(limit: 50).filter { $0.kind == .rulesExported }
        #expect(notes.count == 8)
        #expect(notes.first?.payload == ["by": "test", "masked": false, "last": 1])
        #expect(notes.first?.actor == .token("test"))
        #expect(notes.dropFirst().allSatisfy { $0.payload["masked"] == true })
        try await desk.stop()

        // No note, no export.
        var options = DecisionExport.Options()
        options.isUnmasked = true
        let export = try? await DecisionExport.begin(
            options, from: desk.engine.store, by: "test", as: .system, at: desk.clock.now())
        #expect(export == nil)
    }
}
