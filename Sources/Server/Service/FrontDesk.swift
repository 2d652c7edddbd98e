// SPDX-License-Identifier: Apache-2.0
import Desk
import Engine
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// Where every request comes in: finds its route, checks who asks for what, answers, and turns whatever goes wrong into a problem.
struct FrontDesk: Sendable {
    let engine: DeskEngine
    let options: ServerOptions
    let logger: Logger
    let door: LiveDoor
    let sockets: SocketDesk
    let table: RouteTable
    let writes = IdempotentWrites()
    let sessionRate: AddressRate
    /// Nil where the server has no folder of rules.
    let ruleTree: RuleTree?
    private let meter: RequestMeter
    private let ids = RequestIDs()
    private let dateLine = DateLine()

    init(engine: DeskEngine, options: ServerOptions, logger: Logger) throws {
        self.engine = engine
        self.options = options
        self.logger = logger
        door = LiveDoor(engine: engine)
        sockets = SocketDesk(door: door, limits: options.limits, origins: options.origins, logger: logger)
        table = RouteTable(Route.all)
        ruleTree = options.rulesFolder.map { RuleTree(folder: $0) }
        meter = RequestMeter(options.registry)
        sessionRate = AddressRate(rate: options.limits.sessionRate, burst: options.limits.sessionBurst)
    }

    /// Called by the connection for each request.
    @Sendable func respond(_ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
        let start = ContinuousClock.now
        let path = Self.path(request)
        let id = ids.next(given: request.headers[.requestID])
        var answer: Answer
        if path.hasPrefix(HookDoor.prefix) {
            answer = try await HookDoor(engine: engine, limit: options.limits.bodyBytes, logger: logger).answer(request, path, id)
        } else {
            answer = try await routed(request, path, id, channel)
        }
        meter.count(answer.routeID, answer.response.status.code, since: start)
        answer.response.headers[.date] = dateLine.now
        answer.response.headers[.requestID] = id
        answer.response.headers[.xContentTypeOptions] = "nosniff"
        // Writing a body may fail half way: the connection ends then, and nothing else can be said.
        try await writer.write(response: answer.response.head, body: answer.response.body)
    }

    /// A response and the route it is counted under.
    struct Answer {
        var routeID: String
        var response: Response
    }

    /// Without the query, which may hold tokens and signatures.
    private static func path(_ request: Request) -> String {
        let whole = request.head.path ?? "/"
        guard let end = whole.utf8.firstIndex(of: UInt8(ascii: "?")) else { return whole }
        return String(whole[..<end])
    }

    private func routed(_ request: Request, _ path: String, _ id: String, _ channel: any Channel) async throws -> Answer {
        let cors = CrossOrigin(path: path, origins: options.origins)
        var answer: Answer
        var routeID = "none"
        do {
            switch table.match(request.method, path) {
            case .none: throw Problem(404, "not_found", "There is nothing at \(path). GET /openapi.json tells what there is.")
            case .otherMethods(let methods):
                let allowed = methods + (methods.contains(.get) ? [.head] : [])
                if request.method == .options { return Answer(routeID: "options", response: cors.preflight(request, allowed)) }
                throw Problem(
                    405, "method_not_allowed",
                    "\(request.method) is not possible here; there is \(allowed.map(\.rawValue).joined(separator: ", ")).",
                    headers: [.allow: allowed.map(\.rawValue).joined(separator: ", ")])
            case .found(let route, let parameters):
                routeID = route.id
                answer = Answer(routeID: route.id, response: try await response(route, parameters, request, id, channel))
            }
            if request.method == .head { answer.response = answer.response.createHeadResponse() }
        } catch let error as HTTPParserError {
            throw error
        } catch {
            answer = Answer(routeID: routeID, response: self.response(error, path, id))
        }
        cors.allow(request, &answer.response)
        return answer
    }

    private func response(
        _ route: Route, _ parameters: [String: String], _ request: Request, _ id: String, _ channel: any Channel
    ) async throws -> Response {
        let caller = try await caller(route, request, channel)
        let query = try Self.query(route, request)
        let (body, bytes) = try await body(route, request, channel)
        let call = Call(
            desk: self, route: route, caller: caller, parameters: parameters, query: query, body: body, request: request,
            channel: channel, id: id, logger: logger)
        let reply = try await writes.once(call, bytes) { try await route.run(call) }
        return reply.response
    }

    private func response(_ error: any Error, _ path: String, _ id: String) -> Response {
        let problem: Problem
        if let known = Problem.of(error) {
            problem = known
        } else {
            logger.error("A request failed.", metadata: ["path": "\(path)", "request_id": "\(id)", "error": "\(error)"])
            problem = Problem(
                500, "internal", "Something went wrong on our side; the server's log knows more under this request_id.")
        }
        var headers = problem.headers
        headers[.contentType] = "application/problem+json"
        headers[.cacheControl] = "no-store"
        return Response(
            status: .known(problem.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: problem.value(path: path, request: id).json)))
    }
}

// MARK: - Checking a request

