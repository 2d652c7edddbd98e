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
        var logger = Logger(label: "hello")
        logger.logLevel = .error
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: logger)
        try await application.runService()
    }
}
