// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Desk
import Plugins

/// What a platform does on a bad day.
struct TrafficOptions: ParsableArguments {
    @Option(help: "How many messages.") var count: Int?
    @Option(help: "How many a second. Default: as fast as the desk takes them.") var rate: Double?
    @Option(help: "How many customers write them.") var customers = 1
    @Option(help: "How often each message is sent again.") var duplicates = 0
    @Flag(help: "Send in any order.") var shuffle = false
    @Option(help: ArgumentHelp("How long the body of each request takes.", valueName: "ms")) var slow = 0
    @Flag(help: "Also send each message damaged on the way.") var corrupt = false
    @Flag(help: "Also send for each message one that was made a day ago.") var replayStale = false
    @Option(help: "How often the platform tries after no answer or a 5xx.") var retries = 10
    @Option(help: "What order and damage are drawn from; the same number does the same.") var seed: UInt64 = 1

    /// Whether this is more than a talk.
    var isUsed: Bool {
        count != nil || rate != nil || customers > 1 || duplicates > 0 || shuffle || corrupt || replayStale
    }

    func validate() throws {
        guard (1...1_000_000).contains(count ?? 1), (1...1_000_000).contains(customers), (0...100).contains(duplicates) else {
            throw ValidationError("--count and --customers are 1 to 1000000, --duplicates 0 to 100.")
        }
        guard rate.map({ $0 > 0 && $0 <= 100_000 }) ?? true, (0...60_000).contains(slow), (0...100).contains(retries) else {
            throw ValidationError("--rate is above 0 and at most 100000, --slow at most 60000, --retries at most 100.")
        }
    }
}

/// Many messages of many customers, with all that goes wrong on the way.
struct SimulatedTraffic: Sendable {
    let plugin: String
    let channel: ChannelConfiguration
    let folders: [String]
    let url: String
    let options: TrafficOptions

    /// Connections at a time.
    private static let width = 16

    private enum Kind: Sendable { case genuine(message: Int), damaged(message: Int), stale }
    private struct Post: Sendable {
        var kind: Kind
        var request: HookRequest
    }

    struct Report: Sendable {
        struct Count: Sendable {
            var sent = 0, taken = 0, refused = 0, failed = 0
            /// How often each status was answered that is no success; 0: no answer.
            var statuses: [Int: Int] = [:]
            mutating func note(_ answer: PlatformPoster.Answer) {
                sent += 1
                if answer.isTaken {
                    taken += 1
                    return
                }
                statuses[answer.status ?? 0, default: 0] += 1
                if (400..<500).contains(answer.status ?? 0) { refused += 1 } else { failed += 1 }
            }
            var text: String {
                let kinds = statuses.sorted { $0.key < $1.key }.map {
                    $0.key == 0 ? "\($0.value) without an answer" : "\($0.value) with \($0.key)"
                }
                return "\(sent) sent, \(taken) taken, \(refused) refused, \(failed) failed"
                    + (kinds.isEmpty ? "" : " (\(kinds.joined(separator: ", ")))")
            }
        }
        var messages = 0
        var took = Duration.zero
        var genuine = Count(), damaged = Count(), stale = Count()
        var repeats = 0
        /// Messages of which no request was taken.
        var lost = 0
        /// Those of them that were refused after a damaged copy of theirs.
        var spoilt = 0
        var latencies: [Duration] = []

