// SPDX-License-Identifier: Apache-2.0
import Desk
import Journal

/// Where a list goes on: opaque to clients, a number of the last item to us.
enum Cursor {
    static let parameters = [
        Route.Parameter(name: "limit", schema: .integer(1...200), note: "Items at most; 50 if not given."),
        Route.Parameter(name: "after", schema: .text, note: "The next_cursor of the page before."),
        Route.Parameter(name: "cursor", schema: .text, note: "The same as after."),
    ]

    static func write(_ number: Int64) -> String {
        let bytes = Array("1:\(number)".utf8)
        return Base64.encode(bytes).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// - Returns: nil if it is none of ours. A bare number counts: a seq is a cursor of messages and events.
    static func read(_ text: String) -> Int64? {
        if let number = Int64(text) { return number >= 0 ? number : nil }
        guard let bytes = Base64.decode(text.replacing("-", with: "+").replacing("_", with: "/"), lenient: true) else {
            return nil
        }
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: ":")
        guard parts.count == 2, parts[0] == "1", let number = Int64(parts[1]), number >= 0 else { return nil }
        return number
    }

    /// The page of a list that a call asks for; one more than its limit is read to know whether it goes on.
    static func page(_ call: Call, descending: Bool = false) throws(Problem) -> Page {
        let limit = try call.integer("limit") ?? 50
        var after: Int64?
        // An empty cursor is what a loop begins with.
        if let text = call.query["after"] ?? call.query["cursor"], !text.isEmpty {
            guard let number = read(text) else {
                throw .bad("invalid_cursor", "after: this is no cursor of this list.", parameter: "after")
            }
            after = number
        }
        return Page(after: after, limit: Int(limit) + 1, descending: descending)
    }

    /// - Parameters:
    ///   - items: what the store gave for `page`, one more than fits if the list goes on.
    ///   - number: the store's cursor of an item.
    static func reply<Item>(_ items: [Item], _ page: Page, number: (Item) -> Int64, value: (Item) -> Value) -> Reply {
        let shown = items.prefix(page.limit - 1)
        let next = items.count >= page.limit ? shown.last.map { Value.string(write(number($0))) } : nil
        return .ok(["items": .array(shown.map(value)), "next_cursor": next ?? .null])
    }
}
