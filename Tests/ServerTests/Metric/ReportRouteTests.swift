// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Journal
import Testing

@testable import Server

@Suite("A measure over time, through the API") struct ReportRouteTests {
    @Test("gives steps with their labels, and says what is wrong with a question") func history() async throws {
        // 2026-01-01T12:07:00Z: no step ends there.
        let clock = ManualClock(Instant(seconds: 1_767_269_220))
        try await TestServer.with(clock: clock) { server in
            for number in 0..<3 {
                _ = try await server.engine.receive(
                    InboundMessage(channel: "web", sender: "w\(number)", externalID: "m\(number)", content: .text("hello")))
            }
            clock.advance(by: .seconds(1))
            let token = try await server.token(.lead)
            func get(_ path: String) async throws -> TestServer.Answer {
                try await server.call("GET", "/v1/reports/\(path)", token: token)
            }
            while server.engine.watch.snapshot()["seq"]?.int != server.engine.store.head { await Task.yield() }
            for step in ["15m", "1h", "1d"] {
                let items = try await get("arrivals?step=\(step)&by=channel").items
                #expect(items.map { $0["count"] } == [3] && items[0].at("labels.channel") == "web", "\(step)")
            }
            #expect(try await get("arrivals?channel=app").items == [])
            #expect(try await get("queue_wait?time=business").status == 200)
            #expect(try await get("happiness").status == 404)
            for query in [
                "backlog", "arrivals?step=1m", "arrivals?by=agent", "arrivals?since=2020-01-01T00:00:00Z", "arrivals?since=soon",
                "messages?by=channel,team&direction=in", "timely_response_rate?within=soon", "arrivals?moon=full",
                "arrivals?since=2999-01-01T00:00:00Z",
            ] { #expect(try await get(query).status == 400, "\(query)") }
            let report = try await server.call("GET", "/v1/reports", token: token)
            #expect(report.json.at("measures.queue_wait.business.5m.count") == 0)
            let metrics = try await server.call("GET", "/metrics", token: token).text
            #expect(metrics.contains("luadesk_measure_queue_wait_business_5m{statistic=\"count\"} 0"))
            #expect(metrics.contains("luadesk_measure_ticket_backlog_5m{statistic=\"count\"} 0"))
        }
    }
}
