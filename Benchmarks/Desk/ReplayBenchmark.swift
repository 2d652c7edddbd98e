// SPDX-License-Identifier: Apache-2.0
import Desk
import Rules

/// Recorded traffic through a candidate, while the desk has nothing else to do.
enum ReplayBenchmark {
    /// - Parameters:
    ///   - name: of the candidate.
    ///   - edits: the candidate's files, beside those that are live.
    static func figures(_ name: String, _ desk: DeskUnderLoad, edits: [String: [UInt8]], limit: Int) async throws -> [Figure] {
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
        let seconds = Double(time.seconds) + Double(time.attoseconds) / 1e18
        let cpu = desk.child.cpuSeconds - before
        guard job["state"] == "done", let count = job.at("report.decisions")?.double, count > 0,
            let asked = job.at("report.asked")?.double
        else { throw BenchmarkFailure("The replay ended otherwise: \(job.jsonText.prefix(500))") }
        return [
            Figure(
                "replay, \(name)", asked / seconds, "decisions/s",
                note: "at least 50000; \(Int(count)) events, of each \(Self.tenths(asked / count)) decisions, on all cores"),
            Figure("replay, \(name), CPU time a decision", cpu / asked * 1e6, "µs", note: "20 µs would be 50000/s on one core"),
        ]
    }

    private static func tenths(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
}
