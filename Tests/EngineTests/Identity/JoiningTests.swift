// SPDX-License-Identifier: Apache-2.0
import Crypto
import Desk
import Foundation
import Journal
import Testing

@testable import Engine

/// How somebody comes in, and with what proof of who they are.
enum Arrival: Sendable, CustomTestStringConvertible {
    case sms(String)
    case mail(String, isProven: Bool = true)
    case platform(String, union: String)
    /// Signed by the shop: `contact` says whether phone and e-mail are covered.
    case signed(String, phone: String? = nil, email: String? = nil, contact: Bool = true, on: String = "shop")
    /// Typed into a page by whoever sits there.
    case typed(phone: String)

    var testDescription: String {
        switch self {
        case .sms(let number): "SMS of \(number)"
        case .mail(let address, let isProven): "mail of \(address)\(isProven ? "" : ", disowned")"
        case .platform(let id, let union): "\(id) of union \(union)"
        case .signed(let id, let phone, let email, let contact, let channel):
            "\(id) on \(channel), \(phone ?? email ?? "alone")\(contact ? "" : ", unsigned")"
        case .typed(let phone): "typed \(phone)"
        }
    }
}

@Suite("Joining identities", .timeLimit(.minutes(10)))
struct JoiningTests {
    static let channels = [
        ChannelConfiguration(id: "shop", plugin: "live", settings: ["identity_secret": "s3cret"]),
        ChannelConfiguration(id: "app", plugin: "live", settings: ["identity_secret": "s3cret"]),
        ChannelConfiguration(id: "partner", plugin: "live", settings: ["identity_secret": "another"]),
    ]

    static func with(_ body: (TestDesk) async throws -> Void) async throws {
        let desk = try await TestDesk(channels: channels)
        try await body(desk)
        try await desk.stop()
        desk.remove()
    }

