// SPDX-License-Identifier: Apache-2.0
import Desk
import Rules

/// Recorded traffic through a candidate, while the desk has nothing else to do. What a replay of one settlement costs (loading the
/// candidate, checking it, asking how far it is) is taken off.
enum ReplayBenchmark {
    private struct Run { let events, asked, seconds, cpu: Double }

    /// - Parameters:
    ///   - name: of the candidate.
    ///   - edits: the candidate's files, beside those that are live.
    static func figures(_ name: String, _ desk: DeskUnderLoad, edits: [String: [UInt8]], limit: Int) async throws -> [Figure] {
        let least = try await run(desk, edits, limit: 1)
        let whole = try await run(desk, edits, limit: limit)
        let asked = whole.asked - least.asked
        guard asked > 0 else { throw BenchmarkFailure("There was nothing to replay.") }
        let each = (whole.asked / whole.events * 10).rounded() / 10
        return [
            Figure(
                "replay, \(name)", asked / (whole.seconds - least.seconds), "decisions/s",
                note: "at least 50000; \(Int(whole.events)) events, of each \(each) decisions, on all cores"),
            Figure(
                "replay, \(name), CPU time a decision", (whole.cpu - least.cpu) / asked * 1e6, "µs",
                note: "20 µs would be 50000/s on one core"),
        ]
    }

    private static func run(_ desk: DeskUnderLoad, _ edits: [String: [UInt8]], limit: Int) async throws -> Run {
        var fields = Value.Fields()
        for (path, bytes) in edits { fields[path] = .string(String(decoding: bytes, as: UTF8.self)) }
        let port = desk.child.port
        let (before, start) = (desk.child.cpuSeconds, ContinuousClock.now)
        let begun = try await HTTP.send(
            "POST", "/v1/rules/replay", port: port, token: desk.token,
            body: ["edits": .object(fields), "limit": .int(Int64(limit))])
        guard begun.status == 201, let id = begun.body["id"]?.string else {
            throw BenchmarkFailure("No replay: status \(begun.status) \(begun.body.jsonText)")
        }
        var job = begun.body
        while job["state"] == "running" {
            try await Task.sleep(for: .milliseconds(10))
            job = try await HTTP.send("GET", "/v1/rules/replay/\(id)", port: port, token: desk.token).body
        }
        let time = (ContinuousClock.now - start).components
        guard job["state"] == "done", let events = job.at("report.decisions")?.double,
            let asked = job.at("report.asked")?.double
        else { throw BenchmarkFailure("The replay ended otherwise: \(job.jsonText.prefix(500))") }
        return Run(
            events: events, asked: asked, seconds: Double(time.seconds) + Double(time.attoseconds) / 1e18,
            cpu: desk.child.cpuSeconds - before)
    }
}