        var text: String {
            let sorted = latencies.sorted()
            func percentile(_ share: Double) -> Int64 {
                sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))].inMilliseconds
            }
            var lines = [
                "\(messages) messages in \(String(format: took)): \(genuine.text); sent again after a failure: \(repeats) times"
            ]
            if !sorted.isEmpty {
                lines.append("answered within \(percentile(0.5)) ms (half), \(percentile(0.99)) ms (99 of 100)")
            }
            if damaged.sent > 0 { lines.append("damaged: \(damaged.text)") }
            if stale.sent > 0 { lines.append("a day old: \(stale.text)") }
            lines.append(lost == 0 ? "every message was taken" : "\(lost) messages were never taken")
            if spoilt > 0 {
                lines.append(
                    "\(spoilt) of them came after a damaged copy of theirs: where the platform's signature does not cover the body, the first"
                        + " one under a signature counts (the channel's setting bind_signature)")
            }
            return lines.joined(separator: "\n")
        }

        private func String(format took: Duration) -> String { "\(Double(took.inMilliseconds) / 1000) s" }
    }

    func run(texts: [String], kind: String?, from: String) async throws -> Report {
        let posts = try await make(texts, kind ?? "text", from)
        let poster = PlatformPoster(url: url, slow: options.slow, retries: options.retries)
        let start = ContinuousClock.now
        var report = Report()
        var taken: Set<Int> = []
        var seen: Set<Int> = []
        var spoilt: Set<Int> = []
        func note(_ kind: Kind, _ answer: PlatformPoster.Answer) {
            report.repeats += answer.repeats
            switch kind {
            case .genuine(let message):
                seen.insert(message)
                if answer.isTaken { taken.insert(message) }
                report.genuine.note(answer)
                if answer.status != nil { report.latencies.append(answer.took) }
            case .damaged(let message):
                // Before any genuine copy of it was taken.
                if !taken.contains(message) { spoilt.insert(message) }
                report.damaged.note(answer)
            case .stale: report.stale.note(answer)
            }
        }
        await withTaskGroup(of: (Kind, PlatformPoster.Answer).self) { group in
            var running = 0
            for (index, post) in posts.enumerated() {
                if running >= Self.width, let (kind, answer) = await group.next() {
                    note(kind, answer)
                    running -= 1
                }
                if let rate = options.rate { try? await Task.sleep(until: start + .seconds(Double(index) / rate)) }
                group.addTask { (post.kind, await poster.post(post.request)) }
                running += 1
            }
            for await (kind, answer) in group { note(kind, answer) }
        }
        try await poster.shutdown()
        report.took = ContinuousClock.now - start
        report.messages = seen.count
        report.lost = seen.subtracting(taken).count
        // Where nothing is taken, or the desk fails, it is not the damage.
        report.spoilt = report.genuine.failed > 0 || taken.isEmpty ? 0 : seen.subtracting(taken).intersection(spoilt).count
        return report
    }

    /// All requests, in the order they go out.
    private func make(_ texts: [String], _ kind: String, _ from: String) async throws -> [Post] {
        var random = SeededRandom(seed: options.seed)
        let words = texts.isEmpty ? ["hello"] : texts
        let count = options.count ?? words.count
        // Ids that no other run uses, not even one begun at the same moment, and that every platform's numbers can hold.
        let base = Int64.random(in: 1_000_000_000_000_000..<9_000_000_000_000_000)
        func occasion(_ number: Int) -> Value {
            [
                "kind": .string(kind),
                "text": .string(count > words.count ? "\(words[number % words.count]) \(number + 1)" : words[number]),
                "sender": .string(options.customers > 1 ? "\(from)-\(number % options.customers + 1)" : from),
                "message_id": .string("\(base + Int64(number))"), "copies": .int(Int64(options.duplicates + 1)),
            ]
        }
        var posts: [Post] = []
        try await PluginCatalogue.withHost(folders, only: plugin) { host in
            try host.open(channel)
            for number in 0..<count {
                let requests = try await host.simulate(channel: channel.id, occasion(number))
                if requests.isEmpty { throw Complaint("the platform of '\(plugin)' posts nothing of that kind.") }
                posts += requests.map { Post(kind: .genuine(message: number), request: $0) }
                if options.corrupt, let first = requests.first {
                    posts.append(Post(kind: .damaged(message: number), request: Self.damage(first, &random)))
                }
            }
        }
        if options.replayStale {
            let yesterday: Clock = { Instant.systemNow() - .seconds(86_400) }
            try await PluginCatalogue.withHost(folders, only: plugin, clock: yesterday) { host in
                try host.open(channel)
                for number in 0..<count {
                    var old = occasion(number)
                    old["message_id"] = .string("\(base - 86_400_000_000 + Int64(number))")
                    old["copies"] = 1
                    posts += try await host.simulate(channel: channel.id, old).map { Post(kind: .stale, request: $0) }
                }
            }
        }
        if options.shuffle { posts.shuffle(using: &random) }
        return posts
    }

    /// Flips a bit of the body, or where there is none of the query.
    private static func damage(_ request: HookRequest, _ random: inout SeededRandom) -> HookRequest {
        var other = request
        if other.body.isEmpty {
            other.query += "x"
            return other
        }
        let place = Int.random(in: 0..<other.body.count, using: &random)
        other.body[place] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &random)
        return other
    }
}
