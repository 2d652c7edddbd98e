// SPDX-License-Identifier: Apache-2.0
import Desk
import Rules

/// Recorded traffic through the desk's rules and a thousand more, while the desk has nothing else to do.
enum ReplayBenchmark {
    static func figures(_ desk: DeskUnderLoad, limit: Int) async throws -> [Figure] {
        var edits = Value.Fields()
        for (path, bytes) in DecisionScale.source(1000).files where path != "rules.lua" {
            edits[path] = .string(String(decoding: bytes, as: UTF8.self))
        }
        let port = desk.child.port
        let (before, start) = (desk.child.cpuSeconds, ContinuousClock.now)
        let begun = try await HTTP.send(
            "POST", "/v1/rules/replay", port: port, token: desk.token,
            body: ["edits": .object(edits), "limit": .int(Int64(limit))])
        guard begun.status == 201, let id = begun.body["id"]?.string else {
            throw BenchmarkFailure("No replay: status \(begun.status) \(begun.body.jsonText)")
        }
        var job = begun.body
        while job["state"] == "running" {
            try await Task.sleep(for: .milliseconds(10))
            job = try await HTTP.send("GET", "/v1/rules/replay/\(id)", port: port, token: desk.token).body
        }
        let time = (ContinuousClock.now - start).components
        let seconds = Double(time.seconds) + Double(time.attoseconds) / 1e18
        let cpu = desk.child.cpuSeconds - before
        guard job["state"] == "done", let count = job.at("report.decisions")?.double, count > 0,
            let asked = job.at("report.asked")?.double
        else { throw BenchmarkFailure("The replay ended otherwise: \(job.jsonText.prefix(500))") }
        return [
            Figure(
                "replay, shipped rules and 1000 more", asked / seconds, "decisions/s",
                note: "at least 50000; \(Int(count)) events, of each \(Self.tenths(asked / count)) decisions, on all cores"),
            Figure("replay, CPU time a decision", cpu / asked * 1e6, "µs", note: "20 µs would be 50000/s on one core"),
        ]
    }

    private static func tenths(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
}
