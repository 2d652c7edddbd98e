// SPDX-License-Identifier: Apache-2.0
import Desk

extension ConformanceSession {
    /// One thing that a platform can do with a message, and which outcomes make sense then.
    private struct Case {
        var name: String
        var weather: ConformanceNetwork.Weather
        var outcomes: Set<String>
        /// Cases that are alike: their outcomes can be given together.
        var group: String?
        /// Every request is hit, also one for a token.
        var isEverywhere = false
        /// How many messages the platform must have taken; nil: any.
        var messages: Int?
    }

    /// `send` with each answer that a platform can give.
    mutating func sending() async {
        bench.clock.set(account.start)
        let hasStandIn = bench.host.hasStandIn(manifest.name)
        if !hasStandIn {
            report.notes.append("\(account.name): there is no platform.lua, so send was tried against broken networks only")
        }
        var cases = network(everywhere: true)
        if hasStandIn { cases += network(everywhere: false) + platform() }
        var right = 0
        for item in cases { if await isRight(item) { right += 1 } }
        check("send", "\(cases.count) cases, \(right) with an outcome that makes sense")
    }

    private func network(everywhere: Bool) -> [Case] {
        func answer(_ status: Int, _ body: [UInt8], _ type: String = "text/html") -> ConformanceNetwork.Weather {
            .answer(OutgoingResponse(status: status, headers: [("content-type", type)], body: body))
        }
        let notSent: Set = ["retry", "failed", "held", "misconfigured"]
        // A page of something in between says nothing about the settings.
        let passing: Set = ["retry", "failed", "held"]
        let html = Array("<html><h1>Bad gateway</h1></html>".utf8)
        let json = "application/json"
        var list = [
            Case(name: "no connection", weather: .refused, outcomes: ["retry"], messages: 0),
            Case(name: "the answer is lost", weather: .lost, outcomes: ["retry", "failed"]),
            Case(name: "no answer in time", weather: .timeout, outcomes: ["retry", "failed"]),
            Case(name: "status 500", weather: answer(500, html), outcomes: ["retry", "failed"]),
            Case(name: "status 502", weather: answer(502, html), outcomes: ["retry", "failed"]),
            Case(name: "status 503", weather: answer(503, html), outcomes: ["retry", "failed"]),
            Case(name: "status 429", weather: answer(429, html), outcomes: ["retry"]),
            Case(name: "a redirect", weather: answer(302, html), outcomes: notSent),
            Case(name: "status 404", weather: answer(404, html), outcomes: notSent),
            Case(name: "status 403", weather: answer(403, html), outcomes: notSent),
            Case(name: "status 400", weather: answer(400, html), outcomes: notSent),
            Case(name: "a web page", weather: answer(200, html), outcomes: passing, group: "garbage"),
            Case(name: "an empty answer", weather: answer(200, []), outcomes: passing, group: "garbage"),
        ]
        let strange: [(String, [UInt8])] = [
            ("null", Array("null".utf8)), ("a number", Array("7".utf8)), ("a list", Array("[]".utf8)),
            ("an empty object", Array("{}".utf8)),
            ("half an object", Array(#"{"errcode":0,"#.utf8)), ("invalid UTF-8", [0x22, 0xff, 0xfe, 0x22]),
            ("10,000 open brackets", [UInt8](repeating: UInt8(ascii: "["), count: 10_000)),
            (
                "other types",
                Array(#"{"errcode":"x","error":{"a":[]},"ok":{},"code":[],"data":7,"result":"","id":{},"messages":"x"}"#.utf8)
            ),
        ]
        list += strange.map {
            Case(name: "an answer of \($0.0)", weather: answer(200, $0.1, json), outcomes: passing, group: "garbage")
        }
        return list.map { item in
            var item = item
            item.isEverywhere = everywhere
            if everywhere { item.messages = nil }
            return item
        }
    }

    /// What the plugin's `platform.lua` can say.
    private func platform() -> [Case] {
        let usual: [String: Set<String>] = [
            "expired": ["sent"], "rate_limit": ["retry"], "busy": ["retry"], "refused": ["failed", "held"],
            "unauthorized": ["misconfigured"], "window": ["held", "failed"],
        ]
        var cases = [Case(name: "success", weather: .fair, outcomes: ["sent"], messages: 1)]
        for fault in manifest.faults {
            let outcomes = usual[fault] ?? ["retry", "failed", "held", "misconfigured"]
            cases.append(
                Case(
                    name: fault, weather: .fault(fault), outcomes: outcomes, messages: outcomes == ["sent"] ? 1 : 0))
        }
        return cases
    }

    private mutating func isRight(_ item: Case) async -> Bool {
        let name = "send, \(item.name)\(item.isEverywhere ? " for every request" : "")"
        let channel = open()
        // Most platforms allow an answer only to who has written.
        var recipient = "customer"
        for request in await simulate(Self.occasion(1, customer: 1), channel) ?? [] {
            if case .taken(let taken) = await receive(request, channel), let sender = taken.messages.first?.sender {
                recipient = sender
            }
        }
        bench.network.begin(channel, item.weather, everywhere: item.isEverywhere)
        let message = OutboundMessage(
            message: ID(1), channel: channel, recipient: recipient, content: .text("hello"), author: .system, attempt: 1)
        let result = await bench.host.run(
            "send", channel: channel, { [message.value, $0.value] }, limit: bench.host.options.sendLimit)
        let seen = bench.network.seen
        guard case .success(let values) = result, let value = values.first, SendOutcome(value) != nil else {
            if case .failure(let failure) = result { fail("\(name): \(failure)") } else { fail("\(name): no outcome") }
            return false
        }
        let outcome = value["outcome"]?.string ?? ""
        let right = account.outcomes[item.name] ?? item.group.flatMap { account.outcomes[$0] } ?? item.outcomes
        guard right.contains(outcome) else {
            let reason = value["reason"]?.string.map { ", \($0)" } ?? ""
            fail(
                "\(name): expected \(right.sorted().joined(separator: " or ")), found \(outcome)\(reason) (\(seen.requests) requests)"
            )
            return false
        }
        if case .fault = item.weather, seen.faults == 0 {
            fail("\(name): platform.lua never gave it")
            return false
        }
        if let messages = item.messages, messages != seen.messages {
            fail("\(name): the platform should have taken \(messages) messages, it took \(seen.messages)")
            return false
        }
        return true
    }
}
