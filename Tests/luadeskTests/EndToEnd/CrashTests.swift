// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Synchronization
import Testing

@testable import luadesk

@Suite("SIGKILL at any moment loses nothing that was acknowledged and doubles nothing")
struct CrashTests {
    static let kills = 22

    @Test("numbered messages over sockets, HTTP and hooks, through 22 kills: each there once, in order")
    func kills() async throws {
        let seed = UInt64(ProcessInfo.processInfo.environment["CRASH_SEED"] ?? "") ?? UInt64.random(in: 0...UInt64.max)
        print("crash test: CRASH_SEED=\(seed)")
        var random = SeededGenerator(seed)
        let data = TemporaryFolder()
        let account = WeChatAccount(mode: .plain)
        let tree = try ReloadTests.tree("-")
        let configuration = """
            channels:
              - { id: web, plugin: live, settings: { trust_identity: true } }
            \(account.yaml(apiBase: "http://127.0.0.1:1"))
            rules: \(tree.path)/rules
            watch: false
            server: { limits: { frame_rate: 100000, frame_burst: 100000 } }

            """
        let stage = Stage()
        let first = try await LuaDeskProcess.serve(configuration, data: data)
        // A customer each, whose conversation is the order to keep.
        var talkers: [Talker] = []
        for number in 0..<4 {
            let session = try await DeskAPI(url: first.url).session(channel: "web")
            talkers.append(Talker(name: "socket-\(number)", way: .socket(session.token), stage: stage))
        }
        for number in 0..<2 {
            let session = try await DeskAPI(url: first.url).session(channel: "web")
            talkers.append(Talker(name: "http-\(number)", way: .http(session.token), stage: stage))
        }
        for number in 0..<3 {
            talkers.append(Talker(name: "hook-\(number)", way: .hook(account, 1_000_000 * (number + 1)), stage: stage))
        }
        stage.enter(first)

        try await withThrowingTaskGroup(of: Void.self) { group in
            for talker in talkers { group.addTask { try await talker.talk() } }
            for _ in 0..<Self.kills {
                // By acknowledgements rather than by the clock, so that each life of the server gets something done.
                let wanted = stage.acknowledged + Int.random(in: 1...80, using: &random)
                try await within(.seconds(60), "acknowledgements go on") { await stage.wait(untilAcknowledged: wanted) }
                // And then a little later, in the middle of whatever goes on.
                try await Task.sleep(for: .microseconds(Int.random(in: 0...15_000, using: &random)))
                try await stage.current?.kill()
                stage.enter(try await LuaDeskProcess.serve(configuration, data: data))
            }
            stage.close()
            try await group.waitForAll()
        }
        let desk = try #require(stage.current)
        let api = try await desk.api()
        var said: [String: [Int]] = [:]
        var seqs: [String: Int64] = [:]
        for channel in ["web", account.channel] {
            for message in try await api.messages(channel: channel) where message["direction"] == "in" {
                let parts = (message["text"]?.string ?? "").split(separator: " ")
                guard parts.count == 2, let number = Int(parts[1]) else { continue }
                said[String(parts[0]), default: []].append(number)
                if let id = message["id"]?.string, let seq = message["seq"]?.int { seqs[id] = seq }
            }
        }
        var count = 0
        for talker in talkers {
            let last = talker.lastAcknowledged
            let expected = last > 0 ? Array(1...last) : []
            #expect((said[talker.name] ?? []) == expected, "\(talker.name), seed \(seed)")
            for (id, seq) in talker.acknowledgements { #expect(seqs[id] == seq, "\(talker.name) \(id), seed \(seed)") }
            count += last
        }
        #expect(count >= Self.kills)
        let events = try await api.all("/v1/events").compactMap { $0["seq"]?.int }
        #expect(events == Array(1...Int64(max(events.count, 1))), "the journal has a gap, seed \(seed)")
        #expect(try await desk.stop() == .init(status: 0))
        print("crash test: \(count) messages acknowledged through \(Self.kills) kills")
    }
}

/// A customer who numbers what it says, and says again what was not acknowledged.
private final class Talker: Sendable {
    enum Way: Sendable {
        case socket(String)
        case http(String)
        /// With the first message id less one.
        case hook(WeChatAccount, Int)
    }
    let name: String
    let way: Way
    let stage: Stage
    private let last = Mutex(0)
    /// Message id and seq of acknowledgements that say them.
    private let told = Mutex<[(String, Int64)]>([])

