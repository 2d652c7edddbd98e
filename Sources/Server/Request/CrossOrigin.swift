// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import HummingbirdCore

/// Lets pages of other origins use the live channel (CORS). No credentials: the token is given by the page itself.
struct CrossOrigin: Sendable {
    private let isLive: Bool
    private let origins: [String]

    init(path: String, origins: [String]) {
        isLive = path == SocketRequest.path || path.hasPrefix(SocketRequest.path + "/")
        self.origins = origins
    }

    private func allowed(_ request: Request) -> String? {
        guard isLive, let origin = request.headers[.origin] else { return nil }
        if origins.isEmpty { return "*" }
        return origins.contains(origin) ? origin : nil
    }

    func allow(_ request: Request, _ response: inout Response) {
        guard let origin = allowed(request) else { return }
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlExposeHeaders] = "X-Request-Id, Retry-After"
        if origin != "*" { response.headers[.vary] = "Origin" }
    }

    /// The answer to OPTIONS.
    func preflight(_ request: Request, _ methods: [HTTPRequest.Method]) -> Response {
        let names = (methods + [.options]).map(\.rawValue).joined(separator: ", ")
        var response = Response(status: .noContent, headers: [.allow: names])
        allow(request, &response)
        if response.headers[.accessControlAllowOrigin] != nil {
            response.headers[.accessControlAllowMethods] = names
            response.headers[.accessControlAllowHeaders] =
                "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, X-Request-Id"
            response.headers[.accessControlMaxAge] = "86400"
        }
        return response
    }
}
