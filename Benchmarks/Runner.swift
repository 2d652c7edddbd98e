// SPDX-License-Identifier: Apache-2.0
import Desk
import Foundation
import Insight
import NIOCore
import Rules

/// The whole run: desk and reference after each other under the same load.
struct Runner {
    let connections: Int
    let messages: Int
    let sockets: Int
    /// Empty: everything.
    let only: Set<String>
    var table = Table()
    private let program = CommandLine.arguments[0]
    private var folder: String { URL(fileURLWithPath: program).deletingLastPathComponent().path }
    private let repository = FileManager.default.currentDirectoryPath

    init(connections: Int, messages: Int, sockets: Int, only: Set<String>) {
        self.only = only
        self.connections = connections
        self.messages = messages
        self.sockets = sockets
    }

    mutating func run() async throws {
        if wants("rules") {
            for figure in try DecisionScale.figures(rounds: messages) { table.add(figure) }
            for figure in try AllocationCount.figures(rounds: messages) { table.add(figure) }
            for figure in try LongestBlock.figures(rounds: 20) { table.add(figure) }
            for figure in try IndexProof.figures(rounds: messages * 25) { table.add(figure) }
        }
        if wants("commit") {
            let folder = "\(repository)/.build/bench-commit"
            for figure in try await CommitBenchmark.figures(rounds: min(messages, 4000), folder: folder) { table.add(figure) }
        }
        guard
            wants("plain") || wants("secure") || wants("live") || wants("idle") || wants("mixed") || wants("resume")
                || wants("replay")
        else { return }

        let helloPort = try Child.freePort()
        let hello = try await Child(program, ["hello", "--port", "\(helloPort)"], port: helloPort, ready: "/")
        defer { hello.stop() }
        let desk = try await DeskUnderLoad.start(program: "\(folder)/luadesk", repository: repository, platform: helloPort)
        defer { desk.stop() }

        let post = HTTPWire.request("POST", "/", headers: ["Content-Type: text/xml"], body: Array(repeating: 0x61, count: 400))
        _ = try await load(helloPort) { _ in HTTPWire([post], repeats: true) }
        let helloBefore = hello.cpuSeconds
        let reference = try await load(helloPort) { _ in HTTPWire([post], repeats: true) }
        let helloCost = (hello.cpuSeconds - helloBefore) / Double(max(1, reference.good))

        var number = 0
        for (name, channel, isSecure) in [("WeChat plain", "plain", false), ("WeChat secure", "secure", true)]
        where wants(channel) {
            let made = try WeChatCallbacks(isSecure: isSecure, channel: channel).requests(number..<number + messages)
            number += messages
            let share = made.count / connections
            try await desk.rest()
            let before = desk.child.cpuSeconds
            let result = try await load(desk.child.port) { HTTPWire(made[$0 * share..<($0 + 1) * share], repeats: false) }
            let cost = (desk.child.cpuSeconds - before) / Double(max(1, result.good))
            try await check(result, desk.inboundCount(channel), name)
            report(name + " /hooks", result, reference)
            table.add(Figure("\(name) /hooks, CPU time a message", cost * 1e6, "µs", beside: ("hello-world", helloCost * 1e6)))
        }
        if wants("live") {
            let tokens = try await desk.sessions(connections)
            let share = messages / connections
            try await desk.rest()
            let before = desk.child.cpuSeconds
            let live = try await load(desk.child.port) { LiveWire(token: tokens[$0], name: "c\($0)", count: share) }
            let cost = (desk.child.cpuSeconds - before) / Double(max(1, live.good))
            try await check(live, desk.inboundCount("web"), "live socket")
            report("live socket", live, reference)
            table.add(Figure("live socket, CPU time a message", cost * 1e6, "µs", beside: ("hello-world", helloCost * 1e6)))
            try await reload(desk, live)
        }
        if wants("replay") {
            if number == 0 { number = try await traffic(desk) }
            try await desk.rest()
            try await replay(desk, platform: helloPort)
        }
        if wants("mixed") {
            for rate in [1000, 2000] {
                try await desk.rest()
                let count = rate * messages / 4000
                try await mixed(desk, hello, number..<number + count, rate: rate)
                number += count
            }
        }
        if wants("resume") { try await resume(desk) }

        table.add(
            Figure("memory after load (VmRSS)", desk.child.memory("VmRSS"), "MiB", beside: ("hello", hello.memory("VmRSS"))))
        if wants("idle") { try await idle(desk, hello) }
        table.add(Figure("start to ready", desk.child.startSeconds * 1000, "ms", beside: ("hello", hello.startSeconds * 1000)))
    }

