// SPDX-License-Identifier: Apache-2.0
import Desk
import Testing

@Suite("Delivery") struct DeliveryTests {
    /// State in the first column, report in the first line, result where they meet.
    static let table = """
                   queued     sent       delivered  read       failed
        queued     queued     sent       delivered  read       failed
        sent       sent       sent       delivered  read       failed
        delivered  delivered  delivered  delivered  read       delivered
        read       read       read       read       read       read
        failed     queued     sent       delivered  read       failed
        """

    static let cases: [[String]] = {
        let lines = table.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        return lines.dropFirst().flatMap { line in zip(lines[0], line.dropFirst()).map { [line[0], $0, $1] } }
    }()

    @Test("a report never takes a message back", arguments: cases) func advanced(names: [String]) throws {
        let state = try #require(Delivery(name: names[0], reason: "old"))
        let report = try #require(Delivery(name: names[1], reason: "new"))
        let result = state.advanced(by: report)
        #expect(result.name == names[2])
        if result.name == "failed" { #expect(result.reason == "new") }
    }

    @Test("the table is whole") func complete() { #expect(Self.cases.count == 25) }

    @Test("names and back; failed without a reason is unknown") func names() {
        for delivery in [Delivery.queued, .sent, .delivered, .read, .failed(reason: "45015")] {
            #expect(Delivery(name: delivery.name, reason: delivery.reason) == delivery)
        }
        #expect(Delivery(name: "failed") == .failed(reason: "unknown"))
        #expect(Delivery(name: "lost") == nil)
    }
}

@Suite("Message as value") struct MessageValueTests {
    static let agent = ID<Agent>(9)

    private static func sample(
        _ content: MessageContent, _ author: Actor, direction: MessageDirection = .inbound, delivery: Delivery = .sent,
        external: String? = nil,
        client: String? = nil, seq: Seq = 0
    ) -> Message {
        Message(
            id: ID(3), conversation: ID(4), customer: ID(5), channel: "mini", direction: direction, content: content,
            author: author,
            externalID: external, clientID: client, delivery: delivery, at: Instant(milliseconds: 1_795_253_400_250), seq: seq)
    }

    static let messages: [Message] = [
        sample(.text("多久发货？\n\"\u{0}😀"), .customer(ID(5)), external: "24012345678901234", seq: 7),
        sample(.text(""), .agent(agent), direction: .outbound, delivery: .failed(reason: "48 h are over"), client: "c-1"),
        sample(.init(kind: .location, text: "Shanghai", fields: ["latitude": 31.2, "longitude": 121.0]), .customer(ID(5))),
        sample(
            .init(kind: .menu, text: "Which?", fields: ["options": [["id": "1", "text": "A"]]]), .bot("flows.return"),
            direction: .outbound, delivery: .queued),
        sample(.text("internal"), .token("crm"), direction: .note, delivery: .read),
        sample(.init(kind: .event, fields: ["name": "enter"]), .system, delivery: .delivered),
    ]

    @Test("written and read again it is the same, through JSON too", arguments: messages) func roundTrip(message: Message) throws
    {
        #expect(Message(value: message.value) == message)
        #expect(Message(value: try Value(json: message.value.json)) == message)
    }

    @Test("every kind of content survives", arguments: MessageContent.Kind.allCases) func kinds(kind: MessageContent.Kind) {
        let content = MessageContent(kind: kind, text: "t", fields: ["url": "u"])
        #expect(MessageContent(value: content.value) == content)
    }

    @Test(
        "a message that lacks something, or has something foreign, is none",
        arguments: [
            "id", "conversation_id", "customer_id", "channel", "direction", "author", "at",
        ])
    func missing(name: String) {
        var value = Self.messages[0].value
        value[name] = nil
        #expect(Message(value: value) == nil)
        value[name] = "?!"
        #expect(name == "channel" || Message(value: value) == nil)
    }

    @Test(
        "content of an unknown kind or the wrong shape is refused; absent text is empty",
        arguments: [
            (["kind": "hologram"], false), (["kind": 5], false), (["text": 5], false), (["fields": "x"], false),
            (["fields": [1]], false),
            (["kind": "text", "text": "a"], true), (["text": "a"], true), (["kind": "image", "fields": ["url": "u"]], true),
            (["fields": nil], true),
        ] as [(Value, Bool)])
    func content(value: Value, isContent: Bool) {
        let content = MessageContent(value: value)
        #expect((content != nil) == isContent)
        #expect(content.map { $0.fields.object != nil } ?? true)
    }
}

@Suite("Actor") struct ActorTests {
    @Test(
        "as text and back",
        arguments: [Actor.customer(ID(1)), .agent(ID(2)), .bot("routing/vip:1"), .token("crm: prod"), .system])
    func roundTrip(actor: Actor) { #expect(Actor(text: actor.text) == actor) }

    @Test(
        "nobody", arguments: ["", "agent", "agent:", "agent:c0000000000001", "customer:7", "system:", "systemd", "robot:x", ":x"])
    func bad(text: String) { #expect(Actor(text: text) == nil) }

    @Test("people are agents and operators, not rules and not customers") func people() {
        #expect(
            [Actor.agent(ID(1)), .token("x"), .bot("x"), .system, .customer(ID(1))].map(\.isPerson) == [
                true, true, false, false, false,
            ])
    }
}
