// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import LuaDeskClient

@Suite("The transcript has every message once, in the journal's order")
struct TranscriptTests {
    @Test("the same frame again changes nothing")
    func again() {
        var transcript = Transcript()
        let said = ClientMessage.sample(seq: 7, text: "hello")
        let first = transcript.apply(.message(said))
        let once = transcript
        let second = transcript.apply(.message(said))
        #expect(first == [.message(said)])
        #expect(second == [])
        #expect(transcript == once)
        #expect(transcript.seq == 7)
    }

    @Test("an own message stands after its ack where the desk has it, and what came before it is still taken in")
    func ackOvertakes() throws {
        var transcript = Transcript()
        let item = Outbox.Item.sample("c-1", "mine")
        let ack = IncomingFrame.Ack(clientID: "c-1", seq: 9, messageID: "m9", conversationID: "v1")
        let confirmation = transcript.confirm(item, ack)
        let confirmed = try #require(confirmation)
        #expect(confirmed.state == .sent && confirmed.seq == 9 && confirmed.id == "c-1" && confirmed.isOwn)
        #expect(transcript.seq == 0, "an ack says nothing about what came before")
        _ = transcript.apply(.message(.sample(seq: 8, text: "before")))
        _ = transcript.apply(.message(.sample(seq: 9, text: "mine", own: "c-1")))
        _ = transcript.apply(.message(.sample(seq: 10, text: "after")))
        #expect(transcript.messages.map(\.text) == ["before", "mine", "after"])
        let again = transcript.confirm(item, ack)
        #expect(again == nil)
    }

    @Test("it is shown in the desk's order, what waits at the end, and what was overtaken where it stood")
    func shown() {
        var outbox = Outbox()
        for id in ["slow", "words", "later"] { outbox.add(.sample(id, id)) }
        var transcript = Transcript()
        _ = transcript.apply(.message(.sample(seq: 3, text: "before")))
        func shown() -> [String] {
            Transcript.shown(transcript.messages, outbox.items.map { $0.message(isSending: false) }).map(\.text)
        }
        func arrive(_ id: String, at seq: Int64) {
            guard let item = outbox.arrived(id, at: seq) else { return }
            _ = transcript.confirm(item, .init(clientID: id, seq: seq, messageID: "m\(seq)", conversationID: nil))
            // The message itself comes back without what only this device knows.
            _ = transcript.apply(.message(.sample(seq: seq, text: id, own: id)))
        }
        arrive("words", at: 5)
        _ = transcript.apply(.message(.sample(seq: 6, text: "answer")))
        #expect(shown() == ["before", "slow", "words", "answer", "later"])
        arrive("later", at: 8)
        arrive("slow", at: 9)
        #expect(shown() == ["before", "slow", "words", "answer", "later"])
        #expect(transcript.messages.map(\.text) == ["before", "words", "answer", "later", "slow"])
    }

    @Test("only the newest are kept; older ones are put back into their places")
    func older() {
        var transcript = Transcript()
        let all = (1...5).map { ClientMessage.sample(seq: Int64($0), text: "\($0)") }
        for message in all { _ = transcript.apply(.message(message)) }
        #expect(transcript.isCut == nil)
        var kept = transcript.newest(2)
        #expect(kept.messages.map(\.text) == ["4", "5"] && kept.isCut == true && kept.seq == 5)
        kept.putOlder(all[1...3].map(IncomingFrame.message), isMore: true)
        #expect(kept.messages.map(\.text) == ["2", "3", "4", "5"] && kept.isCut == true && kept.seq == 5)
        kept.putOlder([.message(all[0])], isMore: false)
        #expect(kept.messages == all && kept.isCut == false)
    }

