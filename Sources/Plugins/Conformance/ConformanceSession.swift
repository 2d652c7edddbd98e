// SPDX-License-Identifier: Apache-2.0
import Desk

/// One account of a plugin under test: its channels, its requests, and what was found.
struct ConformanceSession {
    let bench: ConformanceBench
    let account: ConformanceAccount
    let manifest: PluginManifest
    var report: ConformanceReport
    private var channels = 0

    init(bench: ConformanceBench, account: ConformanceAccount, manifest: PluginManifest, report: ConformanceReport) {
        self.bench = bench
        self.account = account
        self.manifest = manifest
        self.report = report
    }

    /// A request with a name, and what it gave the first time.
    struct Sample {
        var name: String
        var request: HookRequest
        var taken: Taken
        var isRecorded: Bool
    }

    /// What a request led to, without the channel it came through.
    struct Taken: Hashable {
        var messages: [InboundMessage]
        var receipts: [DeliveryReport]
        var response: HookResponse
        var ids: [String] { messages.map { $0.externalID ?? "" } }

        /// Whether both say the same to the desk; the answers to the platform may differ.
        func means(_ other: Taken) -> Bool { messages == other.messages && receipts == other.receipts }
        /// A check of the address, or something to be acknowledged only.
        var isNothing: Bool { messages.isEmpty && receipts.isEmpty }
    }

    enum Verdict {
        case taken(Taken)
        case refused(status: Int, reason: String)
        case failed(String)
    }

    // MARK: Tools

    mutating func fail(_ text: String) { report.fail(account.name, text) }
    mutating func check(_ name: String, _ result: String) {
        report.checks.append(.init(name: name, account: account.name, result: result))
    }

    /// A channel with a store of its own.
    mutating func open(_ settings: Value? = nil) -> String {
        channels += 1
        let id = "\(account.name)-\(channels)"
        do { try bench.host.open(bench.channel(account, id, settings ?? account.settings)) } catch {
            fail("its settings do not suit: \(error)")
        }
        return id
    }

    func receive(_ request: HookRequest, _ channel: String) async -> Verdict {
        switch await bench.host.receive(channel: channel, request) {
        case .accepted(let messages, let response, let receipts, let remember):
            // The engine keeps it once the messages are on disk.
            let namespace = PluginHost.namespace(plugin: manifest.name, channel: channel)
            for pair in remember.object?.pairs ?? [] {
                try? await bench.host.outside.store.set(pair.name, in: namespace, to: pair.value, expires: nil)
            }
            let bare = messages.map { message in
                var message = message
                message.channel = ""
                return message
            }
            return .taken(Taken(messages: bare, receipts: receipts, response: response))
        case .refused(let response, let reason): return .refused(status: response.status, reason: reason)
        case .failed(_, let failure): return .failed(failure.description)
        }
    }

    /// Requests of the plugin's own `simulate`; nil if it cannot make this one.
    func simulate(_ occasion: Value, _ channel: String) async -> [HookRequest]? {
        guard account.simulates, manifest.functions.contains("simulate") else { return nil }
        return try? await bench.host.simulate(channel: channel, occasion)
    }

    /// A text as a customer writes it.
    static func occasion(_ number: Int, customer: Int, kind: String = "text") -> Value {
        [
            "kind": .string(kind), "text": .string("message \(number)"), "sender": .string("customer-\(customer)"),
            "message_id": .string("\(17_672_256_000_000 + number)"),
        ]
    }
}