    init(name: String, way: Way, stage: Stage) {
        self.name = name
        self.way = way
        self.stage = stage
    }

    var lastAcknowledged: Int { last.withLock { $0 } }
    var acknowledgements: [(String, Int64)] { told.withLock { $0 } }

    func talk() async throws {
        var life = 0
        while !(stage.isClosing && isDone) {
            let (desk, current) = await stage.desk(after: life)
            do {
                while !(stage.isClosing && isDone) {
                    switch way {
                    case .socket(let token): try await talk(over: desk, token)
                    case .http(let token): try await post(to: desk, token)
                    case .hook(let account, let base): try await push(to: desk, account, base)
                    }
                }
            } catch is CancellationError { throw CancellationError() } catch {
                // Killed in the middle: on with the next life, unless this one still lives.
                let hasEnded = (try? await within(patience, "the server's end") { _ = try await desk.process.exit() }) != nil
                guard hasEnded else { throw error }
                life = current
            }
        }
    }

    /// Whether nothing is under way: sequential ways always are at this point, sockets when all they sent was acknowledged.
    private var isDone: Bool { sent.withLock { $0 } == lastAcknowledged }
    private let sent = Mutex(0)

    private func acknowledged(_ number: Int, _ answer: Value?) {
        last.withLock { $0 = max($0, number) }
        if let id = answer?["message_id"]?.string, let seq = answer?["seq"]?.int { told.withLock { $0.append((id, seq)) } }
        stage.acknowledge()
    }

    /// Up to eight at a time without waiting, acknowledgements in order.
    private func talk(over desk: LuaDeskProcess, _ token: String) async throws {
        let socket = try await LiveSocket.open(port: desk.port, token: token)
        defer { socket.cut() }
        _ = try await socket.next("ready")
        var next = lastAcknowledged + 1
        while true {
            let end = stage.isClosing ? sent.withLock { $0 } : lastAcknowledged + 8
            while next <= end {
                socket.say("\(name) \(next)", clientID: "\(name)-\(next)")
                sent.withLock { $0 = max($0, next) }
                next += 1
            }
            guard lastAcknowledged < sent.withLock({ $0 }) else { return }
            let ack = try await socket.next("ack")
            let expected = lastAcknowledged + 1
            guard ack["client_id"]?.string == "\(name)-\(expected)" else {
                throw OutOfPatience(description: "\(name): acknowledged \(ack.jsonText), expected number \(expected)")
            }
            acknowledged(expected, ack)
        }
    }

    private func post(to desk: LuaDeskProcess, _ token: String) async throws {
        let number = lastAcknowledged + 1
        sent.withLock { $0 = number }
        let answer = try await DeskAPI(url: desk.url, token: token).post(
            "/v1/live/messages",
            ["client_id": .string("\(name)-\(number)"), "kind": "text", "text": .string("\(name) \(number)")])
        guard (200..<300).contains(answer.status) else {
            throw OutOfPatience(description: "\(name): \(answer.status) \(answer.text)")
        }
        acknowledged(number, answer.value)
    }

    private func push(to desk: LuaDeskProcess, _ account: WeChatAccount, _ base: Int) async throws {
        let number = lastAcknowledged + 1
        sent.withLock { $0 = number }
        let push = account.text("\(name) \(number)", from: "o-\(name)", id: Int64(base + number))
        let answer = try await DeskAPI(url: desk.url).hook(account, push)
        guard answer.status == 200 else { throw OutOfPatience(description: "\(name): \(answer.status) \(answer.text)") }
        acknowledged(number, nil)
    }
}

/// SplitMix64: the same numbers for the same seed, everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
