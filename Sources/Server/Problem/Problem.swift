// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import HTTPTypes
import Journal

/// What went wrong, as RFC 9457 writes it: `application/problem+json`.
struct Problem: Error, Sendable {
    let status: Int
    /// Stable, for programs.
    let code: String
    /// For a person: what was wrong, where, what to do.
    let detail: String
    /// Where in the body (JSON pointers) or which parameters.
    var violations: [Violation] = []
    var headers: HTTPFields = [:]
    /// More facts, by name.
    var facts: [String: String] = [:]

    /// One thing that is wrong with a request.
    struct Violation: Sendable, Equatable {
        /// RFC 6901: `/tags/2`; empty for the whole body. Nil for a parameter.
        var pointer: String?
        var parameter: String?
        let message: String
    }

    init(_ status: Int, _ code: String, _ detail: String, violations: [Violation] = [], headers: HTTPFields = [:]) {
        self.status = status
        self.code = code
        self.detail = detail
        self.violations = violations
        self.headers = headers
    }

    static func bad(_ code: String, _ detail: String, parameter: String? = nil) -> Problem {
        Problem(400, code, detail, violations: parameter.map { [Violation(parameter: $0, message: detail)] } ?? [])
    }

    static func invalid(_ violations: [Violation]) -> Problem {
        let words = violations.map { violation in
            [violation.pointer.map { $0.isEmpty ? "body" : $0 }, violation.message].compactMap(\.self).joined(separator: ": ")
        }
        return Problem(422, "invalid", words.joined(separator: " "), violations: violations)
    }

    static func invalid(_ pointer: String, _ message: String) -> Problem {
        invalid([Violation(pointer: pointer, message: message)])
    }

    static func notFound(_ what: String, _ id: String) -> Problem { Problem(404, "not_found", "There is no \(what) \(id).") }

    /// The problem that an error of a lower floor is to the outside.
    init(_ error: DeskError) {
        let status =
            switch error.code {
            case .notFound: 404
            case .invalid: 422
            case .conflict: 409
            case .forbidden: 403
            case .unauthorized: 401
            case .tooLarge: 413
            case .limited: 429
            case .full, .unavailable: 503
            }
        self.init(status, error.code.rawValue, error.message)
        facts = error.facts
        if let field = error.facts["field"] { violations = [Violation(pointer: "/\(field)", message: error.message)] }
        switch error.code {
        case .limited: headers[.retryAfter] = "1"
        case .full: headers[.retryAfter] = "5"
        case .unavailable: headers[.retryAfter] = "2"
        case .unauthorized: headers[.wwwAuthenticate] = "Bearer"
        default: break
        }
    }

    /// - Returns: nil for an error that nobody foresaw: the caller logs it.
    static func of(_ error: any Error) -> Problem? {
        switch error {
        case let problem as Problem: problem
        case let error as DeskError: Problem(error)
        case let problem as FrameProblem: Problem(422, "invalid", problem.message)
        case let error as StoreError:
            Problem(503, error.code == .full ? "full" : "unavailable", error.message, headers: [.retryAfter: "5"])
        default: nil
        }
    }

    /// - Parameter request: the id under which the server's log speaks of it.
    func value(path: String, request: String) -> Value {
        var value: Value = [
            "type": .string("urn:luadesk:problem:\(code)"), "title": .string(Self.title(status)), "status": .int(Int64(status)),
            "detail": .string(detail), "code": .string(code), "instance": .string(path), "request_id": .string(request),
        ]
        if !violations.isEmpty {
            value["errors"] = .array(
                violations.map { violation in
                    let item: Value = [
                        "pointer": Value(violation.pointer), "parameter": Value(violation.parameter),
                        "message": .string(violation.message),
                    ]
                    return item.compact()
                })
        }
        if !facts.isEmpty {
            value["facts"] = .object(.init(unchecked: facts.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }))
        }
        return value
    }

    static func title(_ status: Int) -> String { HTTPResponse.Status.known(status).reasonPhrase }
}