extension FrontDesk {
    /// Who calls, and whether the route is for them.
    private func caller(_ route: Route, _ request: Request, _ channel: any Channel) async throws -> Call.Caller {
        let token = Self.bearer(request)
        switch route.access {
        case .open:
            return .nobody
        case .live:
            guard let token else { throw Problem.unauthorized }
            switch try await door.party(token: token) {
            case .customer(let session): return .customer(session)
            case .person(let principal): return .person(principal)
            }
        case .signedIn:
            guard let token else { throw Problem.unauthorized }
            return .person(try await engine.authenticate(token: token))
        case .may(let permission):
            guard let token else { throw Problem.unauthorized }
            let principal = try await engine.authenticate(token: token)
            try principal.require(permission)
            return .person(principal)
        }
    }

    static func bearer(_ request: Request) -> String? {
        guard let header = request.headers[.authorization] else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer", parts[1].utf8.count <= 1000 else { return nil }
        return String(parts[1])
    }

    /// The query, with unknown parameters refused by name.
    private static func query(_ route: Route, _ request: Request) throws(Problem) -> Query {
        let whole = request.head.path ?? ""
        guard let mark = whole.utf8.firstIndex(of: UInt8(ascii: "?")) else { return try checked(Query(), route) }
        return try checked(try Query(whole[whole.index(after: mark)...]), route)
    }

    private static func checked(_ query: Query, _ route: Route) throws(Problem) -> Query {
        for (name, text) in query.pairs {
            guard let parameter = route.parameters.first(where: { $0.name == name }) else {
                if route.takesAnyQuery { continue }
                let known = route.parameters.map(\.name).joined(separator: ", ")
                throw .bad(
                    "unknown_parameter", "Unknown parameter \(name); known are: \(known.isEmpty ? "none" : known).",
                    parameter: name)
            }
            let value: Value = if case .integer = parameter.schema { Int64(text).map(Value.int) ?? .null } else { .string(text) }
            if let violation = parameter.schema.violations(of: value).first {
                throw .bad("invalid_parameter", "\(name): \(violation.message)", parameter: name)
            }
        }
        for parameter in route.parameters where parameter.isNeeded && query[parameter.name] == nil {
            throw .bad("missing_parameter", "\(parameter.name): needed. \(parameter.note)", parameter: parameter.name)
        }
        return query
    }

    /// The body as the route's schema wants it, and its bytes.
    private func body(_ route: Route, _ request: Request, _ channel: any Channel) async throws -> (Value, ByteBuffer) {
        guard let schema = route.body else { return (.null, ByteBuffer()) }
        let limit = max(options.limits.bodyBytes, route.bodyLimit?.byteCount ?? 0)
        // A millisecond for each 33 bytes: about 32 KiB a second.
        let patience = max(options.limits.bodyTimeout, .milliseconds(limit <= options.limits.bodyBytes ? 0 : limit / 33))
        let late = channel.eventLoop.scheduleTask(in: TimeAmount(patience)) { ConnectionWatch.endSlowBody(channel) }
        defer { late.cancel() }
        let buffer = try await Self.collect(request, upTo: limit, note: route.bodyLimit?.note)
        if buffer.readableBytes == 0, route.bodyIsOptional { return (.object(.init()), buffer) }
        let value: Value
        do { value = try Value(json: buffer.readableBytesView, depth: 32) } catch {
            // What is JSON is taken as such: many a client names a form where it sends none.
            if let type = request.headers[.contentType], !Self.isJSON(type) {
                throw Problem(415, "unsupported_media_type", "Send JSON, as application/json.")
            }
            throw Problem(400, "invalid_json", "The body is no JSON: \(error).")
        }
        let violations = schema.violations(of: value)
        guard violations.isEmpty else { throw Problem.invalid(violations) }
        return (value, buffer)
    }

    /// Throws 413 for more than `limit` bytes, before reading where the header says so already.
    /// - Parameter note: what else the refusal says.
    static func collect(_ request: Request, upTo limit: Int, note: String? = nil) async throws -> ByteBuffer {
        let words = ["A body may have \(limit) bytes here.", note].compactMap(\.self).joined(separator: " ")
        let tooLarge = Problem(413, "too_large", words, headers: [.connection: "close"])
        if let length = request.headers[.contentLength].flatMap(Int.init), length > limit { throw tooLarge }
        do { return try await request.body.collect(upTo: limit) } catch is NIOTooManyBytesError { throw tooLarge }
    }

    private static func isJSON(_ type: String) -> Bool {
        let kind = type.prefix { $0 != ";" }.lowercased()
        return kind == "application/json" || kind.hasSuffix("+json") || kind == "text/json"
    }
}

extension HTTPField.Name {
    static let requestID = Self("X-Request-Id") ?? .date
}

extension Reply {
    var response: Response {
        var headers = headers
        if let raw {
            headers[.contentType] = raw.contentType
            return Response(status: .known(status), headers: headers, body: raw.body)
        }
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        guard let body else { return Response(status: .known(status), headers: headers) }
        headers[.contentType] = "application/json"
        return Response(status: .known(status), headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body.json)))
    }
}