    static func sign(_ text: String, _ secret: String) -> Value {
        let code = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: Array(secret.utf8)))
        return .string(code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }

    static func identity(_ id: String, phone: String? = nil, email: String? = nil, contact: Bool, secret: String) -> Value {
        var identity: Value = ["external_id": .string(id), "signature": sign(id, secret)]
        if let phone { identity["phone"] = .string(phone) }
        if let email { identity["email"] = .string(email) }
        if contact { identity["contact_signature"] = sign("\(id)\n\(phone ?? "")\n\(email ?? "")", secret) }
        return identity
    }

    static func arrive(_ arrival: Arrival, _ desk: TestDesk) async throws -> ID<Customer> {
        func message(_ channel: String, _ sender: String, _ profile: Value) async throws -> ID<Customer> {
            try await desk.engine.receive(
                InboundMessage(
                    channel: channel, sender: sender, externalID: UUID().uuidString, content: .text("hello"), profile: profile)
            ).customer
        }
        switch arrival {
        case .sms(let number): return try await message("sms", number, ["phone": .string(number), "verified": ["phone"]])
        case .mail(let address, let isProven):
            return try await message("mail", address, ["email": .string(address), "verified": isProven ? ["email"] : []])
        case .platform(let id, let union): return try await message("mini-\(id)", id, ["union_id": .string(union)])
        case .signed(let id, let phone, let email, let contact, let channel):
            let secret = channel == "partner" ? "another" : "s3cret"
            return try await desk.engine.openLiveSession(
                channel: channel, identity: identity(id, phone: phone, email: email, contact: contact, secret: secret),
                trusted: false
            ).customer
        case .typed(let phone):
            return try await desk.engine.openLiveSession(
                channel: "shop", identity: ["phone": .string(phone), "attributes": ["phone": .string(phone)]], trusted: false
            ).customer
        }
    }

    @Test(
        "two who share what was checked are one customer; what was only said joins nobody",
        arguments: [
            (Arrival.sms("13800138000"), Arrival.signed("u1", phone: "+86 138 0013 8000"), true),
            (.signed("u1", phone: "13800138000"), .sms("+8613800138000"), true),
            (.sms("13800138000"), .sms("13800138001"), false),
            (.sms("10086"), .sms("10010"), false),
            (.mail("Lin@Example.com"), .signed("u1", email: "lin@example.com"), true),
            (.mail("lin@example.com"), .mail("LIN@example.com"), true),
            (.mail("lin@example.com", isProven: false), .signed("u1", email: "lin@example.com"), false),
            (.mail("lin@example.com"), .signed("u1", phone: "13800138000"), false),
            (.signed("u1"), .signed("u1", on: "app"), true),
            (.signed("u1"), .signed("u1", on: "partner"), false),
            (.signed("u1"), .signed("u2", on: "app"), false),
            (.sms("13800138000"), .signed("u1", phone: "13800138000", contact: false), false),
            (.sms("13800138000"), .typed(phone: "13800138000"), false),
            (.platform("a", union: "u"), .platform("b", union: "u"), true),
            (.platform("a", union: "u"), .platform("b", union: "v"), false),
        ])
    func table(_ first: Arrival, _ second: Arrival, _ areOne: Bool) async throws {
        try await Self.with { desk in
            let one = try await Self.arrive(first, desk)
            let other = try await Self.arrive(second, desk)
            #expect((one == other) == areOne)
            // And whoever comes again is who they were.
            #expect(try await Self.arrive(first, desk) == one)
            // A visitor without proof is a new one each time.
            if case .typed = second { return }
            #expect(try await Self.arrive(second, desk) == other)
        }
    }

    @Test("a third channel joins two customers who were strangers; the older remains and both ids answer") func bridge()
        async throws
    {
        try await Self.with { desk in
            let caller = try await Self.arrive(.sms("13800138000"), desk)
            let writer = try await Self.arrive(.mail("lin@example.com"), desk)
            #expect(caller != writer)
            let both = try await Self.arrive(.signed("u1", phone: "13800138000", email: "lin@example.com"), desk)
            #expect(both == caller)
            #expect(try await desk.engine.survivor(of: writer) == caller)
            let conversations = try await desk.engine.store.conversations(ConversationFilter(customer: caller), Page(limit: 10))
            #expect(conversations.count == 2)
            let events = try await desk.engine.store.events(
                after: 0, limit: 100, matching: EventFilter(kinds: [.customerMerged], customer: caller))
            #expect(events.count == 1 && events.first?.payload["from"]?.string == writer.text)
        }
    }

    @Test("a signature that covers another's number is refused") func forged() async throws {
        try await Self.with { desk in
            var identity = Self.identity("u1", phone: "13800138000", contact: true, secret: "s3cret")
            identity["phone"] = "13900139000"
            let error = await #expect(throws: DeskError.self) {
                try await desk.engine.openLiveSession(channel: "shop", identity: identity, trusted: false)
            }
            #expect(error?.code == .forbidden)
        }
    }

    @Test("many first messages of one person through many channels at once make one customer", arguments: [UInt64(1), 2, 3, 4])
    func atOnce(_ seed: UInt64) async throws {
        try await Self.with { desk in
            var dice = SplitMix(state: seed)
            let arrivals: [Arrival] =
                (0..<24).map { number in
                    switch dice.next(below: 3) {
                    case 0: .sms("13800138000")
                    case 1: .signed("u\(number % 4)", phone: "13800138000", email: "lin@example.com")
                    default: .mail("lin@example.com")
                    }
                } + [.signed("u0", phone: "13800138000", email: "lin@example.com")]
            try await withThrowingTaskGroup(of: ID<Customer>.self) { group in
                for arrival in arrivals { group.addTask { try await Self.arrive(arrival, desk) } }
                for try await _ in group {}
            }
            var customers: Set<ID<Customer>> = []
            for arrival in arrivals { customers.insert(try await Self.arrive(arrival, desk)) }
            #expect(customers.count == 1)
        }
    }
}
