// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import HTTPTypes
import Journal
import Rules

/// The rule set that is live, and candidates beside it.
enum RuleRoutes {
    /// A candidate: its files, or the folder that the server watches.
    private static let fields: [Schema.Field] = [
        .optional("name", .string(length: 1...100)),
        .optional(
            "files", .anyObject(bytes: RuleSource.bodyLimit.byteCount),
            "By path below rules/, as text; the server's own folder if not given."),
        .optional(
            "edits", .anyObject(bytes: RuleSource.bodyLimit.byteCount),
            "Over the server's folder: text by path, null for a file that is left out."),
    ]
    private static let candidate = Schema.object(fields)

    static let all = [
        Route.get("/v1/rules", "readRules", "The rule set that is live.", .may(.readRules), answer: .reference("RuleSet")) {
            call in
            let active = call.engine.rules.active
            let record = try await call.engine.store.activeRuleSet()
            return .ok(
                ([
                    "id": .string(active.id), "name": .string(active.name),
                    "files": .array(active.source.files.keys.sorted().map(Value.string)),
                    "activated_at": Value(record?.activatedAt?.rfc3339), "by": Value(record?.by),
                ] as Value).compact())
        },
        Route.list(
            "/v1/rules/history", "listRuleSets", "Rule sets that were accepted, the latest first.", .may(.readRules),
            of: "RuleSet"
        ) { call in
            let page = try Cursor.page(call)
            let active = call.engine.rules.active.id
            let items = try await call.engine.rules.history(limit: page.limit - 1)
            return .ok(["items": .array(items.map { value($0, active: active) }), "next_cursor": .null])
        },
        Route.get(
            "/v1/rules/explain/{id}", "explainMessage", "Why a message was answered, routed or left alone.", .may(.readRules),
            answer: .anyObject()
        ) { call in .ok(try await call.engine.rules.explain(try call.id("message"))) },
        Route.write(
            .post, "/v1/rules/pin", "pinDecision",
            "Makes a test of a recorded decision, without what a person could be known by; nothing is written.", .may(.editRules),
            body: .object([.needed("message_id", .string(length: 2...40), "The message that it was about.")]),
            answer: .anyObject()
        ) { call in
            guard let id = ID<Message>(text: call.body["message_id"]?.string ?? "") else {
                throw Problem.invalid("/message_id", "a message's id was expected.")
            }
            return .ok(try await call.engine.rules.pin(id))
        },
        Route.write(
            .post, "/v1/rules/check", "checkRules", "Checks a candidate: syntax, names, unreachable rules.", .may(.editRules),
            body: candidate,
            optional: true, answer: .reference("RuleCheck")
        ) { call in
            let problems = await call.engine.rules.check(try source(call))
            return .ok(verdict(problems))
        }.takingRuleSet,
        Route.write(
            .post, "/v1/rules/test", "testRules", "Runs the tests that lie beside a candidate's rules.", .may(.editRules),
            body: candidate,
            optional: true, answer: .reference("RuleTest")
        ) { call in
            do {
                let report = try await call.engine.rules.test(try source(call))
                return .ok(report.value.merging(["ok": .bool(report.failures.isEmpty)]))
            } catch let rejection as RuleRejection {
                return .ok(verdict(rejection.problems))
            }
        }.takingRuleSet,
        Route.write(
            .post, "/v1/rules/activate", "activateRules", "Puts a candidate live: whole, or not at all with 422.",
            .may(.editRules),
            body: .object(
                fields + [
                    .optional(
                        "force", .boolean, "Past the gates of rules.lua and running flows, never past checks and tests."),
                    .optional("canary", .number, "Live only for this part of the conversations, above 0, below 1."),
                    .optional("shadow", .boolean, "Decides beside the live set; nothing it wants is done."),
                    .optional("for", .string(length: 2...20), "How long it is tried, such as 30m; until somebody decides."),
                    .optional(
                        "bases", .anyObject(bytes: RuleSource.bodyLimit.byteCount),
                        "With edits, which are saved, too: by path the hash of the file each was based on, null for a new one."),
                ]),
            optional: true, answer: .reference("RuleSet")
        ) { call in
            do {
                let force = call.body["force"]?.bool ?? false
                let edits = try savedEdits(call)
                let (plan, lasting) = try plan(call)
                guard plan == nil || edits == nil else {
                    throw Problem.invalid("/bases", "files are saved when a set is live for all, not while it is tried.")
                }
                let record =
                    if let plan {
                        try await call.engine.rules.activate(
                            try source(call), by: try call.principal.name, force: force, plan: plan, lasting: lasting)
                    } else if let edits {
                        try await RuleFileRoutes.activate(edits, try source(call), force: force, call)
                    } else {
                        try await call.engine.rules.activate(try source(call), by: try call.principal.name, force: force)
                    }
                return .ok(value(record, active: call.engine.rules.active.id))
            } catch let rejection as RuleRejection {
                throw refusal(rejection.problems)
            } catch let error as StoreError where error.code == .full {
                throw Problem(
                    503, "full", "The rules are not taken; the old ones run on. \(error.message)", headers: [.retryAfter: "5"])
            }
        }.takingRuleSet,
        Route.get(
            "/v1/rules/rollout", "readRollout",
            "The live set and how it does, what is tried beside it, and how long the desk would go back by itself.",
            .may(.readRules), answer: .anyObject()
        ) { call in .ok(call.engine.rules.rolloutStatus) },
        Route.write(
            .post, "/v1/rules/rollout/promote", "promoteRules",
            "The set that is tried goes live for all, or not at all with 422.", .may(.editRules),
            body: .object([.optional("force", .boolean, "Past dialogues that could not go on; they go to a person.")]),
            optional: true, answer: .reference("RuleSet")
        ) { call in
            do {
                let record = try await call.engine.rules.promote(
                    by: try call.principal.name, force: call.body["force"]?.bool ?? false)
                return .ok(value(record, active: record.id))
            } catch let rejection as RuleRejection {
                throw refusal(rejection.problems)
            }
        },
        Route.write(
            .delete, "/v1/rules/rollout", "stopRollout", "The set that is tried goes; the live one decides everything.",
            .may(.editRules), status: 204
        ) { call in
            try await call.engine.rules.stopRollout(by: try call.principal.name)
            return .nothing
        },
        Route.write(
            .post, "/v1/rules/rollback", "rollBackRules", "Goes back to the set before, or to one by its id.", .may(.editRules),
            body: .object([.optional("to", .string(length: 1...64), "Beginning of an id.")]), optional: true,
            answer: .reference("RuleSet")
        ) { call in
            do {
                let record = try await call.engine.rules.rollback(to: call.body["to"]?.string, by: try call.principal.name)
                return .ok(value(record, active: record.id))
            } catch let rejection as RuleRejection {
                throw refusal(rejection.problems)
            }
        },
        Route.get(
            "/v1/rules/diff", "diffRules", "What differs between two rule sets: files, and declarations.", .may(.readRules),
            [
                .init(name: "from", schema: .string(length: 1...64), note: "Beginning of an id; the live set if not given."),
                .init(name: "to", schema: .string(length: 1...64), note: "Beginning of an id.", isNeeded: true),
            ], answer: .reference("RuleDiff")
        ) { call in .ok(try await call.engine.rules.diff(from: call.query["from"], to: call.query["to"] ?? "")) },
        Route.write(
            .post, "/v1/rules/replay", "replayRules",
            "Begins to run recorded traffic through a candidate; nothing live is touched.", .may(.editRules),
            body: .object(
                fields + [
                    .optional("since", .string(length: 2...20), "How far back, such as 7d; all there is if not given."),
                    .optional("limit", .integer(1...10_000_000), "Only the latest so many decisions."),
                ]), optional: true, status: 201, answer: .reference("RuleReplay")
        ) { call in
            var since: Instant?
            if let text = call.body["since"]?.string {
                guard let back = Duration(text: text) else {
                    throw Problem.invalid("/since", "a duration such as 7d or 12h was expected.")
                }
                since = Instant.systemNow() - back
            }
            do {
                let job = try await call.engine.rules.startReplay(
                    try source(call), since: since, limit: call.body["limit"]?.int.map(Int.init), by: try call.principal.name)
                return .created(job.value, at: "/v1/rules/replay/\(job.id)")
            } catch let rejection as RuleRejection {
                throw refusal(rejection.problems)
            }
        }.takingRuleSet,
        Route.get(
            "/v1/rules/replay/{id}", "readReplay", "How far a replay is, and its report at the end.", .may(.readRules),
            answer: .reference("RuleReplay")
        ) { call in .ok(try replay(call).value) },
        Route.write(
            .delete, "/v1/rules/replay/{id}", "cancelReplay", "Ends a replay.", .may(.editRules), status: 204
        ) { call in
            try replay(call).cancel()
            return .nothing
        },
    ]