    /// A thousand more rules than the shipped ones on what ran here; and a thousand rules on a desk that has just those.
    private mutating func replay(_ desk: DeskUnderLoad, platform: Int) async throws {
        let rules = DecisionScale.source(1000)
        let more = rules.files.filter { $0.key != "rules.lua" }
        for figure in try await ReplayBenchmark.figures("shipped rules and 1000 more", desk, edits: more, limit: messages) {
            table.add(figure)
        }
        let plain = try await DeskUnderLoad.start(
            program: "\(folder)/luadesk", repository: repository, platform: platform, rules: rules)
        defer { plain.stop() }
        _ = try await traffic(plain)
        try await plain.rest()
        let edit = more.mapValues { $0 + Array("\n-- the candidate\n".utf8) }
        for figure in try await ReplayBenchmark.figures("1000 rules", plain, edits: edit, limit: messages) { table.add(figure) }
    }

    /// Something to replay, where no load ran.
    private func traffic(_ desk: DeskUnderLoad) async throws -> Int {
        let made = try WeChatCallbacks(isSecure: false, channel: "plain").requests(0..<messages)
        let share = made.count / connections
        _ = try await load(desk.child.port) { HTTPWire(made[$0 * share..<($0 + 1) * share], repeats: false) }
        return messages
    }

    private func wants(_ name: String) -> Bool { only.isEmpty || only.contains(name) }

    private func load(_ port: Int, _ wire: (Int) -> any Wire) async throws -> LoadResult {
        try await Load.run((0..<connections).map(wire), port: port, atMost: .seconds(20))
    }

    /// A figure for messages that are not there would be worthless.
    private func check(_ result: LoadResult, _ there: Int, _ name: String) async throws {
        guard result.bad == 0 else { throw BenchmarkFailure("\(name): \(result.bad) requests were refused.") }
        guard result.good > 0, there >= result.good, there <= result.good + connections else {
            throw BenchmarkFailure("\(name): \(result.good) acknowledged, \(there) in the journal.")
        }
    }

    private mutating func report(_ name: String, _ result: LoadResult, _ reference: LoadResult) {
        table.add(
            Figure(
                "durable messages, \(name)", result.perSecond, "/s", beside: ("hello-world", reference.perSecond),
                note: "\(result.good) messages, all found in the journal"))
        for (label, share) in [("p50", 0.5), ("p99", 0.99)] {
            table.add(
                Figure(
                    "\(name), \(label)", (result.latency.quantile(share) ?? 0) / 1000, "ms",
                    beside: ("hello-world", (reference.latency.quantile(share) ?? 0) / 1000)))
        }
    }

    /// Rules that are saved while customers write.
    private mutating func reload(_ desk: DeskUnderLoad, _ quiet: LoadResult) async throws {
        var times = Histogram()
        for number in 0..<20 { times.record(Int64(try await desk.rules.save(number) * 1000)) }
        table.add(
            Figure("a saved rule file is live, p50", (times.quantile(0.5) ?? 0) / 1000, "ms", note: "at most 500 ms, aim 150 ms"))
        let tokens = try await desk.sessions(connections)
        let share = messages / connections / 2
        let rules = desk.rules
        let saving = Task {
            var count = 0
            while !Task.isCancelled, (try? await rules.save(1000 + count)) != nil { count += 1 }
            return count
        }
        let busy = try await load(desk.child.port) { LiveWire(token: tokens[$0], name: "r\($0)", count: share) }
        saving.cancel()
        let count = await saving.value
        table.add(
            Figure(
                "live socket while rules are saved, p99", (busy.latency.quantile(0.99) ?? 0) / 1000, "ms",
                beside: ("without", (quiet.latency.quantile(0.99) ?? 0) / 1000), note: "\(count) sets went live meanwhile"))
    }

