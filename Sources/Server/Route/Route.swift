// SPDX-License-Identifier: Apache-2.0
import Desk
import HTTPTypes

/// One thing the API does: where, for whom, with what, and how.
///
/// Router, permissions and OpenAPI document are made from the same table of these.
struct Route: Sendable {
    /// Who may come in.
    enum Access: Sendable, Hashable {
        /// Anybody, without a token.
        case open
        /// A customer's session or an API token that may read the desk.
        case live
        /// Any API token.
        case signedIn
        case may(Permission)
    }

    /// A parameter of the query.
    struct Parameter: Sendable {
        let name: String
        let schema: Schema
        let note: String
        var isNeeded = false
    }

    /// How long a body may be, and what it holds at most, as the sentence goes on that refuses a longer one.
    struct BodyLimit: Sendable {
        let byteCount: Int
        let note: String
    }

    let method: HTTPRequest.Method
    /// `/v1/conversations/{id}`
    let path: String
    /// Unique; OpenAPI's operationId.
    let id: String
    let summary: String
    let access: Access
    var parameters: [Parameter] = []
    /// Nil: none is read.
    var body: Schema?
    /// A request without a body means an empty object.
    var bodyIsOptional = false
    /// What a body may have here, where it is more than elsewhere.
    var bodyLimit: BodyLimit?
    var status = 200
    /// Nil: an answer without a body.
    var answer: Schema?
    var example: Value?
    /// Whether the last parameter of the path takes all that is left, slashes and all.
    var takesRest = false
    /// Whether a query may hold more than `parameters`: of a plain file, whose readers put a version behind its name.
    var takesAnyQuery = false
    let run: @Sendable (Call) async throws -> Reply

    /// Resource it belongs to: the part after `/v1/`.
    var tag: String {
        let parts = path.split(separator: "/")
        return parts.first == "v1" && parts.count > 1 ? String(parts[1]) : "server"
    }

    var isWrite: Bool { method != .get }
}

extension Route {
    static func get(
        _ path: String, _ id: String, _ summary: String, _ access: Access, _ parameters: [Parameter] = [], answer: Schema?,
        run: @escaping @Sendable (Call) async throws -> Reply
    ) -> Route {
        Route(
            method: .get, path: path, id: id, summary: summary, access: access, parameters: parameters, answer: answer, run: run)
    }

    /// A list: with `limit` and `after`, answered page by page.
    static func list(
        _ path: String, _ id: String, _ summary: String, _ access: Access, _ parameters: [Parameter] = [], of item: String,
        run: @escaping @Sendable (Call) async throws -> Reply
    ) -> Route {
        get(
            path, id, summary, access, parameters + Cursor.parameters,
            answer: .object([
                .needed("items", .array(.reference(item))),
                .needed("next_cursor", .nullable(.text), "Give it as after to go on; null at the end."),
            ]), run: run)
    }

    static func write(
        _ method: HTTPRequest.Method, _ path: String, _ id: String, _ summary: String, _ access: Access,
        _ parameters: [Parameter] = [], body: Schema? = nil, optional: Bool = false, status: Int = 200, answer: Schema? = nil,
        example: Value? = nil,
        run: @escaping @Sendable (Call) async throws -> Reply
    ) -> Route {
        Route(
            method: method, path: path, id: id, summary: summary, access: access, parameters: parameters, body: body,
            bodyIsOptional: optional,
            status: status, answer: answer, example: example, run: run)
    }
}

/// What a route answers.
struct Reply: Sendable {
    var status: Int
    /// Nil: no body.
    var body: Value?
    var headers: HTTPFields = [:]
    /// An answer that is no JSON, or that flows: instead of `body`.
    var raw: RawReply?

    static func ok(_ body: Value) -> Reply { Reply(status: 200, body: body) }
    static func created(_ body: Value, at path: String) -> Reply { Reply(status: 201, body: body, headers: [.location: path]) }
    static let nothing = Reply(status: 204, body: nil)
}
