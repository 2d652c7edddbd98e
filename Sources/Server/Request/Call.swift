// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore

/// One request to a route, with everything about it checked: who calls, parameters, body.
struct Call: Sendable {
    /// Who calls.
    enum Caller: Sendable {
        case nobody
        case customer(LiveSession)
        case person(Principal)
    }

    let desk: FrontDesk
    let route: Route
    let caller: Caller
    /// Of the path, decoded.
    let parameters: [String: String]
    let query: Query
    /// An object, or null where the route takes no body.
    let body: Value
    let request: Request
    /// Its connection: to cut a stream that nobody reads.
    let channel: any Channel
    /// Stands in the answer and in the log.
    let id: String
    let logger: Logger

    var engine: DeskEngine { desk.engine }
    var headers: HTTPFields { request.headers }
    var address: SocketAddress? { channel.remoteAddress }

    /// Who calls, on routes for people and programs with an API token.
    var principal: Principal {
        get throws(Problem) {
            guard case .person(let principal) = caller else { throw .unauthorized }
            return principal
        }
    }

    /// Who calls on the live channel.
    var party: LiveParty {
        get throws(Problem) {
            switch caller {
            case .nobody: throw .unauthorized
            case .customer(let session): .customer(session)
            case .person(let principal): .person(principal)
            }
        }
    }

    /// The id in the path; something that is no id is something that does not exist.
    func id<Of>(_ what: String, _ name: String = "id", as _: Of.Type = Of.self) throws(Problem) -> ID<Of> {
        let text = parameters[name] ?? ""
        guard let id = ID<Of>(text: text) else { throw .notFound(what, text) }
        return id
    }

    /// An id in the query; nil if it is not given.
    func filter<Of>(_ name: String, as _: Of.Type = Of.self) throws(Problem) -> ID<Of>? {
        guard let text = query[name] else { return nil }
        guard let id = ID<Of>(text: text) else {
            throw .bad("invalid_parameter", "\(name): this is no id of that kind.", parameter: name)
        }
        return id
    }

    /// A number in the query, checked against the route's table already.
    func integer(_ name: String) throws(Problem) -> Int64? {
        guard let text = query[name] else { return nil }
        guard let number = Int64(text) else {
            throw .bad("invalid_parameter", "\(name): a whole number was expected.", parameter: name)
        }
        return number
    }

    /// Several names, separated by commas: `state=queued,assigned`.
    func choices<Choice: RawRepresentable & CaseIterable & Hashable>(
        _ name: String, _: Choice.Type
    ) throws(Problem) -> Set<Choice>? where Choice.RawValue == String {
        guard let text = query[name] else { return nil }
        var found: Set<Choice> = []
        for part in text.split(separator: ",") {
            guard let choice = Choice(rawValue: String(part)) else {
                let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
                throw .bad("invalid_parameter", "\(name): \(part) is none of \(known).", parameter: name)
            }
            found.insert(choice)
        }
        return found
    }
}

extension Problem {
    static var unauthorized: Problem {
        Problem(401, "unauthorized", "Give a token: Authorization: Bearer …", headers: [.wwwAuthenticate: "Bearer"])
    }
}
