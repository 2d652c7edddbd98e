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
        // And for the other platforms: all that their answers must have.
        let others = Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: .init(
                byteBuffer: .init(
                    string:
                        #"{"ok":true,"result":{"message_id":1},"message_id":"m_1","recipient_id":"1","sentMessages":[{"id":"1"}]}"#
                )))
        for path in ["/bot1:A/**", "/v2/**", "/v1/**", "/:version/1097/**", "/:version/me/**"] {
            router.post(RouterPath(path)) { request, _ in
                _ = try await request.body.collect(upTo: 1 << 20)
                return others
            }
        }
        var logger = Logger(label: "hello")
        logger.logLevel = .error
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: logger)
        try await application.runService()
    }
}