    @Test("a late report takes nothing back")
    func lateReport() {
        var transcript = Transcript()
        _ = transcript.apply(.message(.sample(seq: 1, text: "mine", own: "c-1")))
        for (seq, state) in [(2, ClientMessage.State.read), (3, .delivered), (4, .sent)] {
            _ = transcript.apply(.delivery(seq: Int64(seq), messageID: "m1", state: state))
        }
        #expect(transcript.messages.map(\.state) == [.read])
        #expect(transcript.seq == 4)
    }

    struct Report: Sendable, CustomTestStringConvertible {
        var from: ClientMessage.State
        var report: ClientMessage.State
        var to: ClientMessage.State
        var testDescription: String { "\(from) + \(report)" }
    }
    static let reports = [
        Report(from: .queued, report: .sending, to: .sending), Report(from: .sending, report: .queued, to: .sending),
        Report(from: .sending, report: .sent, to: .sent), Report(from: .sent, report: .sending, to: .sent),
        Report(from: .sent, report: .failed(reason: "gone"), to: .failed(reason: "gone")),
        Report(from: .failed(reason: "gone"), report: .delivered, to: .delivered),
        Report(from: .delivered, report: .failed(reason: "gone"), to: .delivered),
        Report(from: .read, report: .failed(reason: "gone"), to: .read),
    ]

    @Test("states only move forward", arguments: reports)
    func states(_ case: Report) { #expect(`case`.from.advanced(by: `case`.report) == `case`.to) }

    @Test("the newest are kept; the seq stays, so that the others do not come again")
    func kept() {
        var transcript = Transcript()
        for seq in 1...5 { _ = transcript.apply(.message(.sample(seq: Int64(seq), text: "\(seq)")), kept: 3) }
        #expect(transcript.messages.map(\.text) == ["3", "4", "5"])
        let again = transcript.apply(.message(.sample(seq: 1, text: "1")), kept: 3)
        #expect(again == [])
        #expect(transcript.seq == 5)
    }

    @Test("what was read is told until the desk knows, and never goes back")
    func reading() {
        var transcript = Transcript()
        _ = transcript.apply(.message(.sample(seq: 1, text: "answer")))
        #expect(transcript.unread == nil)
        let isNews = [transcript.markRead(upTo: 1), transcript.markRead(upTo: 1)]
        #expect(isNews == [true, false])
        #expect(transcript.unread == 1)
        _ = transcript.apply(.delivery(seq: 2, messageID: "m1", state: .read))
        #expect(transcript.unread == nil)
        let goesBack = transcript.markRead(upTo: 0)
        #expect(!goesBack)
    }

    @Test("the conversation is told when it goes on, not when it stays")
    func conversation() {
        var transcript = Transcript()
        let assigned = ClientConversation(state: "assigned", agentID: "a1", agentName: "Li")
        let told = [assigned, assigned, nil].enumerated().map { index, state in
            transcript.apply(.event(seq: Int64(index + 1), state))
        }
        #expect(told == [[.conversation(assigned)], [], []])
        #expect(transcript.conversation == assigned)
        #expect(transcript.seq == 3)
    }

    @Test("a cursor moves the seq on, never back")
    func cursor() {
        var transcript = Transcript()
        _ = transcript.apply(.cursor(seq: 40))
        _ = transcript.apply(.cursor(seq: 30))
        #expect(transcript.seq == 40)
    }
}

extension ClientMessage {
    static func sample(seq: Int64, text: String, own: String? = nil) -> ClientMessage {
        ClientMessage(
            id: own ?? "m\(seq)", messageID: "m\(seq)", seq: seq, conversationID: "v1", isOwn: own != nil, kind: .text,
            text: text, fields: [:], author: own == nil ? "agent:a1" : "customer:c1", authorName: nil,
            at: Date(timeIntervalSince1970: Double(seq)), state: .sent)
    }
}

extension Outbox.Item {
    static func sample(_ clientID: String, _ text: String = "") -> Outbox.Item {
        Outbox.Item(
            clientID: clientID, kind: .text, text: text, fields: [:], at: Date(timeIntervalSince1970: 0),
            attachment: nil)
    }
}
