// SPDX-License-Identifier: Apache-2.0
import HTTPTypes

/// All routes, found by method and path.
struct RouteTable: Sendable {
    enum Match: Sendable {
        case found(Route, parameters: [String: String])
        /// The path is known, the method is not.
        case otherMethods([HTTPRequest.Method])
        case none
    }

    /// A place in the tree of paths: what may follow, and what stands here.
    private struct Node: Sendable {
        var next: [String: Int] = [:]
        var parameter: (name: String, node: Int)?
        var routes: [Route] = []
        /// Name of the parameter that takes the rest of the path, whatever it is.
        var rest: (name: String, node: Int)?
    }

    let routes: [Route]
    private var nodes = [Node()]

    init(_ routes: [Route]) {
        self.routes = routes
        for route in routes { add(route) }
    }

    private mutating func add(_ route: Route) {
        var place = 0
        let parts = route.path.split(separator: "/")
        for (index, part) in parts.enumerated() {
            if route.takesRest, index == parts.count - 1 {
                if nodes[place].rest == nil {
                    nodes.append(Node())
                    nodes[place].rest = (String(part.dropFirst().dropLast()), nodes.count - 1)
                }
                place = nodes[place].rest?.node ?? place
            } else if part.hasPrefix("{") {
                if nodes[place].parameter == nil {
                    nodes.append(Node())
                    nodes[place].parameter = (String(part.dropFirst().dropLast()), nodes.count - 1)
                }
                place = nodes[place].parameter?.node ?? place
            } else if let known = nodes[place].next[String(part)] {
                place = known
            } else {
                nodes.append(Node())
                nodes[place].next[String(part)] = nodes.count - 1
                place = nodes.count - 1
            }
        }
        precondition(!nodes[place].routes.contains { $0.method == route.method }, "Two routes for \(route.method) \(route.path)")
        nodes[place].routes.append(route)
    }

    /// - Parameter path: percent-encoded, as it came. HEAD finds GET.
    func match(_ method: HTTPRequest.Method, _ path: String) -> Match {
        guard path.hasPrefix("/"), path == "/" || !path.hasSuffix("/") else { return .none }
        var place = 0
        var parameters: [String: String] = [:]
        let parts = path.split(separator: "/")
        for (index, part) in parts.enumerated() {
            if let next = nodes[place].next[String(part)] {
                place = next
            } else if let (name, next) = nodes[place].parameter, let text = Query.decode(part, plusIsSpace: false) {
                parameters[name] = text
                place = next
            } else if let (name, next) = nodes[place].rest,
                let text = Query.decode(parts.dropFirst(index).joined(separator: "/"), plusIsSpace: false)
            {
                parameters[name] = text
                place = next
                break
            } else {
                return .none
            }
        }
        let here = nodes[place].routes
        guard !here.isEmpty else { return .none }
        let wanted = method == .head ? .get : method
        if let route = here.first(where: { $0.method == wanted }) { return .found(route, parameters: parameters) }
        return .otherMethods(here.map(\.method))
    }
}