    /// So many callbacks a second of six platforms, whether or not the desk keeps up, and an agent who looks on.
    private mutating func mixed(_ desk: DeskUnderLoad, _ hello: Child, _ numbers: Range<Int>, rate: Int) async throws {
        let first = numbers.lowerBound
        let requests = try MixedCallbacks.requests(numbers)
        let post = HTTPWire.request("POST", "/", headers: ["Content-Type: text/xml"], body: Array(repeating: 0x61, count: 400))
        let reference = try await OpenLoop.run(
            Array(repeating: post, count: numbers.count), rate: Double(rate), connections: connections, port: hello.port)
        let socket = DeskSocket()
        try await socket.open(port: desk.child.port, token: desk.token, after: nil)
        while !socket.isReady { try await Task.sleep(for: .milliseconds(5)) }
        let result = try await OpenLoop.run(requests, rate: Double(rate), connections: connections, port: desk.child.port) {
            socket.isDue(first + $0, $1)
        }
        try await Task.sleep(for: .seconds(1))
        let (visible, count) = socket.visible
        await socket.close()
        guard result.bad == 0 else { throw BenchmarkFailure("mixed: \(result.bad) requests were refused.") }
        for (label, share) in [("p50", 0.5), ("p99", 0.99)] {
            table.add(
                Figure(
                    "six platforms at \(rate)/s, acknowledged, \(label)", (result.latency.quantile(share) ?? 0) / 1000, "ms",
                    beside: ("hello-world", (reference.latency.quantile(share) ?? 0) / 1000),
                    note: label == "p99" ? "wanted 20 ms at 2000/s; \(result.good) callbacks, \(Int(result.perSecond))/s" : ""))
        }
        for (label, share) in [("p50", 0.5), ("p99", 0.99)] {
            table.add(
                Figure(
                    "visible to an agent at \(rate)/s, \(label)", (visible.quantile(share) ?? 0) / 1000, "ms",
                    note: label == "p99" ? "wanted 50 ms at 2000/s; \(count) seen" : ""))
        }
    }

    /// An agent's socket that comes back and has missed ten thousand events.
    private mutating func resume(_ desk: DeskUnderLoad) async throws {
        let answer = try await HTTP.send("GET", "/healthz", port: desk.child.port)
        guard answer.status == 200 else { throw BenchmarkFailure("The desk is gone.") }
        let metrics = try await HTTP.text("/metrics", port: desk.child.port)
        let head =
            metrics.split(separator: "\n").first { $0.hasPrefix("luadesk_journal_seq ") }.flatMap { Int64($0.dropFirst(20)) } ?? 0
        let after = max(0, head - 10_000)
        let events = try await desk.countMessages(after: after)
        let socket = DeskSocket()
        let start = ContinuousClock.now
        try await socket.open(port: desk.child.port, token: desk.token, after: after)
        while socket.messages < events, ContinuousClock.now - start < .seconds(30) { try await Task.sleep(for: .milliseconds(1)) }
        let time = (ContinuousClock.now - start).components
        let seen = socket.messages
        await socket.close()
        guard seen >= events else { throw BenchmarkFailure("Of \(events) missed messages \(seen) came.") }
        table.add(
            Figure(
                "resume after 10 000 missed events", Double(time.seconds) * 1000 + Double(time.attoseconds) / 1e15, "ms",
                note: "wanted 1000 ms; \(events) of them messages"))
    }

    /// What an open socket costs that says nothing.
    private mutating func idle(_ desk: DeskUnderLoad, _ hello: Child) async throws {
        // The desk's limit is at least the same; it has files of its own.
        let count = min(sockets, sysconf(Int32(_SC_OPEN_MAX)) - 500)
        let tokens = try await desk.sessions(count)
        let cost = try await held(tokens.enumerated().map { LiveWire(token: $1, name: "idle\($0)", count: 0) }, by: desk.child)
        let get = HTTPWire.request("GET", "/")
        let reference = try await held(Array(repeating: HTTPWire([get], repeats: false), count: count), by: hello)
        let limit = count < sockets ? ", all that the limit of open files allows of \(sockets)" : ""
        table.add(
            Figure(
                "an idle live socket", cost, "KiB", beside: ("idle hello connection", reference),
                note: "at most 30 KiB; \(count) sockets at once\(limit)"))
    }

    /// Memory for each of the sockets while all of them are open, in KiB.
    private func held(_ wires: [any Wire], by child: Child) async throws -> Double {
        let before = child.memory("VmRSS")
        let open = try await IdleSockets.open(wires, port: child.port)
        // What was needed for the answers only may go.
        try await Task.sleep(for: .seconds(2))
        let after = child.memory("VmRSS")
        await open.close()
        return max(0, after - before) * 1024 / Double(wires.count)
    }
}
