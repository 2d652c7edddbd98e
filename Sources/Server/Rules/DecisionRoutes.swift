// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import HTTPTypes
import HummingbirdCore
import NIOCore

/// The decision log for other programs.
enum DecisionRoutes {
    static let all = [
        Route.get(
            "/v1/rules/decisions", "exportDecisions",
            "The decision log as JSON lines (application/x-ndjson) in order, with personal data masked; noted in the journal as rules.exported.",
            .may(.administer),
            [
                .init(name: "since", schema: .string(length: 2...40), note: "A time, or how far back, such as 7d."),
                .init(name: "until", schema: .string(length: 2...40), note: "Before then; the same. Up to now if not given."),
                .init(name: "last", schema: .integer(1...10_000_000), note: "Only the last so many of them."),
                .init(
                    name: "texts", schema: .choice(["kept", "hidden"]),
                    note: "Whether customers' words stay, without what they could be known by; kept if not given."),
            ], answer: nil
        ) { call in
            let now = call.engine.clock()
            var options = DecisionExport.Options()
            options.since = try time("since", call, now)
            options.until = try time("until", call, now)
            options.last = try call.integer("last").map(Int.init)
            options.keepsTexts = call.query["texts"] != "hidden"
            let principal = try call.principal
            let export = try await DecisionExport.begin(
                options, from: call.engine.store, by: principal.name, as: principal.actor, at: now)
            return Reply(
                status: 200, body: nil, headers: [.cacheControl: "no-store", .xAccelBuffering: "no"],
                raw: RawReply(contentType: "application/x-ndjson; charset=utf-8", body: body(export)))
        }
    ]

    /// Page by page, as fast as the client reads.
    private static func body(_ export: DecisionExport) -> ResponseBody {
        ResponseBody { writer in
            var export = export
            while let page = try await export.next() {
                if page.count > 0 { try await writer.write(ByteBuffer(bytes: page.lines)) }
            }
            try await writer.finish(nil)
        }
    }

    private static func time(_ name: String, _ call: Call, _ now: Instant) throws(Problem) -> Instant? {
        guard let text = call.query[name] else { return nil }
        guard let time = DecisionExport.Options.time(text, now: now) else {
            throw .bad("invalid_parameter", "\(name): a time, or a duration such as 7d, was expected.", parameter: name)
        }
        return time
    }
}
