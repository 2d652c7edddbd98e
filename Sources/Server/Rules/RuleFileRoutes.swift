// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import HTTPTypes
import Journal
import Rules

/// The files of the folder of rules, for an editor: nothing that changed meanwhile is ever written over unseen.
enum RuleFileRoutes {
    private static let hash = Schema.string(length: 64...64)

    static let all = [
        Route.get(
            "/v1/rules/files", "listRuleFiles",
            "The folder of rules: its files with their hashes, and how they differ from what is live.",
            .may(.readRules), answer: .reference("RuleFolder"), run: list),
        file(
            .get, "readRuleFile", "A file's text; its ETag is what a change is based on.", .may(.readRules),
            [
                .init(
                    name: "set", schema: .string(length: 1...64),
                    note: "Of an accepted set, by its id, or live; the folder's if not given.")
            ],
            answer: .reference("RuleFile"), run: read),
        file(
            .put, "writeRuleFile",
            "Saves a file. If-Match names the ETag it was read with, If-None-Match: * makes a new one; 412 with both versions if it changed meanwhile.",
            .may(.editRules), body: .object([.needed("text", .string(length: 0...RuleSource.bodyLimit.byteCount))]),
            answer: .reference("RuleFile"),
            run: write),
        file(
            .delete, "deleteRuleFile", "Removes a file that is still as If-Match says.", .may(.editRules), status: 204,
            run: remove),
        Route.write(
            .post, "/v1/rules/rename", "renameRuleFile", "Gives a file another name within the folder; nothing may lie there.",
            .may(.editRules),
            body: .object([
                .needed("path", .string(length: 1...500)), .needed("to", .string(length: 1...500)),
                .needed("base", hash, "The file's hash, as it was read."),
            ]), answer: .reference("RuleFile"), run: rename),
        Route.get(
            "/v1/rules/log", "readRuleLog", "Who saved, activated, was refused or rolled back, the latest first.",
            .may(.readRules),
            [.init(name: "limit", schema: .integer(1...200), note: "Items at most; 50 if not given.")],
            answer: .object([.needed("items", .array(.reference("Event"))), .needed("next_cursor", .nullable(.text))]), run: log),
    ]

    /// A route whose path ends in a file's path, slashes and all.
    private static func file(
        _ method: HTTPRequest.Method, _ id: String, _ summary: String, _ access: Route.Access,
        _ parameters: [Route.Parameter] = [], body: Schema? = nil, status: Int = 200, answer: Schema? = nil,
        run: @escaping @Sendable (Call) async throws -> Reply
    ) -> Route {
        var route = Route(
            method: method, path: "/v1/rules/files/{path}", id: id, summary: summary, access: access, parameters: parameters,
            body: body,
            status: status, answer: answer, run: run)
        route.takesRest = true
        if body != nil { route.bodyLimit = RuleSource.bodyLimit }
        return route
    }

    // MARK: - Reading

    @Sendable private static func list(_ call: Call) async throws -> Reply {
        let live = call.engine.rules.active
        let there = live.source.files.mapValues { RuleTree.hash($0) }
        var listing = RuleTree.Listing()
        if let tree = call.desk.ruleTree {
            listing = try await refusing { try await tree.list() }
        } else {
            listing.files = live.source.files.map { .init(path: $0.key, byteCount: $0.value.count, hash: there[$0.key] ?? "") }
                .sorted { $0.path < $1.path }
        }
        let paths = Set(listing.files.map(\.path))
        return .ok([
            "folder": Value(call.desk.ruleTree?.name), "is_writable": .bool(listing.isWritable),
            "watches": .bool(call.engine.rules.watchesFiles), "live": .string(live.id),
            "items": .array(
                listing.files.map { file in
                    let state = there[file.path].map { $0 == file.hash ? "same" : "changed" } ?? "added"
                    return [
                        "path": .string(file.path), "byte_count": Value(file.byteCount), "hash": .string(file.hash),
                        "live": .string(state),
                    ]
                }),
            "removed": .array(there.keys.filter { !paths.contains($0) }.sorted().map(Value.string)),
            "problems": .array(listing.problems.map(Value.string)), "next_cursor": .null,
        ])
    }

    @Sendable private static func read(_ call: Call) async throws -> Reply {
        let path = try path(call)
        let bytes: [UInt8]
        if let set = call.query["set"] {
            bytes = try await kept(path, in: set, call)
        } else if let tree = call.desk.ruleTree {
            bytes = try await refusing { try await tree.read(path) }.bytes
        } else {
            bytes = try await kept(path, in: "live", call)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Problem(409, "not_text", "\(path): this is no UTF-8. Repair it on disk.")
        }
        return reply(path, RuleTree.hash(bytes), text: text)
    }

    private static func kept(_ path: RulePath, in set: String, _ call: Call) async throws -> [UInt8] {
        let live = call.engine.rules.active
        let files =
            if set == "live" || set == live.id { live.source.files } else {
                try await call.engine.store.ruleSet(set)?.files ?? [:]
            }
        guard let bytes = files["\(path)"] else { throw Problem.notFound("rule file", "\(path) in \(set)") }
        return bytes
    }

    @Sendable private static func log(_ call: Call) async throws -> Reply {
        let limit = Int(try call.integer("limit") ?? 50)
        let events = try await call.engine.rules.log(limit: limit)
        return .ok(["items": .array(events.map(\.value)), "next_cursor": .null])
    }

    // MARK: - Writing