    /// How a candidate is to be tried; nil: not at all.
    private static func plan(_ call: Call) throws(Problem) -> (RolloutPlan?, Duration?) {
        let isShadow = call.body["shadow"]?.bool ?? false
        let share = call.body["canary"].flatMap { $0.double ?? $0.int.map(Double.init) }
        var lasting: Duration?
        if let text = call.body["for"]?.string {
            guard let duration = Duration(text: text), duration > .zero else {
                throw .invalid("/for", "a duration such as 30m or 12h was expected.")
            }
            lasting = duration
        }
        if let share {
            guard !isShadow else { throw .invalid("/shadow", "either a canary or a shadow, not both.") }
            guard share > 0, share < 1 else { throw .invalid("/canary", "a part above 0 and below 1 was expected.") }
            return (.canary(share: share), lasting)
        }
        guard isShadow || lasting == nil else { throw .invalid("/for", "only with canary or shadow.") }
        return (isShadow ? .shadow : nil, lasting)
    }

    private static func replay(_ call: Call) throws -> ReplayJob {
        let id = call.parameters["id"] ?? ""
        guard let job = call.engine.rules.replayJob(id) else { throw Problem.notFound("replay", id) }
        return job
    }

    private static func source(_ call: Call) throws -> RuleSource {
        if let files = call.body["files"]?.object {
            guard call.body["edits"] == nil else { throw Problem.invalid("/edits", "either files or edits, not both.") }
            let source = RuleSource(
                name: call.body["name"]?.string ?? "api", texts: try texts(files, "/files").compactMapValues(\.self))
            try checkSize(source.files)
            return source
        }
        var whole: RuleSource
        if let folder = call.desk.options.rulesFolder {
            do { whole = try RuleSource.read(folder: folder) } catch { throw refusal([error]) }
        } else {
            throw Problem.invalid("/files", "missing: this server watches no folder.")
        }
        guard let edits = call.body["edits"]?.object else { return whole }
        var files = whole.files
        for (path, text) in try texts(edits, "/edits") { files[path] = text.map { Array($0.utf8) } }
        whole = RuleSource(name: whole.name, files: files, folder: whole.folder)
        try checkSize(files)
        return whole
    }

