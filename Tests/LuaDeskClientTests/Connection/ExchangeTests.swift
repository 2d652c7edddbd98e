// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import LuaDeskClient

@Suite("A request's answer is given once, and cancelling never waits for it")
struct ExchangeTests {
    private func answer(_ body: (Exchange) -> Void) async throws -> Int {
        let exchange = Exchange()
        return try await withCheckedThrowingContinuation { continuation in
            exchange.begin(continuation)
            body(exchange)
        }.1
    }

    @Test("the first answer counts")
    func first() async throws {
        let status = try await answer { exchange in
            exchange.end(.success((Data(), 200)))
            exchange.end(.failure(LinkProblem.garbled))
            exchange.cancel()
        }
        #expect(status == 200)
    }

    @Test("who cancels is free at once; the answer that comes later is nobody's")
    func cancelled() async {
        await #expect(throws: CancellationError.self) {
            try await answer { exchange in
                exchange.cancel()
                exchange.end(.success((Data(), 200)))
            }
        }
    }

    @Test("cancelled before it began, it does not begin to wait")
    func early() async {
        let exchange = Exchange()
        exchange.cancel()
        await #expect(throws: CancellationError.self) {
            _ = try await withCheckedThrowingContinuation { exchange.begin($0) }
        }
    }
}