    @Sendable private static func write(_ call: Call) async throws -> Reply {
        let path = try path(call)
        let base = try base(call)
        let bytes = Array((call.body["text"]?.string ?? "").utf8)
        try await changing(call, [.init(path: path, bytes: bytes, base: base)])
        return reply(path, RuleTree.hash(bytes))
    }

    @Sendable private static func remove(_ call: Call) async throws -> Reply {
        let path = try path(call)
        let base = try base(call)
        guard base != .absent else { throw Problem.bad("invalid_header", "If-Match was expected: the file's ETag.") }
        try await changing(call, [.init(path: path, bytes: nil, base: base)])
        return .nothing
    }

    @Sendable private static func rename(_ call: Call) async throws -> Reply {
        let path = try RulePath(call.body["path"]?.string ?? "", pointer: "/path")
        let target = try RulePath(call.body["to"]?.string ?? "", pointer: "/to")
        let hash = call.body["base"]?.string ?? ""
        guard path != target else { throw Problem.invalid("/to", "another name was expected.") }
        let tree = try tree(call)
        try await call.engine.rules.holdingWatch {
            try await refusing { try await tree.move(path, to: target, base: .hash(hash)) }
        }
        try await call.engine.rules.noteEdits(
            [("\(path)", "removed", hash, nil), ("\(target)", "added", nil, hash)], by: try call.principal)
        return reply(target, hash)
    }

    /// Puts edits live and on disk, in that order: what is refused changes neither.
    ///
    /// The bases are looked at first, and again when the files are written.
    static func activate(_ edits: [RuleTree.Edit], _ source: RuleSource, force: Bool, _ call: Call) async throws -> RuleSetRecord
    {
        let tree = try tree(call)
        let principal = try call.principal
        try await refusing { try await tree.verify(edits) }
        let record = try await call.engine.rules.holdingWatch {
            let record = try await call.engine.rules.activate(source, by: principal.name, force: force)
            do { try await refusing { try await tree.apply(edits) } } catch {
                let reason = Problem.of(error)?.detail ?? "\(error)"
                throw Problem(500, "live_but_not_saved", "The rules are live, but the folder could not be written: \(reason)")
            }
            return record
        }
        try await note(edits, call)
        return record
    }

    private static func changing(_ call: Call, _ edits: [RuleTree.Edit]) async throws {
        let tree = try tree(call)
        try await call.engine.rules.holdingWatch { try await refusing { try await tree.apply(edits) } }
        try await note(edits, call)
    }

    private static func note(_ edits: [RuleTree.Edit], _ call: Call) async throws {
        let facts = edits.map { edit -> RuleDesk.FileEdit in
            let before: String? = if case .hash(let hash) = edit.base { hash } else { nil }
            let change = edit.bytes == nil ? "removed" : before == nil ? "added" : "changed"
            return ("\(edit.path)", change, before, edit.bytes.map { RuleTree.hash($0) })
        }
        try await call.engine.rules.noteEdits(facts, by: try call.principal)
    }

    // MARK: - What a request says

    private static func path(_ call: Call) throws(Problem) -> RulePath { try RulePath(call.parameters["path"] ?? "") }

    private static func tree(_ call: Call) throws(Problem) -> RuleTree {
        guard let tree = call.desk.ruleTree else {
            throw Problem(409, "no_folder", "This server has no folder of rules: give rules: in its configuration.")
        }
        return tree
    }

    private static func base(_ call: Call) throws(Problem) -> RuleTree.Base {
        if call.headers[.ifNoneMatch] == "*" { return .absent }
        guard let given = call.headers[.ifMatch] else {
            throw Problem(
                428, "precondition_required",
                "Say what the change is based on: If-Match with the file's ETag, or If-None-Match: *.")
        }
        let bare = given.trimmingPrefix("\"")
        let hash = String(bare.hasSuffix("\"") ? bare.dropLast() : bare)
        guard hash.utf8.count == 64 else { throw .bad("invalid_header", "If-Match: one ETag of this file was expected.") }
        return .hash(hash)
    }

    /// Runs `work` with what the disk refuses said as the API says it.
    private static func refusing<Result>(_ work: () async throws -> Result) async throws -> Result {
        do { return try await work() } catch let refusal as RuleTree.Refusal { throw Problem(refusal) }
    }

    private static func reply(_ path: RulePath, _ hash: String, text: String? = nil) -> Reply {
        Reply(
            status: 200, body: (["path": .string("\(path)"), "hash": .string(hash), "text": Value(text)] as Value).compact(),
            headers: [.eTag: "\"\(hash)\""])
    }
}

extension Problem {
    /// A change of the folder of rules that was not done.
    init(_ refusal: RuleTree.Refusal) {
        switch refusal {
        case .conflict(let path, let found):
            let what = found == nil ? "It was removed" : "It was changed"
            self.init(412, "changed_meanwhile", "\(path): \(what) meanwhile. Look at it before you save again.")
            facts = ["path": path]
            if let found {
                facts["hash"] = found.hash
                facts["text"] = String(validating: found.bytes, as: UTF8.self)
                headers[.eTag] = "\"\(found.hash)\""
            }
        case .missing(let path): self = .notFound("rule file", path)
        case .link(let path): self.init(409, "no_plain_file", "\(path): this is a link, or no plain file; it is not followed.")
        case .tooLarge(let words): self.init(413, "too_large", words)
        case .full: self.init(503, "full", "The disk is full; nothing was changed.", headers: [.retryAfter: "5"])
        case .disk(let path, let reason):
            self.init(409, "not_writable", "\(path): \(reason). Check who owns the folder of rules.")
        }
    }
}
