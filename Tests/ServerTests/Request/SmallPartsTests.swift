// SPDX-License-Identifier: Apache-2.0
import Desk
import HTTPTypes
import Testing

@testable import Server

@Suite("Small parts of a request")
struct SmallPartsTests {
    @Test("the Date header is as RFC 9110 shows it") func date() {
        #expect(DateLine.write(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(DateLine.write(1_709_164_800) == "Thu, 29 Feb 2024 00:00:00 GMT")
    }

    @Test("queries are decoded, spaces included") func query() throws {
        let query = try Query("a=1&b=%E4%BD%A0+%E5%A5%BD&c&d=x%3Dy")
        #expect(query["a"] == "1")
        #expect(query["b"] == "你 好")
        #expect(query["c"] == "")
        #expect(query["d"] == "x=y")
        #expect(query["e"] == nil)
        for wrong in ["a=%", "a=%f", "a=%ff", "a=1&a=2"] { #expect(throws: Problem.self) { try Query(wrong) } }
    }

    @Test("cursors come back as they went", arguments: [0, 1, 1_234_567, Int64.max]) func cursor(number: Int64) {
        #expect(Cursor.read(Cursor.write(number)) == number)
    }

    @Test("what is no cursor is none", arguments: ["", "-1", "x", "MjoxMg", "%%%"]) func noCursor(text: String) {
        #expect(Cursor.read(text) == nil)
    }

    @Test("routes are found by method and path") func routes() {
        let table = RouteTable(Route.all)
        func id(_ method: HTTPRequest.Method, _ path: String) -> String? {
            if case .found(let route, _) = table.match(method, path) { route.id } else { nil }
        }
        #expect(id(.get, "/v1/tickets") == "listTickets")
        #expect(id(.head, "/v1/tickets") == "listTickets")
        #expect(id(.get, "/v1/outbox/dead") == "listDeadLetters")
        #expect(id(.post, "/v1/outbox/m1/resend") == "resendMessage")
        #expect(id(.get, "/") == "readIndexPage")
        for path in ["/v1", "/v1/tickets/", "//", "", "/v1/tickets/a/b", "/v1/tickets/%ff"] {
            #expect(id(.get, path) == nil, "\(path)")
        }
        guard case .found(_, let parameters) = table.match(.get, "/v1/teams/%E5%94%AE%E5%90%8E") else {
            return #expect(Bool(false), "no route")
        }
        #expect(parameters["id"] == "售后")
    }
}