    /// The same limits as for a folder.
    private static func checkSize(_ files: [String: [UInt8]]) throws(Problem) {
        let byteCount = files.values.reduce(0) { $0 + $1.count }
        guard RuleSource.Limit.allows(fileCount: files.count, byteCount: byteCount) else {
            throw Problem(
                413, "too_large",
                "The rules are not taken; the old ones run on: \(RuleSource.Limit.words), and here are \(files.count) files with "
                    + "\(byteCount) bytes.")
        }
    }

    /// Whether a file of a folder could have this path: the same as `RuleSource.read` finds.
    private static func isPath(_ text: String) -> Bool {
        text.utf8.count <= 1000 && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
            && text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") }
    }

    /// Texts by path; nil where null was given.
    private static func texts(_ files: Value.Fields, _ pointer: String) throws(Problem) -> [String: String?] {
        var texts: [String: String?] = [:]
        for pair in files.pairs {
            let place = "\(pointer)/\(pair.name.replacing("~", with: "~0").replacing("/", with: "~1"))"
            guard pair.value.string != nil || (pair.value.isNull && pointer == "/edits") else {
                throw .invalid(place, "a text was expected.")
            }
            guard isPath(pair.name) else {
                throw .invalid(place, "a path below rules/ was expected, such as routing/vip.lua.")
            }
            texts[pair.name] = .some(pair.value.string)
        }
        return texts
    }

    /// Edits that are to be saved with an activation: those that come with their bases; nil where there are none.
    private static func savedEdits(_ call: Call) throws(Problem) -> [RuleTree.Edit]? {
        guard let bases = call.body["bases"]?.object else { return nil }
        guard let edits = call.body["edits"]?.object, Set(edits.names) == Set(bases.names) else {
            throw .invalid("/bases", "each of the edits needs its base, and nothing else.")
        }
        var found: [RuleTree.Edit] = []
        for (path, text) in try texts(edits, "/edits").sorted(by: { $0.key < $1.key }) {
            let base = bases[path]
            let isRemoved = text == nil
            guard let hash = base?.string ?? (base?.isNull == true && !isRemoved ? "" : nil) else {
                throw .invalid("/bases", "\(path): a hash was expected, or null for a new file.")
            }
            found.append(
                .init(
                    path: try RulePath(path, pointer: "/edits"), bytes: text.map { Array($0.utf8) },
                    base: hash.isEmpty ? .absent : .hash(hash)))
        }
        return found
    }

    private static func refusal(_ problems: [RuleProblem]) -> Problem {
        let words = problems.map(\.description).joined(separator: "\n")
        var problem = Problem(422, "rules_rejected", "The rules are not taken; the old ones run on. \(words)")
        problem.violations = problems.map { Problem.Violation(pointer: $0.file.map(pointer), message: $0.description) }
        return problem
    }

    /// To the file as the body names it: without the folder that problems show before it.
    private static func pointer(_ file: String) -> String {
        let path = file.split(separator: "/", maxSplits: 1).last.map(String.init) ?? file
        return "/files/\(path.replacing("~", with: "~0").replacing("/", with: "~1"))"
    }

    private static func verdict(_ problems: [RuleProblem]) -> Value {
        ["ok": .bool(!problems.contains { $0.severity == .error }), "problems": .array(problems.map(\.value))]
    }

    private static func value(_ record: RuleSetRecord, active: String) -> Value {
        ([
            "id": .string(record.id), "name": .string(record.name), "accepted_at": .string(record.acceptedAt.rfc3339),
            "activated_at": Value(record.activatedAt?.rfc3339), "by": .string(record.by), "is_active": .bool(record.id == active),
        ] as Value).compact()
    }
}

extension RuleSource {
    /// Of a request that holds a whole set: JSON writes a line feed, a quote and each half of a Chinese character as two bytes or less.
    static let bodyLimit = Route.BodyLimit(
        byteCount: 2 * Limit.byteCount + (1 << 20), note: "The rules are not taken; the old ones run on: \(Limit.words).")
}

extension Route {
    /// The same route, whose bodies may hold a whole rule set.
    var takingRuleSet: Route {
        var route = self
        route.bodyLimit = RuleSource.bodyLimit
        return route
    }
}
