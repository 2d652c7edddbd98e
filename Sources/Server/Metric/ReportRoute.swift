// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import Insight

/// One measure over time.
enum ReportRoute {
    private static let labels = ["channel", "team", "agent", "tag", "sla", "rule", "direction"]

    static let history = Route.get(
        "/v1/reports/{measure}", "readMeasure",
        "One measure by quarter-hour, hour or day, for five weeks; divided by its labels.", .may(.readDesk),
        [
            .init(
                name: "step", schema: .choice(MeasureHistory.Step.allCases.map(\.rawValue)),
                note: "15m (the last day), 1h or 1d; 1h if not given."),
            .init(
                name: "since", schema: .time,
                note: "Beginning of the first step, such as midnight where you are; a day ago if not given, 28 days by days."),
            .init(name: "until", schema: .time, note: "Nothing that begins later; now if not given."),
            .init(name: "by", schema: .text, note: "One or two of the measure's labels, with a comma: team,agent."),
            .init(
                name: "time", schema: .choice(MeasureOptions.Time.allCases.map(\.rawValue)),
                note: "business: in the teams' business hours."),
            .init(name: "within", schema: .text, note: "The target of timely_response_rate and sla_attainment, such as 30s."),
            .init(
                name: "target", schema: .choice(MeasureOptions.Target.allCases.map(\.rawValue)),
                note: "Of sla_attainment; first_response if not given."),
            .init(
                name: "provisional", schema: .choice(["true", "false"]),
                note: "What is known so far of what is final only after days."),
        ] + labels.map { .init(name: $0, schema: .text, note: "Only what has this \($0).") },
        answer: .reference("MeasureHistory")
    ) { call in
        let wanted = try wanted(call)
        guard let items = call.engine.watch.history(wanted) else {
            throw Problem.bad("too_much", "That is more than \(MeasureHistory.most) lines: ask for less time or fewer labels.")
        }
        return .ok([
            "measure": .string(wanted.measure.rawValue), "step": .string(wanted.step.rawValue),
            "since": .string(wanted.since.rfc3339), "until": .string(wanted.until.rfc3339), "items": .array(items),
        ])
    }

    private static func wanted(_ call: Call) throws(Problem) -> MeasureHistory {
        guard let measure = call.parameters["measure"].flatMap(Measure.init(rawValue:)) else {
            throw .notFound("measure", call.parameters["measure"] ?? "")
        }
        guard !measure.isOfNow else {
            throw .bad("invalid_parameter", "\(measure.rawValue) is of now alone: GET /v1/reports has it.", parameter: "measure")
        }
        let now = call.engine.clock()
        let step = call.query["step"].flatMap(MeasureHistory.Step.init(rawValue:)) ?? .hour
        let width = step.duration.inMilliseconds
        let usual = Instant(milliseconds: (now - step.usual).milliseconds / width * width)
        let since = try instant("since", call) ?? usual
        let until = min(try instant("until", call) ?? now, now)
        guard since < until else { throw .bad("invalid_parameter", "since: is not before until.", parameter: "since") }
        guard now - since <= step.reach + step.duration else {
            throw .bad(
                "invalid_parameter", "since: by \(step.rawValue) only \(step == .quarter ? "a day" : "35 days") are known.",
                parameter: "since")
        }
        let by = (call.query["by"] ?? "").split(separator: ",").map(String.init)
        var only: [String: String] = [:]
        for name in labels { if let value = call.query[name] { only[name] = value } }
        for name in by + only.keys.sorted() where !measure.labels.contains(name) {
            throw .bad(
                "invalid_parameter",
                "\(measure.rawValue) has no label \(name); it has \(measure.labels.joined(separator: ", ")).",
                parameter: by.contains(name) ? "by" : name)
        }
        guard Set(by).union(only.keys).count <= 2 else {
            throw .bad("invalid_parameter", "by: two labels at most, those with a value included.", parameter: "by")
        }
        var options = MeasureOptions()
        options.time = call.query["time"].flatMap(MeasureOptions.Time.init(rawValue:)) ?? .wall
        options.target = call.query["target"].flatMap(MeasureOptions.Target.init(rawValue:)) ?? .firstResponse
        options.isProvisional = call.query["provisional"] == "true"
        if let text = call.query["within"] {
            guard let within = Duration(text: text) else {
                throw .bad("invalid_parameter", "within: a duration such as 30s was expected.", parameter: "within")
            }
            options.within = within
        }
        return MeasureHistory(measure, step: step, since: since, until: until, by: by, only: only, options: options)
    }

    private static func instant(_ name: String, _ call: Call) throws(Problem) -> Instant? {
        guard let text = call.query[name] else { return nil }
        guard let instant = Instant(rfc3339: text) else {
            throw .bad("invalid_parameter", "\(name): a time such as 2026-11-18T00:00:00Z was expected.", parameter: name)
        }
        return instant
    }
}
