// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import Logging

/// The reference: Hummingbird saying hello, with nothing kept and nothing decided.
enum Hello {
    static func serve(port: Int) async throws {
        let router = Router()
        router.get("/") { _, _ in "Hello" }
        router.post("/") { request, _ in
            _ = try await request.body.collect(upTo: 1 << 20)
            return "success"
        }
        // Stands in for WeChat's interface, so that what the desk sends arrives somewhere.
        let wechat = Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: .init(string: #"{"errcode":0,"errmsg":"ok","access_token":"t","expires_in":7200}"#)))
        router.get("/cgi-bin/**") { _, _ in wechat }
        router.post("/cgi-bin/**") { request, _ in
            _ = try await request.body.collect(upTo: 1 << 20)
            return wechat
        }
        var logger = Logger(label: "hello")
        logger.logLevel = .error
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: logger)
        try await application.runService()
    }
}
