// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import LuaDeskClient

@Suite("Frames are read as the desk writes them, and written as it reads them")
struct FrameTests {
    private func read(_ json: String) throws -> IncomingFrame { try IncomingFrame(Data(json.utf8)) }

    @Test("a message of an agent")
    func message() throws {
        let frame = try read(
            """
            {"type":"message","seq":12,"id":"m5","conversation_id":"v2","customer_id":"c3","channel":"app",
             "direction":"out","kind":"menu","text":"Which?","fields":{"options":[{"id":"a","text":"A"}]},"author":"agent:a1",
             "author_name":"Li","client_id":"theirs","delivery":"queued","at":"2026-03-01T08:00:00.250Z"}
            """)
        let expected = ClientMessage(
            id: "m5", messageID: "m5", seq: 12, conversationID: "v2", isOwn: false, kind: .menu, text: "Which?",
            fields: ["options": .array([.object(["id": .string("a"), "text": .string("A")])])], author: "agent:a1",
            authorName: "Li", at: Date(timeIntervalSince1970: 1_772_352_000.25), state: .sent)
        #expect(frame == .message(expected))
        #expect(frame.seq == 12)
    }

    @Test("an own message is known by the client's own id")
    func own() throws {
        let frame = try read(
            """
            {"type":"message","seq":3,"id":"m1","direction":"in","kind":"text","text":"hi","author":"customer:c1",
             "client_id":"mine","delivery":"delivered","at":"2026-03-01T08:00:00Z"}
            """)
        guard case .message(let message) = frame else {
            Issue.record("\(frame)")
            return
        }
        #expect(message.id == "mine" && message.messageID == "m1" && message.isOwn && message.state == .delivered)
        #expect(message.at == Date(timeIntervalSince1970: 1_772_352_000))
    }

    @Test("everything else the desk says")
    func others() throws {
        #expect(
            try read(#"{"type":"ready","seq":5,"heartbeat":20,"role":"customer"}"#) == .ready(seq: 5, heartbeat: 20))
        #expect(
            try read(#"{"type":"ack","seq":6,"client_id":"c","message_id":"m","conversation_id":"v"}"#)
                == .ack(.init(clientID: "c", seq: 6, messageID: "m", conversationID: "v")))
        #expect(
            try read(#"{"type":"delivery","seq":7,"message_id":"m","delivery":"failed","reason":"closed"}"#)
                == .delivery(seq: 7, messageID: "m", state: .failed(reason: "closed")))
        #expect(
            try read(#"{"type":"typing","by":"agent:a1","on":false}"#) == .typing(author: "agent:a1", isTyping: false))
        #expect(
            try read(#"{"type":"presence","seq":8,"agent_id":"a1","presence":"away"}"#)
                == .presence(seq: 8, agentID: "a1", presence: "away"))
        #expect(
            try read(#"{"type":"error","code":"limited","message":"slow down","client_id":"c"}"#)
                == .failure(Refusal(code: "limited", message: "slow down"), clientID: "c"))
        #expect(
            try read(
                #"{"type":"event","seq":9,"kind":"conversation.assigned","payload":{"agent":"a1","agent_name":"Li"}}"#
            )
                == .event(seq: 9, ClientConversation(state: "assigned", agentID: "a1", agentName: "Li")))
    }

    @Test("what is newer than the client passes by, and its seq counts")
    func unknown() throws {
        #expect(try read(#"{"type":"reaction","seq":11}"#) == .unknown(seq: 11))
        #expect(try read(#"{"type":"event","seq":12,"kind":"conversation.sung"}"#) == .event(seq: 12, nil))
        #expect(try read(#"{"seq":"x"}"#) == .unknown(seq: nil))
        #expect(try read("[]") == .unknown(seq: nil))
    }

    @Test("what lacks its fields is no frame of its type", arguments: ["message", "ack", "delivery", "event"])
    func incomplete(type: String) throws { #expect(try read(#"{"type":"\#(type)"}"#) == .unknown(seq: nil)) }

    @Test("a note never shows")
    func note() throws {
        #expect(
            try read(#"{"type":"message","seq":4,"id":"m4","direction":"note","text":"secret"}"#) == .unknown(seq: 4))
    }

    @Test("broken bytes throw", arguments: ["", "{", #"{"type":"ready""#, "\u{0}"])
    func broken(json: String) { #expect(throws: (any Error).self) { try read(json) } }

    @Test("what the client says")
    func outgoing() throws {
        let message = OutgoingFrame.message(clientID: "c", kind: .text, text: "hi", fields: ["option": .string("a")])
        #expect(message.path == "/v1/live/messages")
        #expect(
            String(decoding: try message.frame.data, as: UTF8.self)
                == #"{"client_id":"c","fields":{"option":"a"},"kind":"text","text":"hi","type":"message"}"#)
        #expect(OutgoingFrame.typing(true).path == "/v1/live/typing")
        #expect(OutgoingFrame.read(upTo: 7).frame == .object(["type": .string("read"), "seq": .int(7)]))
    }

    @Test(
        "which refusals pass",
        arguments: [
            ("limited", true), ("unavailable", true), ("full", true), ("502", true), ("429", true), ("invalid", false),
            ("not_found", false), ("too_large", false), ("unauthorized", false),
        ])
    func refusals(code: String, isPassing: Bool) {
        #expect(Refusal(code: code, message: "").isPassing == isPassing)
    }

    @Test("a problem that is no problem document has its status")
    func status() {
        let refusal = Refusal(.null, status: 502)
        #expect(refusal.code == "502" && refusal.isPassing)
    }

    @Test("JSON survives there and back, whole numbers as such")
    func json() throws {
        let text = #"{"a":[1,-2,9007199254740993,1.5,true,null,"é\n"],"b":{}}"#
        let value = try JSONValue(data: Data(text.utf8))
        #expect(value["a"]?[2]?.int == 9_007_199_254_740_993)
        #expect(value["a"]?[4]?.bool == true && value["a"]?[3]?.double == 1.5 && value["a"]?[9] == nil)
        #expect(try JSONValue(data: value.data) == value)
    }
}
